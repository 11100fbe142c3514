"""Where texts stand: what their events and the queue say together. Without their words and numbers."""

from collections.abc import Sequence
from uuid import UUID

from recado.foundation import arrays
from recado.foundation.asking import Ask, Work, alone
from recado.foundation.database import plain_cursor

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
