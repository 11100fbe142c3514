"""Where texts stand: what their events and the queue say together. Without their words and numbers."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection

from recado.foundation import arrays
from recado.foundation.asking import Ask, Work, alone
from recado.foundation.database import plain_cursor

from .models import Message, Reference
from .types import STATE_OF, EventKind, Standing, State

# What is known of a message's fate, by how much it says: the last event that is final wins, then the newest.
WEIGHT: dict[EventKind, int] = {
    EventKind.RETRY: 1,
    EventKind.UNCERTAIN: 1,
    EventKind.RESENT: 1,
    EventKind.SENT: 4,
    EventKind.REFUSED: 5,
    EventKind.STOPPED: 5,
    EventKind.CALLED_OFF: 5,
    EventKind.EXPIRED: 5,
    EventKind.FAILED: 5,
    EventKind.DELIVERED: 6,
}

WEIGHTS = "CASE e.kind " + " ".join(f"WHEN {kind.value} THEN {weight}" for kind, weight in WEIGHT.items()) + " END"


def state_of(is_refused: bool, kind: int, is_queued: bool) -> State:
    """By our own verdict, the event that says most (0: none yet), and whether it waits in the queue."""
    if is_refused:
        return State.NOT_ALLOWED
    if is_queued:
        return State.WAITING
    # Not in the queue and no word since it last went: it is on the wire.
    return State.SENDING if kind in (0, EventKind.RETRY, EventKind.RESENT) else STATE_OF[EventKind(kind)]


STANDINGS = f"""
SELECT m.id, m.verdict, m.rule, m.parts, m.due,
    coalesce((SELECT e.kind FROM messaging_event e WHERE e.message = m.id ORDER BY {WEIGHTS} DESC, e.at DESC, e.kind DESC LIMIT 1), 0),
    (SELECT count(*) FROM messaging_outbox o WHERE o.id = m.id) > 0
FROM messaging_message m WHERE m.clinic_id = %s AND m.id = ANY (%s)
"""


def standings(clinic_id: UUID, message_ids: Sequence[UUID]) -> Work[dict[UUID, Standing]]:
    """How these texts stand, by id, as steps."""
    (rows,) = yield [Ask(STANDINGS, (clinic_id, arrays.uuid_array(list(message_ids))))]
    return {
        name: Standing(name, verdict, rule, parts, due, state_of(verdict == "never", kind, is_queued))
        for name, verdict, rule, parts, due, kind, is_queued in rows
    }


def standings_of(clinic_id: UUID, message_ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """The same, at once: one statement. Call it inside `clinic_scope`."""
    with plain_cursor() as cursor:
        return alone(standings(clinic_id, message_ids), cursor)


COUNTS = f"""
SELECT m.clinic_id, m.verdict = 'never', coalesce(x.kind, 0), EXISTS (SELECT FROM messaging_outbox o WHERE o.id = m.id), count(*)
FROM messaging_message m LEFT JOIN LATERAL (
    SELECT e.kind FROM messaging_event e WHERE e.message = m.id ORDER BY {WEIGHTS} DESC, e.at DESC, e.kind DESC LIMIT 1) x ON true
WHERE m.clinic_id = ANY (%s) GROUP BY 1, 2, 3, 4
"""


def counts_by_state(maintenance: "psycopg.Connection[Any]", clinic_ids: Sequence[UUID]) -> dict[UUID, dict[State, int]]:
    """How many messages of each clinic stand in each state. For the maintenance connection."""
    counts: dict[UUID, dict[State, int]] = {clinic: {} for clinic in clinic_ids}
    for clinic, is_refused, kind, is_queued, count in maintenance.execute(COUNTS, (list(clinic_ids),)):
        state = state_of(is_refused, kind, is_queued)
        counts[clinic][state] = counts[clinic].get(state, 0) + count
    return counts


def message_of(clinic_id: UUID, ref: str) -> UUID | None:
    """The message that was put under this ref. Call it inside `clinic_scope`."""
    return Reference.objects.filter(clinic_id=clinic_id, ref=ref).values_list("message_id", flat=True).first()


LEFT = """
SELECT m.id FROM unnest(%(ids)s::uuid[]) AS m (id)
WHERE NOT EXISTS (SELECT FROM messaging_outbox o WHERE o.id = m.id)
  AND NOT EXISTS (SELECT FROM messaging_event e WHERE e.message = m.id AND e.clinic_id = %(clinic)s AND e.kind = ANY (%(stayed)s))
  AND EXISTS (SELECT FROM messaging_message t WHERE t.id = m.id AND t.clinic_id = %(clinic)s AND t.verdict <> 'never')
"""
STAYED = [int(EventKind.STOPPED), int(EventKind.CALLED_OFF)]  # ended here, before a carrier had them


def left(clinic_id: UUID, message_ids: Collection[UUID]) -> set[UUID]:
    """Which of these texts were handed to a carrier, or may have been. Call it inside `clinic_scope`."""
    if not message_ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(LEFT, {"ids": list(message_ids), "clinic": clinic_id, "stayed": STAYED})
        return {found for (found,) in cursor.fetchall()}


def have_left(clinic_id: UUID, message_ids: Collection[UUID]) -> bool:
    """Whether any of these texts was handed to a carrier, or may have been. Call it inside `clinic_scope`."""
    return bool(left(clinic_id, message_ids))


def written_to(clinic_id: UUID, patient_ids: Collection[UUID]) -> set[UUID]:
    """Which of these people a text was ever made for. Call it inside `clinic_scope`."""
    rows = Message.objects.filter(clinic_id=clinic_id, patient_id__in=list(patient_ids))
    return {found for found in rows.values_list("patient_id", flat=True).distinct() if found is not None}
