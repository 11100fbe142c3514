"""A clinician runs late, told to everybody who still waits for them: what each is told by, whose text can be taken back, and who
hears that it is over."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from recado.foundation import bulk, business_time
from recado.foundation.database import plain_cursor
from recado.foundation.ids import new_id
from recado.foundation.keys import keys_for
from recado.journeys import actions as journeys
from recado.journeys.types import Anchor, AnchorChange
from recado.messaging import actions as messaging
from recado.messaging import queries as texts

from .hours import LOCK
from .models import Event
from .steps import detail_of, seal_detail
from .types import Delay, EventKind

SEALED = "care_events.said"
SOURCE = "delays"  # of what is told in one act
LATE, OVER, ON_TIME = "late", "over", "on_time"  # on time after all: whoever had been told of the delay hears of it
TO_BE_SEEN = frozenset({"booked", "confirmed", "arrived"})  # states of a visit whose patient waits
MAY_TAKE_BACK = timedelta(seconds=20)  # so long these texts stay here


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits for a visit. `expected_at`: when it is their turn, with the delay."""

    visit_id: UUID
    patient_id: UUID
    expected_at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What was told of a delay at one time, and the revision of the event whose texts tell it. `is_off`: it was taken back."""

    revision: int
    word: Delay
    is_off: bool = False


@dataclass(frozen=True, slots=True)
class TakenBack:
    """For how many people a delay was taken back before its text left, and how many had it. `again`: for how many of them all
    a delay told before holds again; `on_time`: who had been told a delay, and for whom there is none now. `going`: how many
    texts tell them what holds."""

    off: int
    gone: int
    again: int = 0
    on_time: int = 0
    going: int = 0


def standing(clinic_id: UUID, waiting: Collection[Waiting]) -> dict[UUID, Event]:
    """The delays that these have been told of, or are about to be, by visit. One at a time in a clinic: pressed twice, it tells
    once. Call it inside `clinic_scope`."""
    with plain_cursor() as cursor:
        cursor.execute(LOCK, (f"recado delay {clinic_id}",))
    return _by_visit(clinic_id, waiting, LATE)


def _by_visit(clinic_id: UUID, waiting: Collection[Waiting], state: str) -> dict[UUID, Event]:
    rows = Event.objects.select_for_update().filter(
        clinic_id=clinic_id,
        source=SOURCE,
        kind=EventKind.DELAY,
        state=state,
        patient_id__in=[one.patient_id for one in waiting],
    )
    by_visit = {row.external_id.partition(":")[0]: row for row in rows.order_by("id")}
    return {one.visit_id: by_visit[one.visit_id.hex] for one in waiting if one.visit_id.hex in by_visit}


def name_of(one: Waiting, before: Event | None) -> str:
    """What the event is called: as before where a longer wait replaces what was said, a new one where that was taken back."""
    return before.external_id if before else f"{one.visit_id.hex}:{new_id().hex}"


def keep_before(clinic_id: UUID, before: Collection[Event]) -> None:
    """Keeps what these events said until a moment ago: the rows as they were. Call it inside `clinic_scope`."""
    rows = Event.objects.filter(clinic_id=clinic_id).in_bulk([was.id for was in before])
    for was in before:
        row = rows[was.id]
        row.said_ct = _sealed(row, [*_said(was), Said(row.revision, _word_of(row))])
    bulk.update(list(rows.values()), ["said_ct"])


def not_left(clinic_id: UUID, told: Collection[Event]) -> list[Event]:
    """Those of these delays whose last word has not left yet; its texts are called off. Call it inside `clinic_scope`."""
    gone = _gone(clinic_id, {event.id: _holding(event)[-1].revision for event in told})
    return [event for event in told if event.id not in gone]


def _gone(clinic_id: UUID, revisions: Mapping[UUID, int]) -> set[UUID]:
    """The delays whose texts at these revisions have left; those of the others are called off."""
    made = journeys.texts_at(clinic_id, kind=EventKind.DELAY, revisions=revisions)
    unmade = revisions.keys() - made.keys()
    journeys.forget(clinic_id=clinic_id, kind=EventKind.DELAY, anchor_ids=unmade)  # behind a worker that makes them now
    made |= journeys.texts_at(clinic_id, kind=EventKind.DELAY, revisions={event: revisions[event] for event in unmade})
    every = [text for its in made.values() for text in its]
    messaging.call_off(clinic_id=clinic_id, message_ids=every, reason="visit_changed")
    left = texts.left(clinic_id, every)
    return {event for event, its in made.items() if not left.isdisjoint(its)}


def _heard(clinic_id: UUID, events: Collection[Event]) -> dict[UUID, Said]:
    """The last word of each of these delays whose text has left, taken back or not; of some, none has."""
    made = journeys.texts_by_revision(clinic_id, kind=EventKind.DELAY, anchor_ids=[event.id for event in events])
    left = texts.left(clinic_id, [text for its in made.values() for text in its])
    found = {}
    for event in events:
        gone = [one for one in _said(event) if not left.isdisjoint(made.get((event.id, one.revision), ()))]
        if gone:
            found[event.id] = max(gone, key=lambda one: one.revision)
    return found


def go_back(clinic_id: UUID, events: Collection[Event], now: datetime) -> dict[UUID, bool]:
    """Makes of these delays, whose last word is taken back, what was said before it, where its moment is still to come, or an
    end: not saved yet. Returns of each whether people are to hear of it: they have heard something else that they still go by,
    or nothing of a delay that holds. Call it inside `clinic_scope`, behind `not_left`."""
    heard = _heard(clinic_id, events)
    told = {}
    for event in events:
        *before, last = _holding(event)
        holds = [one for one in before if one.word.expected_at > now]
        known = heard.get(event.id)
        goes_by = known.word if known and known.word.expected_at > now else None
        word = holds[-1].word if holds else None
        told[event.id] = word != goes_by
        revision = event.revision + 1  # a step goes once a revision: what is told by this one has a text of its own
        if word and told[event.id]:
            said = [*_kept(event, holds[:-1]), Said(revision, word)]
        else:
            said = _kept(event, holds)
        _say(event, revision, said, word or (known or last).word)
        event.state = LATE if word else ON_TIME if told[event.id] else OVER
    return told


def resume(clinic_id: UUID, waiting: Collection[Waiting]) -> list[Event]:
    """Makes delays again of those that were taken back a moment ago, where the word of that has not left: people go by what
    they had been told. Not saved yet. Call it inside `clinic_scope`."""
    rows = _by_visit(clinic_id, waiting, ON_TIME).values()
    gone, heard = _gone(clinic_id, {event.id: event.revision for event in rows}), _heard(clinic_id, rows)
    events = [event for event in rows if event.id in heard and event.id not in gone]
    for event in events:
        known = heard[event.id]
        _say(event, event.revision + 1, _kept(event, [known]), known.word)
        event.state = LATE
    return events


def void(clinic_id: UUID, changes: Collection[AnchorChange]) -> list[Event]:
    """The delays whose last word waits to leave for a visit that is off, over, or at another time by now: that word is called
    off, and they are over; not saved yet. What has left stays, so that a visit that stands again can still be told that it is on
    time after all. Call it inside `clinic_scope`."""
    visits = {change.id.hex: change.anchor for change in changes}
    rows = Event.objects.select_for_update().filter(
        clinic_id=clinic_id,
        source=SOURCE,
        kind=EventKind.DELAY,
        state__in=[LATE, ON_TIME],
        patient_id__in={change.patient_id for change in changes},
        at__gt=business_time.now(),  # a text that comes later is of no use, and does not leave
    )
    told = [event for event in rows.order_by("id") if event.external_id.partition(":")[0] in visits]
    off = [event for event in told if not _is_to_come(visits[event.external_id.partition(":")[0]], _word_of(event))]
    gone = _gone(clinic_id, {event.id: event.revision for event in off}) if off else set()
    over = [event for event in off if event.id not in gone]
    for event in over:
        event.state = OVER
    return over


def _is_to_come(visit: Anchor, word: Delay) -> bool:
    """Whether a visit still stands at the time that a delay was told of."""
    return visit.state in TO_BE_SEEN and visit.start + timedelta(minutes=word.minutes) == word.expected_at


def say_on_time(clinic_id: UUID, events: Collection[Event]) -> None:
    """Prepares delays, of whatever source, that have just come to be on time after all: whom no text had told of them hears
    nothing, they are over. Not saved yet. Call it inside `clinic_scope`."""
    if not events:
        return
    ids = [event.id for event in events]
    journeys.forget(clinic_id=clinic_id, kind=EventKind.DELAY, anchor_ids=ids)  # as in `_gone`
    made = journeys.texts_by_revision(clinic_id, kind=EventKind.DELAY, anchor_ids=ids)
    every = [text for its in made.values() for text in its]
    messaging.call_off(clinic_id=clinic_id, message_ids=every, reason="visit_changed")
    left = texts.left(clinic_id, every)
    heard = {event for (event, _), its in made.items() if not left.isdisjoint(its)}
    for event in events:
        if event.id in heard:
            event.said_ct = _sealed(event, _said(event))
            event.revision += 1
        else:
            event.state = OVER


def _say(event: Event, revision: int, said: Collection[Said], word: Delay) -> None:
    event.revision, event.said_ct = revision, _sealed(event, said)
    event.at, event.detail_ct = word.expected_at, seal_detail(event, word)


def _kept(event: Event, holding: Collection[Said]) -> list[Said]:
    """All that was ever said of it: these hold, what else was said is taken back."""
    revisions = {one.revision for one in holding}
    return [replace(one, is_off=one.revision not in revisions) for one in _said(event)]


def _holding(event: Event) -> list[Said]:
    """What was told of it and not taken back, the newest last: that which holds."""
    return [one for one in _said(event) if not one.is_off] or [Said(event.revision, _word_of(event))]


def _said(event: Event) -> list[Said]:
    """All that was told of it so far, in the order in which it was told."""
    if event.said_ct is None:
        return [Said(event.revision, _word_of(event))]
    held = json.loads(keys_for(event.clinic_id).open(SEALED, event.id.bytes, bytes(event.said_ct)))
    return [
        Said(revision, Delay(datetime.fromisoformat(at), minutes), bool(off)) for revision, at, minutes, *off in held
    ]


def _sealed(event: Event, said: Collection[Said]) -> bytes:
    held = [
        (one.revision, one.word.expected_at.isoformat(), one.word.minutes, *(["off"] if one.is_off else []))
        for one in said
    ]
    return keys_for(event.clinic_id).seal(SEALED, event.id.bytes, json.dumps(held).encode())


def _word_of(event: Event) -> Delay:
    detail = detail_of(event)
    assert isinstance(detail, Delay)
    return detail
