"""Delivery reports: flushed in batches, committed, and only then acknowledged to the carrier.

A report may come before the commit that stores its text's reference (it overtakes the settle), twice, late, or for a
text whose answer was lost. The last kind waits as unmatched and settles an uncertain text only where exactly one
uncertain text has that carrier, sender and recipient, or where the carrier returned our own message reference.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from recado.channels.protocol import Cost, Receipt, ReceiptState
from recado.consent.types import EVERYTHING, PurposeGroup
from recado.foundation import arrays, ids
from recado.foundation.clock import real_now

from .types import EventKind

KIND_OF: dict[ReceiptState, EventKind] = {
    ReceiptState.DELIVERED: EventKind.DELIVERED,
    ReceiptState.FAILED: EventKind.FAILED,
    ReceiptState.EXPIRED: EventKind.EXPIRED,
}
KNOWN_FOR = timedelta(days=14)  # how far back a reference is looked for
WINDOW = timedelta(days=3)  # how long a report may still settle an uncertain text

# The texts that these references of a carrier stand for (`by_ref`). One after the other and not `= ANY`, which a plan may
# apply as a filter while it walks the month from `lowest` on, where the month's statistics say that it is empty. `highest`
# leaves out the months that are still to come.
OF_REF: LiteralString = """LATERAL (
    SELECT e.clinic_id, e.message FROM messaging_event e
    WHERE e.carrier = %(carrier)s AND e.ref = n.ref AND e.message >= %(lowest)s AND e.message < %(highest)s OFFSET 0) e
"""
BY_REF: LiteralString = f"unnest(%(refs)s) AS n (ref), {OF_REF}"
# `count(*) = 0` stays one index look-up a row where NOT EXISTS becomes a join (38,000 -> 16,000/s).
TAKE: LiteralString = f"""
WITH d AS MATERIALIZED (SELECT DISTINCT e.message, e.clinic_id, n.ref FROM {BY_REF}),
i AS (
    INSERT INTO messaging_event (clinic_id, message, at, kind, carrier, reason)
    SELECT clinic_id, message, %(now)s, %(kind)s, %(carrier)s, %(reason)s FROM d
    WHERE (SELECT count(*) FROM messaging_event x WHERE x.message = d.message AND x.kind = %(kind)s) = 0)
SELECT ref, uuid_send(clinic_id) FROM d
"""

STORE_UNMATCHED = """
INSERT INTO messaging_receiptunmatched (id, carrier, ref, state, error, at, received_at, to_ct, sender, message_reference,
    person_stopped, cost_amount, cost_currency, outcome)
VALUES (%(id)s, %(carrier)s, %(ref)s, %(state)s, %(error)s, %(at)s, %(received_at)s, %(to_ct)s, %(sender)s, %(reference)s,
    %(person_stopped)s, %(cost_amount)s, %(cost_currency)s, '')
"""

READ_UNMATCHED = """
SELECT id, ref, state, error, to_ct, sender, message_reference, received_at, person_stopped, at, cost_amount, cost_currency,
    outcome = 'heard'
FROM messaging_receiptunmatched
WHERE settled_at IS NULL AND carrier = %(carrier)s ORDER BY id LIMIT 2000 FOR UPDATE SKIP LOCKED
"""
# Opt-outs that were heard by who the person is: once. When their text becomes known they are heard by it too: it may be another clinic's.
HEARD = "UPDATE messaging_receiptunmatched SET outcome = 'heard' WHERE id = ANY (%(ids)s)"
SETTLE_UNMATCHED = """
UPDATE messaging_receiptunmatched SET settled_at = %(now)s, outcome = %(outcome)s WHERE id = ANY (%(ids)s)
"""

# What a text left from last: its own sender, or that of the carrier that it has gone over to.
LAST_SENDER: LiteralString = """coalesce(
    (SELECT t.sender FROM messaging_movedtext t WHERE t.clinic_id = m.clinic_id AND t.message = m.id), m.sender)"""
# Whether it may have left from a sender at all: its own, that of now, or one where it was uncertain in between. An opt-out errs on
# being heard.
LEFT_FROM: LiteralString = """(%(sender)s = m.sender OR %(sender)s IN (SELECT unnest(t.sender || t.left_from)
    FROM messaging_movedtext t WHERE t.clinic_id = m.clinic_id AND t.message = m.id))"""
# Uncertain, and nothing since has told what became of it.
UNCERTAIN: LiteralString = f"""
SELECT uuid_send(e.message), uuid_send(e.clinic_id), m.sender, m.phone_ct FROM messaging_event e,
    LATERAL (SELECT {LAST_SENDER} AS sender, phone_ct FROM messaging_message m
        WHERE m.clinic_id = e.clinic_id AND m.id = e.message LIMIT 1) m
WHERE e.carrier = %(carrier)s AND e.kind = 5 AND e.message >= %(lowest)s
    AND (SELECT count(*) FROM messaging_event x WHERE x.message = e.message
        AND (x.kind IN (1, 2, 3, 6, 9) OR (x.kind = 10 AND x.at >= e.at))) = 0
LIMIT 20000
"""

# Whom the texts of these references were for.
TOLD_STOPPED: LiteralString = f"""
SELECT DISTINCT e.clinic_id, m.phone_bi, n.ref FROM {BY_REF},
    LATERAL (SELECT phone_bi FROM messaging_message m WHERE m.clinic_id = e.clinic_id AND m.id = e.message LIMIT 1) m
WHERE m.phone_bi IS NOT NULL
"""
# Who has taken a stop back since the carrier told of theirs has the last word, for what they took back.
TAKEN_BACK: LiteralString = """
SELECT DISTINCT jsonb_array_elements_text(purpose_groups) FROM consent_ledgerentry
WHERE clinic_id = %(clinic)s AND phone_bi = %(phone)s AND channel = 'sms' AND kind = 'restored' AND at >= %(since)s
"""
# An opt-out without a text of ours: the clinics that text from that number of that carrier, and those of them that have texted
# this person from it.
SENDING = "SELECT DISTINCT clinic_id FROM messaging_receivingnumber WHERE carrier_id = %s AND address = %s"
TEXTED: LiteralString = f"""
SELECT n.clinic_id, n.phone_bi FROM unnest(%(clinics)s, %(phones)s) AS n (clinic_id, phone_bi)
WHERE (SELECT count(*) FROM messaging_message m
    WHERE m.clinic_id = n.clinic_id AND m.phone_bi = n.phone_bi AND {LEFT_FROM}) > 0
"""


def still_stopped(rows: Iterable[Sequence[str]]) -> list[PurposeGroup]:
    """What an opt-out silences that a carrier told of before: everything but the groups of these rows of `TAKEN_BACK`."""
    back = {row[0] for row in rows}
    return [group for group in EVERYTHING if group.name.lower() not in back]


def batches(receipts: Iterable[Receipt]) -> dict[tuple[EventKind, str], list[str]]:
    """Final reports grouped by what they say, each reference once: two copies in one batch become one event."""
    groups: dict[tuple[EventKind, str], dict[str, None]] = {}
    for receipt in receipts:
        kind = KIND_OF.get(receipt.state)
        if kind is not None and receipt.ref:
            reason = receipt.error[:40] if kind is not EventKind.DELIVERED else ""
            groups.setdefault((kind, reason), {})[receipt.ref] = None
    return {key: list(refs) for key, refs in groups.items()}


def take_parameters(
    *, carrier: int, kind: EventKind, reason: str, refs: Sequence[str], now: datetime
) -> dict[str, object]:
    return by_ref(carrier, refs) | {"now": now, "kind": int(kind), "reason": reason or None}


def by_ref(carrier: int, refs: Sequence[str]) -> dict[str, object]:
    """The values of `BY_REF`."""
    real = real_now()
    return {
        "carrier": carrier,
        "refs": arrays.text_array(list(refs)),
        "lowest": ids.lowest_id_at(real - KNOWN_FOR),
        "highest": ids.lowest_id_at(real + timedelta(days=1)),
    }


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A stored report that no text is known for yet."""

    id: UUID
    ref: str
    kind: EventKind | None  # None: nothing final, kept for the opt-out that it tells of
    error: str
    to: str
    sender: str
    message_reference: int | None
    received_at: datetime
    person_stopped: bool = False
    at: datetime | None = None  # business time at which it came
    cost: Cost | None = None
    is_heard: bool = False  # its opt-out was, although its text isn't known

    @property
    def report(self) -> Receipt:
        """What the carrier said."""
        state = next((state for state, kind in KIND_OF.items() if kind is self.kind), ReceiptState.ON_THE_WAY)
        of_text = (self.to, self.sender, self.error, self.message_reference, self.person_stopped, self.cost)
        return Receipt(self.ref, state, None, *of_text)


@dataclass(frozen=True, slots=True)
class UncertainText:
    message: bytes
    clinic: bytes
    sender: str
    to: str

    @property
    def reference(self) -> int:
        """The two bytes that went out as SMPP user_message_reference."""
        return int.from_bytes(self.message[-2:], "big")


def match(unmatched: Sequence[Unmatched], uncertain: Sequence[UncertainText]) -> list[tuple[Unmatched, UncertainText]]:
    """Which uncertain texts these reports settle. Pure. A pair is made only where it is the only one possible: the carrier's
    reference is our own id of the text, or there is one text and one reference for that sender and recipient, or the carrier
    returned our message reference. Two references that lead to one text settle nothing."""
    named = {text.message.hex(): text for text in uncertain}
    by_person: dict[tuple[str, str], list[UncertainText]] = {}
    by_phone: dict[str, list[UncertainText]] = {}
    for text in uncertain:
        by_person.setdefault((text.sender, text.to), []).append(text)
        by_phone.setdefault(text.to, []).append(text)
    refs_of: dict[tuple[str, str], set[str]] = {}
    for receipt in unmatched:
        refs_of.setdefault((receipt.sender, receipt.to), set()).add(receipt.ref)
    pairs: list[tuple[Unmatched, UncertainText]] = []
    refs_to: dict[bytes, set[str]] = {}
    for receipt in unmatched:
        person = (receipt.sender, receipt.to)
        own = named.get(receipt.ref)  # some carriers (Kannel) tell nothing but that id: neither whom nor from where
        texts = [own] if own else by_person.get(person, [])
        if own is None and receipt.message_reference is not None:
            if not receipt.sender:  # MessageBird names the phone alone
                texts = by_phone.get(receipt.to, [])
            texts = [text for text in texts if text.reference == receipt.message_reference]
        elif own is None and len(refs_of[person]) > 1:
            continue
        if len(texts) == 1:
            pairs.append((receipt, texts[0]))
            refs_to.setdefault(texts[0].message, set()).add(receipt.ref)
    return [(receipt, text) for receipt, text in pairs if len(refs_to[text.message]) == 1]


def unmatched_of(rows: Sequence[Any], open_address: Any) -> list[Unmatched]:
    """Stored rows as values; `open_address(id, sealed)` decrypts the number."""
    return [
        Unmatched(
            r[0],
            r[1],
            KIND_OF.get(ReceiptState(r[2])),
            r[3],
            open_address(r[0], bytes(r[4])),
            sender=r[5],
            message_reference=r[6],
            received_at=r[7],
            person_stopped=r[8],
            at=r[9],
            cost=Cost(r[10], r[11]) if r[10] is not None else None,
            is_heard=r[12],
        )
        for r in rows
    ]
