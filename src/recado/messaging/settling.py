"""The usual end of texts: what a carrier answered, and the receipts that came meanwhile, in one statement. The rules are those
of outbox.py."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from recado.foundation import arrays

from . import outbox
from .outbox import Settled
from .types import EventKind

# In one round trip: the fences, the events of the slices that were ours, and receipts: for these very answers, and (without a
# slice) for texts whose answer stands, where no such receipt stands yet. A receipt is younger than its answer, also for whoever
# sorts by time. Nobody else writes one of them meanwhile: dispatch/early.py has all of a text come one way.
SETTLE_HELD = """
WITH ended AS (
    DELETE FROM messaging_slice WHERE id = ANY (%(ended)s::bigint[])
        AND fence = (%(ended_fences)s::integer[])[array_position(%(ended)s::bigint[], id)] RETURNING id),
raised AS (
    UPDATE messaging_slice SET fence = fence + 1 WHERE id = ANY (%(raised)s::bigint[])
        AND fence = (%(raised_fences)s::integer[])[array_position(%(raised)s::bigint[], id)] RETURNING id),
ours AS MATERIALIZED (SELECT id FROM ended UNION ALL SELECT id FROM raised),
e AS (
    INSERT INTO messaging_event (clinic_id, message, at, kind, carrier, ref, reason)
    SELECT n.clinic_id, n.message, %(real_now)s + (SELECT ahead FROM foundation_clock), n.kind, %(carrier)s, n.ref, n.reason
    FROM unnest(%(clinics)s, %(messages)s, %(kinds)s, %(refs)s, %(reasons)s, %(slices)s)
        AS n (clinic_id, message, kind, ref, reason, slice)
    WHERE (n.slice IN (SELECT id FROM ours)) IS TRUE),
t AS (
    INSERT INTO messaging_event (clinic_id, message, at, kind, carrier, reason)
    SELECT n.clinic_id, n.message, %(real_now)s + (SELECT ahead FROM foundation_clock) + interval '1 microsecond', n.kind,
        %(carrier)s, n.reason
    FROM unnest(%(told_clinics)s, %(told_messages)s, %(told_kinds)s, %(told_reasons)s, %(told_slices)s)
        AS n (clinic_id, message, kind, reason, slice)
    WHERE CASE WHEN n.slice IS NULL
        THEN (SELECT count(*) FROM messaging_event x WHERE x.message = n.message AND x.kind = n.kind) = 0
        ELSE n.slice IN (SELECT id FROM ours) END)
SELECT id FROM ours
"""


class Told(Struct, frozen=True, gc=False):
    """A receipt whose text is at hand. `slice`: of the answer that is written with it; None where that stands."""

    clinic: bytes
    message: bytes
    kind: EventKind
    reason: str | None
    slice: int | None


def held_parameters(
    events: Sequence[Settled], slices: Sequence[int], told: Sequence[Told], *, carrier: int, real_now: datetime
) -> dict[str, object]:
    """All but the fences. `slices`: of each event."""
    values = outbox.settle_parameters(events, carrier=carrier, now=real_now)
    values["real_now"] = values.pop("now")
    return values | {
        "slices": arrays.int8_array(slices),
        "told_clinics": arrays.uuid_array([one.clinic for one in told]),
        "told_messages": arrays.uuid_array([one.message for one in told]),
        "told_kinds": arrays.int2_array([one.kind for one in told]),
        "told_reasons": arrays.text_array([one.reason for one in told]),
        "told_slices": arrays.int8_array([one.slice for one in told]),
    }
