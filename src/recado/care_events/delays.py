"""A clinician runs late, told to everybody who still waits for them: what each is told by, and whose text can be taken back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from recado.foundation.database import plain_cursor
from recado.foundation.ids import new_id
from recado.journeys import actions as journeys
from recado.messaging import actions as messaging
from recado.messaging import queries as texts

from .hours import LOCK
from .models import Event
from .types import EventKind

SOURCE = "delays"  # of what is told in one act
MAY_TAKE_BACK = timedelta(seconds=20)  # so long these texts stay here


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits for a visit. `expected_at`: when it is their turn, with the delay."""

    visit_id: UUID
    patient_id: UUID
    expected_at: datetime


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


def not_left(clinic_id: UUID, told: Collection[Event]) -> list[UUID]:
    """Those of these delays whose last word has not left yet; its texts are called off. A shorter wait, told before, may have
    left: the delay is over all the same, or the longer one would still be told; who is told anew may hear the shorter twice.
    Call it inside `clinic_scope`."""
    revisions = {event.id: event.revision for event in told}
    made = journeys.texts_at(clinic_id, kind=EventKind.DELAY, revisions=revisions)
    unmade = revisions.keys() - made.keys()
    journeys.forget(clinic_id=clinic_id, kind=EventKind.DELAY, anchor_ids=unmade)  # behind a worker that makes them now
    made |= journeys.texts_at(clinic_id, kind=EventKind.DELAY, revisions={event: revisions[event] for event in unmade})
    every = [text for its in made.values() for text in its]
    messaging.call_off(clinic_id=clinic_id, message_ids=every, reason="visit_changed")
    left = texts.left(clinic_id, every)
    return [event for event in revisions if left.isdisjoint(made.get(event, ()))]
