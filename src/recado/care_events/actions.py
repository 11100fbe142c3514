"""Record events as sources tell of them, and say what has become of one.

Plural and set-based, as bookings are: a source that says the same twice changes nothing, and tells nobody twice.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from recado.clinics import queries as clinics
from recado.contacts import actions as contacts
from recado.contacts import queries as people_of
from recado.contacts.types import NoSuchPatient, PersonRecord, Recorded
from recado.conversations import actions as conversations
from recado.foundation import audit, bulk, business_time, news
from recado.foundation.actors import SYSTEM, Actor
from recado.foundation.crypto import ClinicKeys
from recado.foundation.ids import new_id
from recado.foundation.keys import keys_for
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions as journeys
from recado.journeys.queries import event_states, foresee_events
from recado.journeys.types import AnchorChange
from recado.messaging import actions as messaging

from . import after, delays, hours, kinds, telling
from .models import Change, Event
from .steps import change_of, detail_of, seal_detail
from .types import BadState, Came, CareEvent, Delay, Detail, EventKind, EventOutcome, Fault, HoursChange, NoSuchEvent

BY_STAFF = "staff"  # the source of what is entered by hand
BY_HOURS = "hours"  # of what is told of opening hours in one act
Named = tuple[EventKind, str]  # what a source calls an event, among those of its kind
Told = telling.Told
Waiting = delays.Waiting
TakenBack = delays.TakenBack

CHANGE = ("clinic_id", "id", "event_id", "at", "state", "answer", "actor_kind", "actor_ref")
SOURCED = ["patient_id", "at", "ends_at", "state", "answer", "revision", "detail_ct", "source_mac", "updated_at"]


def record_events(
    *,
    clinic_id: UUID,
    source: str,
    events: Sequence[CareEvent],
    by: Actor,
    tells: bool = True,
    held_for: str | None = None,
    dry_run: bool = False,
) -> EventOutcome:
    """Adds and changes events as the source says; call it in chunks of a thousand or two. What is wrong with one is in
    `refused` and leaves the others be. The same event twice in a chunk: the later wins. `tells`: whether people hear at once;
    `held_for`: that waits for `settle_announcements`. `dry_run`: nothing stays."""
    now, zone = business_time.now(), clinics.clinic_settings(clinic_id).time_zone
    refused: dict[int, Fault] = {}
    latest: dict[Named, CareEvent] = {}
    for place, event in enumerate(events):
        fault = kinds.fault_of(event.detail, now, zone) or _fault_of_state(event)
        if fault is not None:
            refused[place] = fault
        else:
            latest[_named(event)] = event
    with clinic_scope(clinic_id), transaction.atomic():
        people = contacts.record_people(clinic_id=clinic_id, people=[event.person for event in latest.values()])
        outcome, came = _record(
            clinic_id, source, latest, people, len(refused), by, now, zone, tells, held_for=held_for
        )
        messaging.write_anew(clinic_id=clinic_id, phones=[one.was_at for one in people if one.was_at])
        if dry_run:
            transaction.set_rollback(True)
    kept = {place: came[_named(event)] for place, event in enumerate(events) if place not in refused}
    return replace(outcome, kept=kept, refused=refused)


def note_event(
    *, clinic_id: UUID, patient_id: UUID, detail: Detail, by: Actor, source: str = BY_STAFF, name: str = ""
) -> UUID | Fault:
    """Records what a member of staff (or another room) tells of one patient, who hears of it as if a system had told. What is
    wrong with it comes back in its place. `name`: how the source calls it; none: a new one. Raises NoSuchPatient."""
    now, zone = business_time.now(), clinics.clinic_settings(clinic_id).time_zone
    fault = kinds.fault_of(detail, now, zone)
    if fault is not None:
        return fault
    with clinic_scope(clinic_id), transaction.atomic():
        person = people_of.patient(clinic_id, patient_id)
        if person is None:
            raise NoSuchPatient(str(patient_id))
        record = PersonRecord(person.record_number, person.name, person.phone, person.language, person.birth_date)
        event = CareEvent(name or new_id().hex, record, detail)
        known = [Recorded(patient_id, is_new=False, is_reachable=person.phone is not None)]
        _outcome, came = _record(clinic_id, source, {_named(event): event}, known, 0, by, now, zone, tells=True)
    return came[_named(event)][0]


def tell_hours(
    *, clinic_id: UUID, change: HoursChange, patient_ids: Collection[UUID], by: Actor, dry_run: bool = False
) -> Told | Fault:
    """Tells all of these of other hours, or of days on which the clinic is closed, in one act. Who has been told the same of
    these days is not told again; what was said otherwise is withdrawn, and its texts that wait. What is wrong with it comes
    back in its place, also a first day that has begun. `dry_run`: nothing stays, and the answer says what would come of it."""
    now, zone = business_time.now(), clinics.clinic_settings(clinic_id).time_zone
    fault = kinds.fault_of(change, now, zone)
    if fault is None and kinds.start_of(change, zone) <= now:
        fault = Fault("begun", "on")
    if fault is not None:
        return fault
    with clinic_scope(clinic_id), transaction.atomic():
        told, other = hours.told_of_these_days(clinic_id, change, patient_ids, BY_HOURS)
        if other:
            set_state(clinic_id=clinic_id, event_ids=other, state="withdrawn", by=by)
        people = sorted(set(patient_ids) - told)
        act = new_id()
        latest = {(EventKind.HOURS, f"{act.hex}:{person.hex}"): telling.Word(change) for person in people}
        known = [Recorded(person, is_new=False, is_reachable=True) for person in people]
        more = {"people": len(people), "told_before": len(told), **kinds.to_json(change)}
        _outcome, came = _record(
            clinic_id, BY_HOURS, latest, known, 0, by, now, zone, tells=True, action="care_event.hours", more=more
        )
        ids, until = [event_id for event_id, _ in came.values()], kinds.start_of(change, zone)
        found = telling.outcome(clinic_id, ids, people, len(told), change, until)
        if dry_run:
            transaction.set_rollback(True)
    return found


def tell_delay(
    *, clinic_id: UUID, minutes: int, waiting: Sequence[Waiting], by: Actor, dry_run: bool = False
) -> Told | Fault:
    """Tells everybody who waits for one clinician that it takes so many minutes longer, in one act; the texts stay here a
    moment in which `take_delay_back` calls them off. Who was told as much is not told again, who was told less is. What is
    wrong with it comes back in its place. `dry_run`: nothing stays, and the answer says what would come of it."""
    now, zone = business_time.now(), clinics.clinic_settings(clinic_id).time_zone
    fault = kinds.fault_of(Delay(now, minutes), now, zone)
    if fault is not None:
        return fault
    with clinic_scope(clinic_id), transaction.atomic():
        before = delays.standing(clinic_id, waiting)
        if back := delays.resume(clinic_id, [one for one in waiting if one.visit_id not in before]):
            _set_anew(clinic_id, back, set(), by)
            before = delays.standing(clinic_id, waiting)
        words = {
            (EventKind.DELAY, delays.name_of(one, before.get(one.visit_id))): telling.Word(
                Delay(one.expected_at, minutes)
            )
            for one in waiting
        }
        known = [Recorded(one.patient_id, is_new=False, is_reachable=True) for one in waiting]
        more = {"people": len(waiting), "minutes": minutes}
        _outcome, came = _record(
            *(clinic_id, delays.SOURCE, words, known, 0, by, now, zone),
            tells=True,
            action="care_event.delay",
            more=more,
            hold=delays.MAY_TAKE_BACK,
        )
        fresh = [
            (one, event) for one, (event, how) in zip(waiting, came.values(), strict=True) if how is not Came.UNCHANGED
        ]
        people, ids = [one.patient_id for one, _ in fresh], [event for _, event in fresh]
        delays.keep_before(clinic_id, [was for was in before.values() if was.id in ids])
        until = max((one.expected_at for one, _ in fresh), default=now)
        found = telling.outcome(clinic_id, ids, people, len(waiting) - len(fresh), Delay(now, minutes), until)
        if dry_run:
            transaction.set_rollback(True)
    return found


def take_delay_back(*, clinic_id: UUID, waiting: Sequence[Waiting], by: Actor, dry_run: bool = False) -> TakenBack:
    """Takes back the last word about a delay of each of these whose told time is still to come. What has not left is not sent;
    what they had been told before holds again, or they are on time after all. Who goes by something else is told what holds; the
    texts stay here a moment, as those of the delay did. `dry_run`: nothing stays, and the answer says what would come of it.
    Call it inside `clinic_scope`."""
    with transaction.atomic():
        now = business_time.now()
        told = [event for event in delays.standing(clinic_id, waiting).values() if event.at > now]
        off = delays.not_left(clinic_id, told)
        hear = {event for event, is_told in delays.go_back(clinic_id, told, now).items() if is_told}
        _set_anew(clinic_id, told, hear, by)
        coming = foresee_events(clinic_id, list(hear), max((event.at for event in told), default=now))
        if dry_run:
            transaction.set_rollback(True)
    states = Counter(event.state for event in told)
    going = sum(one.goes for one in coming)
    return TakenBack(len(off), len(told) - len(off), states[delays.LATE], states[delays.ON_TIME], going)


def note_visits(clinic_id: UUID, changes: Sequence[AnchorChange]) -> None:
    """Visits were planned anew: who has cancelled, was seen, or comes at another time is told no more of a delay, nor that it is
    on time after all, where that waits to leave. Wired under FOLLOWERS. Call it inside `clinic_scope`, in that transaction."""
    over = delays.void(clinic_id, changes)
    if over:
        _set_anew(clinic_id, over, (), SYSTEM)


def _set_anew(clinic_id: UUID, rows: Sequence[Event], hear: Collection[UUID], by: Actor) -> None:
    """Saves what has become of these delays, of which some people hear."""
    now, zone, keys = business_time.now(), clinics.clinic_settings(clinic_id).time_zone, keys_for(clinic_id)
    for row in rows:
        word = telling.Word(detail_of(row), "" if row.state == delays.LATE else row.state)
        row.source_mac, row.updated_at = _mac(keys, word, row.patient_id), now
    bulk.update(rows, [*SOURCED, "said_ct"])
    story = [(clinic_id, new_id(), row.id, now, row.state, "", by.kind, by.ref) for row in rows]
    bulk.insert_rows(Change, CHANGE, story)
    for is_told in (True, False):
        changes = [change_of(row, detail_of(row), zone) for row in rows if (row.id in hear) is is_told]
        journeys.plan(clinic_id=clinic_id, changes=changes, announce=is_told, hold=delays.MAY_TAKE_BACK)
    _note_states(clinic_id, rows, by)


def _named(event: CareEvent) -> Named:
    return kinds.KIND_OF[type(event.detail)], event.external_id


def _fault_of_state(event: CareEvent) -> Fault | None:
    known = event_states(kinds.KIND_OF[type(event.detail)])
    return None if not event.state or event.state in known else Fault("bad_state", "state")


def _record(
    clinic_id: UUID,
    source: str,
    latest: Mapping[Named, CareEvent | telling.Word],
    people: Sequence[Recorded],
    refused: int,
    by: Actor,
    now: datetime,
    zone: str,
    tells: bool,
    action: str = "care_event.record",
    more: Mapping[str, Any] | None = None,
    held_for: str | None = None,
    hold: timedelta = timedelta(0),
) -> tuple[EventOutcome, dict[Named, tuple[UUID, Came]]]:
    rows = Event.objects.select_for_update().filter(
        clinic_id=clinic_id, source=source, external_id__in=[name for _, name in latest]
    )
    known = {(EventKind(row.kind), row.external_id): row for row in rows}
    keys = keys_for(clinic_id)
    new: list[Event] = []
    touched: list[Event] = []
    on_time: list[Event] = []
    visits: list[tuple[Event, Detail]] = []
    came: dict[Named, tuple[UUID, Came]] = {}
    for (kind, name), event, person in zip(latest.keys(), latest.values(), people, strict=True):
        row = known.get((kind, name))
        mac = _mac(keys, event, person.patient_id)
        if row is not None and bytes(row.source_mac) == mac:
            came[kind, name] = row.id, Came.UNCHANGED
            continue
        is_new, was = row is None, row.state if row else ""
        row = row or Event(
            clinic_id=clinic_id, id=new_id(), source=source, kind=kind, external_id=name, created_at=now, revision=0
        )
        _copy(row, event, person, keys, mac, now, zone)
        (new if is_new else touched).append(row)
        came[kind, name] = row.id, Came.NEW if is_new else Came.CHANGED
        visits.append((row, event.detail))
        if row.state == delays.ON_TIME != was:
            on_time.append(row)
    delays.say_on_time(clinic_id, on_time)
    fresh = {row.id for row in new}
    changes = [change_of(row, detail, zone, is_new=row.id in fresh) for row, detail in visits]
    story = [(clinic_id, new_id(), row.id, now, row.state, "", by.kind, by.ref) for row, _ in visits]
    bulk.insert(new)
    if touched:
        bulk.update(touched, [*SOURCED, *(["said_ct"] if on_time else ())])
        for of_kind in {row.kind for row in touched}:
            ids = [row.id for row in touched if row.kind == of_kind]
            conversations.note_moved(clinic_id=clinic_id, kind=of_kind, subject_ids=ids)
    bulk.insert_rows(Change, CHANGE, story)
    told = journeys.plan(clinic_id=clinic_id, changes=changes, announce=tells, held_for=held_for, hold=hold)
    if tells:
        after.tell(clinic_id, visits, by)
    detail = {"new": len(new), "changed": len(touched), "refused": refused, **(more or {})}
    audit.record(clinic_id=clinic_id, by=by, action=action, subject=f"source:{source}", detail=detail)
    news.tell(clinic_id, news.Topic.VISITS)
    unchanged, unreachable = len(latest) - len(new) - len(touched), sum(not person.is_reachable for person in people)
    return EventOutcome(len(new), len(touched), unchanged, unreachable, told), came


def _mac(keys: ClinicKeys, event: CareEvent | telling.Word, patient_id: UUID) -> bytes:
    told = json.dumps([kinds.to_json(event.detail), event.state, str(patient_id)], sort_keys=True)
    return keys.blind_index("care event", told)


def _copy(
    row: Event,
    event: CareEvent | telling.Word,
    person: Recorded,
    keys: ClinicKeys,
    mac: bytes,
    now: datetime,
    zone: str,
) -> None:
    """What the source says; another time, or another state than the source's last, opens it again, and so does what people must
    be told anew."""
    at, ends = kinds.start_of(event.detail, zone), kinds.end_of(event.detail, zone)
    state = event.state or event_states(EventKind(row.kind))[0]
    is_moved = row.revision == 0 or (row.at, row.ends_at) != (at, ends)
    if is_moved or kinds.tells_otherwise(detail_of(row), event.detail):
        row.revision, row.answer = row.revision + 1, ""
        row.state = state
    elif event.state:
        row.state = state
    row.patient_id, row.at, row.ends_at = person.patient_id, at, ends
    row.detail_ct = seal_detail(row, event.detail)
    row.source_mac, row.updated_at = mac, now


def set_state(*, clinic_id: UUID, event_ids: Collection[UUID], state: str, by: Actor, answer: str = "") -> int:
    """Says what has become of events: collected, paid, paused. Returns how many changed. Raises NoSuchEvent where one is
    unknown and BadState where its kind is never in this state. Call it inside `clinic_scope`."""
    now, zone = business_time.now(), clinics.clinic_settings(clinic_id).time_zone
    with transaction.atomic():
        rows = list(
            Event.objects.select_for_update().filter(clinic_id=clinic_id, id__in=list(event_ids)).order_by("id")
        )
        if len(rows) < len(set(event_ids)):
            raise NoSuchEvent("There is no such event.")
        if any(state not in event_states(EventKind(row.kind)) for row in rows):
            raise BadState(state)
        changed = [row for row in rows if row.state != state or (answer and row.answer != answer)]
        for row in changed:
            row.state, row.answer, row.updated_at = state, answer or row.answer, now
        delays.say_on_time(clinic_id, changed if state == delays.ON_TIME else ())
        bulk.update(changed, ["state", "answer", "revision", "said_ct", "updated_at"])
        story = [(clinic_id, new_id(), row.id, now, row.state, answer, by.kind, by.ref) for row in changed]
        bulk.insert_rows(Change, CHANGE, story)
        known = [(row, detail_of(row)) for row in changed]
        journeys.plan(clinic_id=clinic_id, changes=[change_of(row, detail, zone) for row, detail in known])
        after.tell(clinic_id, known, by)
        _note_states(clinic_id, changed, by)
    return len(changed)


def _note_states(clinic_id: UUID, rows: Sequence[Event], by: Actor) -> None:
    lines = [(row.patient_id, f"{row.kind}:{row.id}", {"state": row.state}) for row in rows]
    audit.record_many(
        [
            audit.AuditLine(clinic_id, by, "care_event.state", patient, subject, detail=detail)
            for patient, subject, detail in lines
        ]
    )
    if rows:
        news.tell(clinic_id, news.Topic.VISITS)
