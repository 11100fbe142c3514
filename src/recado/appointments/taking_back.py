"""Take an import back, as long as nobody has heard of it.

What an import did to each visit is written down beside it (`Brought`). Taking it back puts every visit as it was and
removes the new ones, silently. Once a text about one of them has left, a patient has answered, or something else has
changed one, it stays: the calendar must not say another thing than what people were told.

An import has any number of visits. They go back some at a time, each time in one transaction; what broke off goes on
behind the last one. Until it is over, lines of `Brought` stay, and nothing else may be asked about them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from recado.contacts import actions as contacts
from recado.contacts.types import Recorded
from recado.conversations import actions as conversations
from recado.foundation import audit, bulk, business_time
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.clock import real_now
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions as journeys
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind

from . import after, left_alone, waitlist, which
from .letters import KIND
from .models import Appointment, Brought, Change, FreedTime
from .types import Backlog, CannotTakeBack, TakenBack, VisitState
from .waitlist_types import FreedState, WhyEnded

SOURCED = (
    "patient_id",
    "starts_at",
    "duration",
    "clinician",
    "clinician_was",
    "service",
    "site",
    "state",
    "source_status",
    "answer",
    "wants_another_time",
    "revision",
    "source_mac",
    "known_at",
    "updated_at",
)
AT_ONCE = 1000  # visits, or people: a transaction of a second
BROUGHT = ("clinic_id", "id", "run_id", "at", "appointment_id", "patient_id", "is_new_person", "was", "became_mac")


def image(visit: Appointment) -> dict[str, Any]:
    """What a source may change of a visit, as JSON."""
    values = {name: getattr(visit, name) for name in SOURCED}
    values["patient_id"] = str(visit.patient_id)
    values["starts_at"], values["updated_at"] = visit.starts_at.isoformat(), visit.updated_at.isoformat()
    values["known_at"] = visit.known_at.isoformat() if visit.known_at is not None else None
    values["duration"] = visit.duration.total_seconds() if visit.duration is not None else None
    values["source_mac"] = bytes(visit.source_mac).hex()
    return values


def line(
    clinic_id: UUID, by: Actor, visit: Appointment, person: Recorded, was: dict[str, Any] | None
) -> tuple[object, ...]:
    """A row of BROUGHT."""
    run_id = UUID(by.ref) if by.kind is ActorKind.IMPORT else None
    return clinic_id, new_id(), run_id, real_now(), visit.id, person.patient_id, person.is_new, was, visit.source_mac


def with_steps(clinic_id: UUID, lines: Sequence[tuple[Any, ...]]) -> Sequence[tuple[Any, ...]]:
    """The same lines, each with what was planned for its visit. Call it before that is planned anew."""
    at, was = BROUGHT.index("appointment_id"), BROUGHT.index("was")
    old = [line for line in lines if line[was] is not None]
    pending = journeys.pending(clinic_id, kind=KIND, anchor_ids=[line[at] for line in old])
    for found in old:
        found[was]["steps"] = pending.get(found[at], [])
    return lines


def obstacle(clinic_id: UUID, run_id: UUID) -> str:
    """Why an import can't be taken back: nothing, told, answered, changed, later_import; empty: it can.

    Call it inside `clinic_scope`.
    """
    rows = Brought.objects.filter(clinic_id=clinic_id, run_id=run_id).order_by("id")
    since = rows.values_list("id", flat=True).first()
    return _obstacle(clinic_id, run_id, since) if since else "nothing"


# As the import left it: the last line of each visit tells.
CHANGED_SINCE = """
SELECT EXISTS (
    SELECT FROM (
        SELECT DISTINCT ON (appointment_id) appointment_id, became_mac FROM appointments_brought
        WHERE clinic_id = %(clinic)s AND run_id = %(run)s ORDER BY appointment_id, id DESC) b
    LEFT JOIN appointments_appointment a ON a.clinic_id = %(clinic)s AND a.id = b.appointment_id
    WHERE a.source_mac IS DISTINCT FROM b.became_mac)
"""


def _obstacle(clinic_id: UUID, run_id: UUID, since: UUID) -> str:
    ours = Brought.objects.filter(clinic_id=clinic_id, run_id=run_id).values("appointment_id")
    later = Change.objects.filter(clinic_id=clinic_id, appointment_id__in=ours, id__gt=since)
    kinds = set(later.exclude(actor_ref=str(run_id)).values_list("actor_kind", flat=True).distinct())
    if ActorKind.PATIENT in kinds:
        return "answered"
    if kinds - {ActorKind.IMPORT}:
        return "changed"
    if kinds or _is_changed(clinic_id, run_id):
        return "later_import"
    made = journeys.texts_since(clinic_id, kind=KIND, since=since)  # few: what was made since, not what was brought in
    about_ours = set(ours.filter(appointment_id__in=list(made)).values_list("appointment_id", flat=True))
    return "told" if texts.have_left(clinic_id, [text for visit in about_ours for text in made[visit]]) else ""


def _is_changed(clinic_id: UUID, run_id: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(CHANGED_SINCE, {"clinic": clinic_id, "run": run_id})
        found = cursor.fetchone()
    return bool(found and found[0])


def begin(clinic_id: UUID, run_id: UUID) -> Backlog:
    """What `some` will have to do. Raises `CannotTakeBack`. Call it inside `clinic_scope`."""
    why = obstacle(clinic_id, run_id)
    if why:
        raise CannotTakeBack(why)
    rows = Brought.objects.filter(clinic_id=clinic_id, run_id=run_id)
    return Backlog(visits=rows.values("appointment_id").distinct().count(), lines=rows.count())


def some(*, clinic_id: UUID, run_id: UUID, after: UUID | None, by: Actor) -> TakenBack:
    """The next visits of this import, `AT_ONCE` at most, as they were before, in one transaction; nobody is told. Behind
    the last one its people, and what it remembers. Call it, with `after` as the last answer has it, until nothing is
    left. A visit of which somebody has heard, or which something has changed, since `begin`: it stays.
    """
    with clinic_scope(clinic_id):
        lines = Brought.objects.filter(clinic_id=clinic_id, run_id=run_id)
        ahead = lines.filter(appointment_id__gt=after) if after else lines
        ids = list(ahead.values_list("appointment_id", flat=True).distinct().order_by("appointment_id")[:AT_ONCE])
        if not ids:
            return _some_people(clinic_id, list(lines.order_by("id")[:AT_ONCE]), after)
        rows = list(lines.filter(appointment_id__in=ids).order_by("id"))
        outcome = None
        while outcome is None:
            outcome = _some_visits(clinic_id, run_id, rows, by)
        audit.record(
            clinic_id=clinic_id,
            by=by,
            action="appointment.take_back",
            subject=f"import:{run_id}",
            detail={"removed": outcome.removed, "put_back": outcome.put_back, "stayed": outcome.stayed},
        )
        return replace(outcome, after=ids[-1], done=len(ids))


class _Quicker(Exception):
    """A text left while its visit was being taken back."""


def _some_visits(clinic_id: UUID, run_id: UUID, rows: Sequence[Brought], by: Actor) -> TakenBack | None:
    """None: look again, the dispatcher was quicker with one of the texts."""
    try:
        with transaction.atomic():
            return _visits(clinic_id, run_id, rows, by)
    except _Quicker:
        return None


def _visits(clinic_id: UUID, run_id: UUID, rows: Sequence[Brought], by: Actor) -> TakenBack:
    first = {row.appointment_id: row for row in reversed(rows)}
    locked = Appointment.objects.select_for_update().filter(clinic_id=clinic_id, id__in=list(first)).order_by("id")
    visits = {visit.id: visit for visit in locked}
    stay = _changed(clinic_id, run_id, rows, visits) | _told(clinic_id, first)
    stay |= _given_away(clinic_id, {key: row for key, row in first.items() if key not in stay}, by)
    goes = {key: row for key, row in first.items() if key not in stay}
    journeys.forget(clinic_id=clinic_id, kind=KIND, anchor_ids=list(goes))  # no text is made from here on
    waiting = [text for made in _texts(clinic_id, goes).values() for text in made]
    off = messaging.call_off(clinic_id=clinic_id, message_ids=waiting, reason="import_taken_back")
    journeys.do_again(clinic_id=clinic_id, message_ids=off)  # what other visits shared a text with these
    if texts.have_left(clinic_id, waiting):
        raise _Quicker
    _end(clinic_id, [visits[key] for key in goes], by)
    over = [visits[key] for key in goes if visits[key].state == VisitState.FINISHED]
    after.told_by_source(clinic_id, (), over, business_time.now(), by)
    Change.objects.filter(clinic_id=clinic_id, appointment_id__in=list(goes), actor_ref=str(run_id)).delete()
    old = [(visits[key], row.was) for key, row in goes.items() if row.was is not None]
    removed = _remove(clinic_id, [key for key, row in goes.items() if row.was is None])
    put_back = _put_back(clinic_id, old, rows[0].id)
    if put_back:
        left_alone.end_tasks(clinic_id, by)
    return TakenBack(
        removed=removed,
        put_back=put_back,
        stayed=len(first) - len(goes),
    )


def _changed(clinic_id: UUID, run_id: UUID, rows: Sequence[Brought], visits: Mapping[UUID, Appointment]) -> set[UUID]:
    """Which visits are not as the import left them, or were changed by somebody else behind it."""
    first = {row.appointment_id: row for row in reversed(rows)}
    last = {row.appointment_id: bytes(row.became_mac) for row in rows}
    later = Change.objects.filter(clinic_id=clinic_id, appointment_id__in=list(first), id__gt=rows[0].id)
    by_others = later.exclude(actor_ref=str(run_id)).values_list("appointment_id", "id")
    changed = {key for key, change_id in by_others if change_id > first[key].id}
    return changed | {key for key in first if key not in visits or bytes(visits[key].source_mac) != last[key]}


def _given_away(clinic_id: UUID, first: Mapping[UUID, Brought], by: Actor) -> set[UUID]:
    """Visits whose time came free with the import and is somebody else's by now. Where it is still on offer, that ends."""
    if not first:
        return set()
    offered = FreedTime.objects.filter(
        clinic_id=clinic_id, visit_id__in=list(first), id__gt=min(row.id for row in first.values())
    )
    on_offer = offered.filter(state__in=[FreedState.OFFERING, FreedState.FILLED]).order_by("id")
    gone = set()
    for freed_id, visit_id, state in list(on_offer.values_list("id", "visit_id", "state")):
        if state == FreedState.FILLED or not waitlist.take_back(
            clinic_id=clinic_id, freed_id=freed_id, by=by, why=WhyEnded.IMPORT
        ):
            gone.add(visit_id)
    return gone


def _texts(clinic_id: UUID, first: Mapping[UUID, Brought]) -> dict[UUID, list[UUID]]:
    """The texts about each visit that were made since the import touched it."""
    return journeys.texts_of(clinic_id, kind=KIND, since={key: row.id for key, row in first.items()})


def _told(clinic_id: UUID, first: Mapping[UUID, Brought]) -> set[UUID]:
    made = _texts(clinic_id, first)
    left = texts.left(clinic_id, [text for found in made.values() for text in found])
    return {key for key, found in made.items() if left.intersection(found)}


def _some_people(clinic_id: UUID, rows: Sequence[Brought], after: UUID | None) -> TakenBack:
    """The people of some lines, when every visit is done, and the lines themselves."""
    people = contacts.forget_people(clinic_id=clinic_id, patient_ids=_only_here(clinic_id, rows))
    Brought.objects.filter(clinic_id=clinic_id, id__in=[row.id for row in rows]).delete()
    return TakenBack(people=people, after=after, done=len(rows))


def _end(clinic_id: UUID, visits: Sequence[Appointment], by: Actor) -> None:
    """Links and questions of texts that never left end with them, and so do calls that were to replace one."""
    ids = [visit.id for visit in visits]
    calls = [f"{KIND}:{visit.id}:{visit.revision}:{visit.state}" for visit in visits]
    tasks.finish(clinic_id=clinic_id, kind=TaskKind.CALL, sources=calls, by=by)
    messaging.end_links(clinic_id=clinic_id, kind=KIND, subject_ids=list(ids))
    conversations.note_moved(clinic_id=clinic_id, kind=KIND, subject_ids=list(ids))
    conversations.note_moved(clinic_id=clinic_id, kind=which.KIND, subject_ids=which.of_visits(clinic_id, ids))


def _remove(clinic_id: UUID, ids: Sequence[UUID]) -> int:
    journeys.remove(clinic_id=clinic_id, kind=KIND, anchor_ids=ids)
    return Appointment.objects.filter(clinic_id=clinic_id, id__in=list(ids)).delete()[0]


def _put_back(clinic_id: UUID, old: Sequence[tuple[Appointment, dict[str, Any]]], since: UUID) -> int:
    """A visit gets its old revision back, so that what was sent about it counts again; a new one where a step of the
    later revision was done already, because a step is done once."""
    done = journeys.revisions_done(clinic_id, kind=KIND, anchor_ids=[visit.id for visit, _ in old])
    for visit, was in old:
        revision = visit.revision
        for name in SOURCED:
            setattr(visit, name, was.get(name))  # what an older release wrote down lacks what came since
        visit.patient_id, visit.source_mac = UUID(was["patient_id"]), bytes.fromhex(was["source_mac"])
        visit.starts_at = datetime.fromisoformat(was["starts_at"])
        visit.updated_at = datetime.fromisoformat(was["updated_at"])
        visit.known_at = datetime.fromisoformat(was["known_at"]) if was.get("known_at") else None
        visit.duration = timedelta(seconds=was["duration"]) if was["duration"] is not None else None
        if done.get(visit.id, 0) > visit.revision:
            visit.revision = revision + 1
    bulk.update([visit for visit, _ in old], SOURCED)
    journeys.put_back(
        clinic_id=clinic_id,
        kind=KIND,
        revisions={visit.id: visit.revision for visit, _ in old},
        steps={visit.id: was["steps"] for visit, was in old},
        since=since,
    )
    return len(old)


def _only_here(clinic_id: UUID, rows: Sequence[Brought]) -> list[UUID]:
    """People who came with this import, have no visit left, and were never written to."""
    people = {row.patient_id for row in rows if row.is_new_person}
    busy = Appointment.objects.filter(clinic_id=clinic_id, patient_id__in=people).values_list("patient_id", flat=True)
    people -= set(busy)
    return sorted(people - texts.written_to(clinic_id, people))


def forget(*, before: datetime, maintenance: Any) -> int:
    """Housekeeping: an import older than this can't be taken back any more. For a plain maintenance connection."""
    return int(maintenance.execute("DELETE FROM appointments_brought WHERE at < %s", (before,)).rowcount)
