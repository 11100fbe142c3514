"""A clinician runs late, told to everybody who still waits for them: what each is told by, and whose text can be taken back."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from recado.foundation import bulk
from recado.foundation.database import plain_cursor
from recado.foundation.ids import new_id
from recado.foundation.keys import keys_for
from recado.journeys import actions as journeys
from recado.messaging import actions as messaging
from recado.messaging import queries as texts

from .hours import LOCK
from .models import Event
from .steps import detail_of, seal_detail
from .types import Delay, EventKind

SEALED = "care_events.said"
SOURCE = "delays"  # of what is told in one act
MAY_TAKE_BACK = timedelta(seconds=20)  # so long these texts stay here


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits for a visit. `expected_at`: when it is their turn, with the delay."""

    visit_id: UUID
    patient_id: UUID
    expected_at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What was told of a delay at one time, and the revision of the event whose texts tell it."""

    revision: int
    word: Delay


@dataclass(frozen=True, slots=True)
class TakenBack:
    """For how many people a delay was taken back in time, and how many had their text. `again`: of the first, those for whom a
    delay told before holds again."""

    off: int
    gone: int
    again: int = 0


def standing(clinic_id: UUID, waiting: Collection[Waiting]) -> dict[UUID, Event]:
    """The delays that these have been told of, or are about to be, by visit. One at a time in a clinic: pressed twice, it tells
    once. Call it inside `clinic_scope`."""
    with plain_cursor() as cursor:
        cursor.execute(LOCK, (f"recado delay {clinic_id}",))
    rows = Event.objects.select_for_update().filter(
        clinic_id=clinic_id,
        source=SOURCE,
        kind=EventKind.DELAY,
        state="late",
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
    revisions = {event.id: _said(event)[-1].revision for event in told}
    made = journeys.texts_at(clinic_id, kind=EventKind.DELAY, revisions=revisions)
    unmade = revisions.keys() - made.keys()
    journeys.forget(clinic_id=clinic_id, kind=EventKind.DELAY, anchor_ids=unmade)  # behind a worker that makes them now
    made |= journeys.texts_at(clinic_id, kind=EventKind.DELAY, revisions={event: revisions[event] for event in unmade})
    every = [text for its in made.values() for text in its]
    messaging.call_off(clinic_id=clinic_id, message_ids=every, reason="visit_changed")
    left = texts.left(clinic_id, every)
    return [event for event in told if left.isdisjoint(made.get(event.id, ()))]


def go_back(clinic_id: UUID, events: Collection[Event]) -> Mapping[UUID, bool]:
    """Makes of these delays, whose last word is taken back, what was said before it, where anything was: not saved yet. Returns
    which, and whether people are still to hear of it, since its text never left. Call it inside `clinic_scope`."""
    before = {event.id: said[:-1] for event in events if len(said := _said(event)) > 1}
    revisions = {event: said[-1].revision for event, said in before.items()}
    made = journeys.texts_at(clinic_id, kind=EventKind.DELAY, revisions=revisions)
    left = texts.left(clinic_id, [text for its in made.values() for text in its])
    untold = {event: left.isdisjoint(made.get(event, ())) for event in before}
    for event in events:
        if event.id in before:
            event.revision += 1  # a step goes once a revision: what is told by this one is told by a text of its own
            *older, last = before[event.id]
            last = Said(event.revision, last.word) if untold[event.id] else last
            event.said_ct = _sealed(event, [*older, last])
            event.at, event.detail_ct = last.word.expected_at, seal_detail(event, last.word)
    return untold


def _said(event: Event) -> list[Said]:
    """What was told of it so far, the newest last: that which holds."""
    if event.said_ct is None:
        return [Said(event.revision, _word_of(event))]
    held = json.loads(keys_for(event.clinic_id).open(SEALED, event.id.bytes, bytes(event.said_ct)))
    return [Said(revision, Delay(datetime.fromisoformat(at), minutes)) for revision, at, minutes in held]


def _sealed(event: Event, said: Collection[Said]) -> bytes:
    held = [(one.revision, one.word.expected_at.isoformat(), one.word.minutes) for one in said]
    return keys_for(event.clinic_id).seal(SEALED, event.id.bytes, json.dumps(held).encode())


def _word_of(event: Event) -> Delay:
    detail = detail_of(event)
    assert isinstance(detail, Delay)
    return detail
