"""All the hot SQL of sending: put, claim, settle, recover. Nobody else writes these tables.

The rules that these statements follow were each bought by a measurement (docs/explain/send-path.md):
- never join to the queue: `id = ANY (ARRAY(SELECT ...))` leaves the planner no order to get wrong (5x);
- `(x IN (SELECT ...)) IS TRUE` is a hashed sub-plan where a plain IN may become a join over the whole queue;
- arrays go in as our own binary encoding (20x cheaper than psycopg's lists);
- what is made for every text is a msgspec `Struct`: a frozen dataclass takes ten times as long to make;
- no `now()`: business time is passed in, real time for leases too, so that tests and the time machine hold.

A withdrawal that commits before a claim must win. A claim's snapshot is older than its commit, so re-reading
withdrawals inside it is not enough (360 of 486 slipped through): the claim takes a shared advisory lock in a
statement of its own first, the withdrawing transaction takes it exclusively.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from msgspec import Struct

from recado.foundation import arrays
from recado.foundation.asking import Ask, Cursor, Notice, Work

from . import storable
from .types import CHANNEL, EventKind, Lane, ends_at

PUT_CHUNK = 2_000  # rows a statement: 500, 2,000 and 10,000 measured alike; 2,000 keeps the arrays small

PUT = """
WITH n AS MATERIALIZED (
    SELECT n.*, n.purpose_group <> 0 AND EXISTS (
        SELECT FROM consent_withdrawal w
        WHERE w.clinic_id = %(clinic)s AND w.phone_bi = n.phone_bi AND w.purpose_group = n.purpose_group
            AND w.channel = 'sms') AS gone
    FROM unnest(%(ids)s, %(at)s, %(due)s, %(lane)s, %(purpose)s, %(purpose_group)s, %(carrier)s, %(parts)s, %(verdict)s,
        %(rule)s, %(sender)s, %(patient)s, %(phone_bi)s, %(phone_ct)s, %(body_ct)s, %(ref)s, %(expires)s, %(wording)s)
        AS n (id, at, due, lane, purpose, purpose_group, carrier, parts, verdict, rule, sender, patient_id,
              phone_bi, phone_ct, body_ct, ref, expires, wording)),
r AS (
    INSERT INTO messaging_reference (clinic_id, ref, message_id)
    SELECT %(clinic)s, ref, id FROM n WHERE ref IS NOT NULL
    ON CONFLICT DO NOTHING RETURNING message_id),
f AS MATERIALIZED (
    SELECT n.* FROM n WHERE n.ref IS NULL OR (n.id IN (SELECT message_id FROM r)) IS TRUE),
m AS (
    INSERT INTO messaging_message (clinic_id, id, at, due, lane, purpose, parts, verdict, rule, sender, patient_id,
        phone_bi, phone_ct, body_ct, expires, wording)
    SELECT %(clinic)s, id, at, due, lane, purpose, parts, CASE WHEN gone THEN 'never' ELSE verdict END,
        CASE WHEN gone THEN 'withdrawn' ELSE rule END, sender, patient_id, phone_bi, phone_ct, body_ct, expires,
        wording FROM f),
o AS (
    INSERT INTO messaging_outbox (id, clinic_id, carrier, lane, purpose, purpose_group, due, verdict, rule, sender,
        phone_bi, phone_ct, body_ct, expires)
    SELECT id, %(clinic)s, carrier, lane, purpose, purpose_group, due, 'allow', rule, sender, phone_bi, phone_ct, body_ct,
        expires FROM f WHERE NOT gone AND verdict <> 'never')
SELECT uuid_send(id), gone FROM f WHERE gone OR ref IS NOT NULL
"""
KNOWN = (
    "SELECT ref, uuid_send(message_id) FROM messaging_reference WHERE clinic_id = %(clinic)s AND ref = ANY (%(refs)s)"
)

# Which clinics have a text due in which lane, and since when: one step of the index for each. Not for every claim: rows
# that an open transaction keeps alive stand in its way.
WAITING = """
SELECT l.lane, t.clinic_id, t.due FROM unnest(%(lanes)s) AS l (lane), LATERAL (
    WITH RECURSIVE w AS (
        (SELECT clinic_id, due FROM messaging_outbox
         WHERE carrier = %(carrier)s AND lane = l.lane ORDER BY clinic_id, due LIMIT 1)
        UNION ALL
        SELECT n.clinic_id, n.due FROM w, LATERAL (
            SELECT clinic_id, due FROM messaging_outbox
            WHERE carrier = %(carrier)s AND lane = l.lane AND clinic_id > w.clinic_id ORDER BY clinic_id, due LIMIT 1) n)
    SELECT clinic_id, due FROM w) t
WHERE t.due <= %(now)s
"""

# One statement, committed before the first byte. Its looks in the order given: whose turn it is, dispatch/turns.py says.
# What was locked is deleted by its place in the table: a row there never moves, and its id need not be looked up again.
CLAIM = """
WITH c AS MATERIALIZED (
    SELECT q.place FROM unnest(%(lanes)s, %(clinics)s, %(skips)s, %(limits)s, %(marks)s)
        AS l (lane, clinic, skip, most, mark), LATERAL (
        SELECT ctid AS place FROM messaging_outbox
        WHERE carrier = %(carrier)s AND lane = l.lane AND clinic_id = l.clinic AND due <= %(now)s AND due >= l.mark
        ORDER BY due, id LIMIT l.most OFFSET l.skip FOR UPDATE SKIP LOCKED) q
    LIMIT %(most)s),
d AS (
    DELETE FROM messaging_outbox o WHERE ctid = ANY (ARRAY(SELECT place FROM c))
    RETURNING o.*, o.purpose_group <> 0 AND EXISTS (
        SELECT FROM consent_withdrawal w
        WHERE w.clinic_id = o.clinic_id AND w.phone_bi = o.phone_bi AND w.purpose_group = o.purpose_group
            AND w.channel = 'sms') AS gone),
s AS (
    INSERT INTO messaging_slice (worker, carrier, lease, ids, clinics, purposes)
    SELECT %(worker)s, %(carrier)s, %(lease)s, array_agg(id), array_agg(clinic_id), array_agg(purpose)
    FROM d WHERE NOT gone HAVING count(*) > 0 RETURNING id, fence),
e AS (
    INSERT INTO messaging_event (clinic_id, message, at, kind, carrier, reason)
    SELECT clinic_id, id, %(now)s, 4, carrier, 'withdrawn' FROM d WHERE gone)
SELECT uuid_send(id), uuid_send(clinic_id), lane, sender, purpose, attempts, due, phone_bi, phone_ct, body_ct,
    (SELECT id FROM s), (SELECT fence FROM s), gone, expires, first_due, tried
FROM d ORDER BY lane, due, id
"""

CLAIM_LOCK = "SELECT pg_advisory_xact_lock_shared(%s), (SELECT ahead FROM foundation_clock)"

# A worker's own write raises the fence, so a commit whose confirmation was lost isn't made twice.
RAISE_FENCES = """
UPDATE messaging_slice SET fence = fence + 1 WHERE id = ANY (%(slices)s::bigint[])
    AND fence = (%(fences)s::integer[])[array_position(%(slices)s::bigint[], id)] RETURNING id
"""
END_SLICES = """
DELETE FROM messaging_slice WHERE id = ANY (%(slices)s::bigint[])
    AND fence = (%(fences)s::integer[])[array_position(%(slices)s::bigint[], id)] RETURNING id
"""
SETTLE = """
INSERT INTO messaging_event (clinic_id, message, at, kind, carrier, ref, reason)
SELECT n.clinic_id, n.message, %(now)s, n.kind, %(carrier)s, n.ref, n.reason
FROM unnest(%(clinics)s, %(messages)s, %(kinds)s, %(refs)s, %(reasons)s) AS n (clinic_id, message, kind, ref, reason)
"""

CALL_OFF = """
WITH d AS (DELETE FROM messaging_outbox WHERE id = ANY (%(ids)s) AND clinic_id = %(clinic)s RETURNING id, clinic_id, carrier)
INSERT INTO messaging_event (clinic_id, message, at, kind, carrier, reason)
SELECT clinic_id, id, %(now)s, 8, carrier, %(reason)s FROM d RETURNING uuid_send(message)
"""

# A row is never updated: it is put anew, with another moment.
LEAVE_AT = """
WITH d AS (
    DELETE FROM messaging_outbox WHERE id = %(id)s AND clinic_id = %(clinic)s AND due > %(due)s RETURNING *)
INSERT INTO messaging_outbox (id, clinic_id, carrier, lane, purpose, purpose_group, attempts, due, verdict, rule, sender,
    phone_bi, phone_ct, body_ct, expires, first_due, tried)
SELECT id, clinic_id, carrier, lane, purpose, purpose_group, attempts, %(due)s, verdict, rule, sender, phone_bi, phone_ct,
    body_ct, expires, first_due, tried FROM d RETURNING lane
"""


class Row(Struct, frozen=True, gc=False):
    """One judged, sealed text, ready to be put."""

    id: bytes
    due: datetime
    lane: int
    purpose: int
    purpose_group: int
    carrier: int
    parts: int
    verdict: str
    rule: str
    sender: str
    patient_id: bytes | None
    phone_bi: bytes | None
    phone_ct: bytes | None
    body_ct: bytes
    ref: str | None
    expires: datetime | None = None
    wording: str | None = None


@dataclass(frozen=True, slots=True)
class PutOutcome:
    """Which new rows may not leave since their owner has withdrawn, and for each row that was not new, since its ref was
    known, the message that stands under it."""

    gone: frozenset[bytes]
    known: Mapping[bytes, bytes]


def putting(clinic_id: UUID, chunks: Iterable[Sequence[Row]], *, now: datetime) -> Work[PutOutcome]:
    """Stores messages and queues those that may leave, as steps in the caller's transaction: each chunk (of `PUT_CHUNK`) is
    asked for when the one before is on its way."""
    refs: dict[bytes, str] = {}
    lanes: set[int] = set()

    def asks() -> Iterator[Ask | Notice]:
        for chunk in chunks:
            refs.update((row.id, row.ref) for row in chunk if row.ref is not None)
            lanes.update(row.lane for row in chunk if row.verdict != "never")
            yield Ask(PUT, _put_parameters(clinic_id, chunk, now))
        if lanes:
            yield Notice(CHANNEL, (f"{clinic_id} {''.join(map(str, sorted(lanes)))}",))

    found = yield asks()
    told = {bytes(message): is_gone for rows in found for message, is_gone in rows}
    old = {message: ref for message, ref in refs.items() if message not in told}
    known: dict[str, bytes] = {}
    if old:
        values = {"clinic": clinic_id, "refs": arrays.text_array(list(old.values()))}
        (rows,) = yield [Ask(KNOWN, values, prepare=False)]
        known = {ref: bytes(message) for ref, message in rows}
    gone = frozenset(message for message, is_gone in told.items() if is_gone)
    return PutOutcome(gone, {message: known[ref] for message, ref in old.items()})


def _put_parameters(clinic_id: UUID, rows: Sequence[Row], now: datetime) -> dict[str, object]:
    return {
        "clinic": clinic_id,
        "ids": arrays.uuid_array([r.id for r in rows]),
        "at": arrays.timestamptz_array([now] * len(rows)),
        "due": arrays.timestamptz_array([r.due for r in rows]),
        "lane": arrays.int2_array([r.lane for r in rows]),
        "purpose": arrays.int2_array([r.purpose for r in rows]),
        "purpose_group": arrays.int2_array([r.purpose_group for r in rows]),
        "carrier": arrays.int2_array([r.carrier for r in rows]),
        "parts": arrays.int2_array([r.parts for r in rows]),
        "verdict": arrays.text_array([r.verdict for r in rows]),
        "rule": arrays.text_array([r.rule for r in rows]),
        "sender": arrays.text_array([r.sender for r in rows]),
        "patient": arrays.uuid_array([r.patient_id for r in rows]),
        "phone_bi": arrays.bytea_array([r.phone_bi for r in rows]),
        "phone_ct": arrays.bytea_array([r.phone_ct for r in rows]),
        "body_ct": arrays.bytea_array([r.body_ct for r in rows]),
        "ref": arrays.text_array([r.ref for r in rows]),
        "expires": arrays.timestamptz_array([r.expires for r in rows]),
        "wording": arrays.text_array([r.wording for r in rows]),
    }


def call_off(cursor: Cursor, *, clinic_id: UUID, ids: Sequence[bytes], reason: str, now: datetime) -> list[bytes]:
    """Takes texts that are no longer wanted out of the queue. Returns those that it found. One that is being put anew meanwhile
    (`LEAVE_AT`, another carrier) it does not: only a further statement sees it."""
    parameters = {"ids": arrays.uuid_array(list(ids)), "clinic": clinic_id, "now": now, "reason": reason}
    # Planned each time: the app role may walk tables, and a plan kept from when the queue was empty would.
    cursor.execute(CALL_OFF, parameters, prepare=False)
    return [bytes(row[0]) for row in cursor.fetchall()]


def leave_at(cursor: Cursor, *, clinic_id: UUID, name: UUID, due: datetime) -> bool:
    """A text that waits leaves sooner, at this moment. False: it has left, or leaves by then anyhow."""
    cursor.execute(LEAVE_AT, {"id": name, "clinic": clinic_id, "due": due}, prepare=False)
    lanes = [row[0] for row in cursor.fetchall()]
    if lanes:
        cursor.execute("SELECT pg_notify(%s, %s)", (CHANNEL, f"{clinic_id} {lanes[0]}"))
    return bool(lanes)


class Claimed(Struct, frozen=True, gc=False):
    """One text of a slice, still sealed."""

    message: bytes
    clinic: bytes
    lane: int
    sender: str
    purpose: int
    attempts: int
    due: datetime
    phone_bi: bytes
    phone_ct: bytes
    body_ct: bytes
    expires: datetime | None = None
    first_due: datetime | None = None  # of a text that goes again: when it was due at first
    tried: str | None = None  # carriers that have refused it to the end, and why: answers.py

    @property
    def ends_at(self) -> datetime:
        """When it is of no use any more, however often it was tried."""
        return ends_at(self.purpose, self.first_due or self.due, self.expires)


@dataclass(frozen=True, slots=True)
class ClaimedSlice:
    id: int
    fence: int
    texts: tuple[Claimed, ...]


class Look(Protocol):
    """One look of a claim: a lane's clinic, how many rows to pass over and how many to take, none due before `mark`."""

    @property
    def lane(self) -> int: ...
    @property
    def clinic(self) -> UUID: ...
    @property
    def skip(self) -> int: ...
    @property
    def most(self) -> int: ...
    @property
    def mark(self) -> datetime: ...


def claim_parameters(
    looks: Sequence[Look], *, carrier: int, most: int, now: datetime, worker: str, lease: datetime
) -> dict[str, object]:
    return {
        "carrier": carrier,
        "most": most,
        "lanes": arrays.int2_array([look.lane for look in looks]),
        "clinics": arrays.uuid_array([look.clinic for look in looks]),
        "skips": arrays.int4_array([look.skip for look in looks]),
        "limits": arrays.int4_array([look.most for look in looks]),
        "marks": arrays.timestamptz_array([look.mark for look in looks]),
        "now": now,
        "worker": worker,
        "lease": lease,
    }


def slice_of(rows: Sequence[Any]) -> ClaimedSlice | None:
    """The slice behind the rows that CLAIM returned; None when nothing was due, or only what had been withdrawn."""
    texts = tuple([Claimed(*r[:10], *r[13:16]) for r in rows if not r[12]])
    return ClaimedSlice(rows[0][10], rows[0][11], texts) if texts else None


def counted(rows: Sequence[Any]) -> Counter[tuple[Lane, UUID]]:
    """How many rows CLAIM took of each lane and clinic, withdrawn ones too."""
    counts = Counter((r[2], r[1]) for r in rows)
    return Counter({(Lane(lane), UUID(bytes=bytes(clinic))): count for (lane, clinic), count in counts.items()})


class Settled(Struct, frozen=True, gc=False):
    """One answer, to be written as an event."""

    clinic: bytes
    message: bytes
    kind: EventKind
    ref: str | None = None
    reason: str | None = None


def settle_parameters(events: Sequence[Settled], *, carrier: int, now: datetime) -> dict[str, object]:
    return {
        "now": now,
        "carrier": carrier,
        "clinics": arrays.uuid_array([e.clinic for e in events]),
        "messages": arrays.uuid_array([e.message for e in events]),
        "kinds": arrays.int2_array([e.kind for e in events]),
        "refs": arrays.text_array([e.ref and storable.ref(e.ref) for e in events]),
        "reasons": arrays.text_array([e.reason and storable.words(e.reason) for e in events]),
    }
