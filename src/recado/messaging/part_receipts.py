"""Long texts whose carrier reports on each part: which reference is which part's, and what was said of each.

Only for texts of several parts on a carrier that is asked for all receipts: every other text costs nothing here. The text is
delivered when all its parts are and has failed as soon as one has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, LiteralString

from recado.channels.protocol import Receipt, ReceiptState
from recado.foundation import arrays, ids
from recado.foundation.clock import real_now

from . import receipts, storable

LOCK: Final = 0x5245_4350  # with a carrier's number: two parts of a text reported at once must see one another

# By the transaction that writes SENT. A text that is sent once more begins anew.
PARTS_SENT: LiteralString = """
INSERT INTO messaging_part (clinic_id, message, number, total, carrier, ref)
SELECT n.clinic_id, n.message, n.number, n.total, %(carrier)s, n.ref
FROM unnest(%(clinics)s, %(messages)s, %(numbers)s, %(totals)s, %(refs)s) AS n (clinic_id, message, number, total, ref)
ON CONFLICT (clinic_id, message, number) DO UPDATE SET total = EXCLUDED.total, carrier = EXCLUDED.carrier, ref = EXCLUDED.ref,
    kind = NULL, at = NULL, reason = ''
"""
# A part that was delivered stays so; the same said twice changes no row. Returns every part that is known.
PARTS_TOLD: LiteralString = """
WITH p AS MATERIALIZED (
    SELECT p.clinic_id, p.message, p.number, p.ref, p.kind AS was, n.kind, n.reason
    FROM unnest(%(refs)s, %(kinds)s, %(reasons)s) AS n (ref, kind, reason), LATERAL (
        SELECT clinic_id, message, number, ref, kind FROM messaging_part
        WHERE carrier = %(carrier)s AND ref = n.ref AND message >= %(lowest)s ORDER BY message DESC LIMIT 1) p),
u AS (
    UPDATE messaging_part t SET kind = p.kind, at = %(now)s, reason = p.reason FROM p
    WHERE t.clinic_id = p.clinic_id AND t.message = p.message AND t.number = p.number
        AND p.was IS DISTINCT FROM p.kind AND p.was IS DISTINCT FROM 2)
SELECT ref, uuid_send(message), uuid_send(clinic_id) FROM p
"""
# A statement of its own: it must see what the one before has written.
WHOLE: LiteralString = """
INSERT INTO messaging_event (clinic_id, message, at, kind, carrier, reason)
SELECT w.clinic_id, w.message, %(now)s, w.kind, %(carrier)s, w.reason
FROM unnest(%(clinics)s, %(messages)s) AS n (clinic_id, message), LATERAL (
    SELECT p.clinic_id, p.message,
        CASE WHEN count(*) FILTER (WHERE p.kind = 2) = max(p.total) THEN 2 ELSE min(p.kind) FILTER (WHERE p.kind <> 2) END AS kind,
        min(left(concat_ws(' ', nullif(p.reason, ''), 'part', p.number, 'of', p.total), 40)) FILTER (WHERE p.kind <> 2) AS reason
    FROM messaging_part p WHERE p.clinic_id = n.clinic_id AND p.message = n.message GROUP BY 1, 2) w
WHERE w.kind IS NOT NULL AND (SELECT count(*) FROM messaging_event x WHERE x.message = w.message AND x.kind = w.kind) = 0
"""


@dataclass(frozen=True, slots=True)
class SentPart:
    """A part that the carrier took, under its own reference."""

    clinic: bytes
    message: bytes
    number: int  # from 1
    total: int
    ref: str


def sent_parameters(parts: Sequence[SentPart], *, carrier: int) -> dict[str, object]:
    return {
        "carrier": carrier,
        "clinics": arrays.uuid_array([part.clinic for part in parts]),
        "messages": arrays.uuid_array([part.message for part in parts]),
        "numbers": arrays.int2_array([part.number for part in parts]),
        "totals": arrays.int2_array([part.total for part in parts]),
        "refs": arrays.text_array([storable.ref(part.ref) for part in parts]),
    }


def last_words(reports: Sequence[Receipt]) -> dict[str, Receipt]:
    """The last final report for each reference; delivered is the last word of all. Pure."""
    final: dict[str, Receipt] = {}
    for report in reports:
        known = final.get(report.ref)
        if report.state in receipts.KIND_OF and report.ref and (known is None or not _is_delivered(known)):
            final[report.ref] = report
    return final


def told_parameters(reports: Sequence[Receipt], *, carrier: int, now: datetime) -> dict[str, object]:
    final = last_words(reports)
    return {
        "carrier": carrier,
        "now": now,
        "lowest": ids.lowest_id_at(real_now() - receipts.KNOWN_FOR),
        "refs": arrays.text_array(list(final)),
        "kinds": arrays.int2_array([int(receipts.KIND_OF[report.state]) for report in final.values()]),
        "reasons": arrays.text_array([_reason(report) for report in final.values()]),
    }


def _is_delivered(report: Receipt) -> bool:
    return report.state is ReceiptState.DELIVERED


def _reason(report: Receipt) -> str:
    return "" if _is_delivered(report) else report.error[:40]
