"""What went to a person's numbers, for the page of a patient: the newest texts, and whether a number takes any."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from recado.foundation import arrays
from recado.foundation.database import plain_cursor

from .types import EventKind


@dataclass(frozen=True, slots=True)
class Fate:
    """What a carrier last said of a text to a number."""

    kind: EventKind  # DELIVERED, FAILED or REFUSED
    at: datetime
    reason: str


_TELLING = (EventKind.DELIVERED, EventKind.FAILED, EventKind.REFUSED)

LAST_FATES: LiteralString = """
SELECT p.phone, x.kind, x.at, x.reason FROM unnest(%s) AS p (phone), LATERAL (
    SELECT e.kind, e.at, e.reason FROM messaging_message m JOIN messaging_event e ON e.message = m.id
    WHERE m.clinic_id = %s AND m.phone_bi = p.phone AND e.clinic_id = %s AND e.kind = ANY (%s)
    ORDER BY m.id DESC, e.at DESC LIMIT 1) x
"""


def last_fates(clinic_id: UUID, phones: Collection[bytes]) -> dict[bytes, Fate]:
    """The last word of a carrier about each of these numbers, where there is one: one statement. Call it inside
    `clinic_scope`."""
    if not phones:
        return {}
    kinds = arrays.int2_array([int(kind) for kind in _TELLING])
    with plain_cursor() as cursor:
        rows = cursor.execute(LAST_FATES, (arrays.bytea_array(list(phones)), clinic_id, clinic_id, kinds))
        return {bytes(phone): Fate(EventKind(kind), at, reason or "") for phone, kind, at, reason in rows}
