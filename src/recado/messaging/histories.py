"""What went to a person's numbers, for the page of a patient: the newest texts, and whether a number takes any."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import LiteralString
from uuid import UUID

from recado.consent.types import Purpose
from recado.foundation import arrays, ids
from recado.foundation.clock import real_now
from recado.foundation.database import plain_cursor

from .types import EventKind


@dataclass(frozen=True, slots=True)
class Fate:
    """What a carrier last said of a text to a number."""

    kind: EventKind  # DELIVERED, FAILED or REFUSED
    at: datetime
    reason: str


_TELLING = (EventKind.DELIVERED, EventKind.FAILED, EventKind.REFUSED)

# Number, then its texts from the newest, then the text's events: each step takes the one before, so there is nothing for the
# planner to turn round. As a plain join it reads all events for each number where the tables were never analysed, as after
# a big import: 10 s for the 670 visits of two days (`bench.screens --unanalysed`).
LAST_FATES: LiteralString = """
SELECT p.phone, x.kind, x.at, x.reason FROM unnest(%s) AS p (phone), LATERAL (
    SELECT f.kind, f.at, f.reason FROM (
        SELECT m.id FROM messaging_message m WHERE m.clinic_id = %s AND m.phone_bi = p.phone
        ORDER BY m.id DESC OFFSET 0) t, LATERAL (
        SELECT e.kind, e.at, e.reason FROM messaging_event e
        WHERE e.message = t.id AND e.clinic_id = %s AND e.kind = ANY (%s) ORDER BY e.at DESC LIMIT 1) f
    ORDER BY t.id DESC LIMIT 1) x
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


FATES: LiteralString = """
SELECT DISTINCT ON (e.message) e.message, e.kind, e.at, e.reason FROM messaging_event e
WHERE e.clinic_id = %s AND e.message = ANY (%s) AND e.kind = ANY (%s) ORDER BY e.message, e.at DESC
"""


def fates_of(clinic_id: UUID, message_ids: Collection[UUID]) -> dict[UUID, Fate]:
    """A carrier's last word about each of these texts, where there is one: one statement. Call it inside `clinic_scope`."""
    kinds = arrays.int2_array([int(kind) for kind in _TELLING])
    names = arrays.uuid_array([name.bytes for name in message_ids])
    with plain_cursor() as cursor:
        rows = cursor.execute(FATES, (clinic_id, names, kinds))
        return {name: Fate(EventKind(kind), at, reason or "") for name, kind, at, reason in rows}


TALLY: LiteralString = """
SELECT count(*) FILTER (WHERE f.kind = %s), count(*) FILTER (WHERE f.kind <> %s) FROM unnest(%s) AS m (id), LATERAL (
    SELECT e.kind FROM messaging_event e WHERE e.message = m.id AND e.clinic_id = %s AND e.kind = ANY (%s)
    ORDER BY e.at DESC LIMIT 1) f
"""


def tally(clinic_id: UUID, message_ids: Collection[UUID]) -> tuple[int, int]:
    """How many of these texts a carrier says were delivered, and how many not: one statement. Call it inside `clinic_scope`."""
    kinds = arrays.int2_array([int(kind) for kind in _TELLING])
    names = arrays.uuid_array([name.bytes for name in message_ids])
    delivered = int(EventKind.DELIVERED)
    with plain_cursor() as cursor:
        row = cursor.execute(TALLY, (delivered, delivered, names, clinic_id, kinds)).fetchone()
        return (int(row[0]), int(row[1])) if row else (0, 0)


PARTS: LiteralString = "SELECT id, parts FROM messaging_message WHERE clinic_id = %s AND id = ANY (%s)"


def parts_of(clinic_id: UUID, message_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many parts each of these texts had: one statement. Call it inside `clinic_scope`."""
    names = arrays.uuid_array([name.bytes for name in message_ids])
    with plain_cursor() as cursor:
        return dict(cursor.execute(PARTS, (clinic_id, names)).fetchall())


@dataclass(frozen=True, slots=True)
class Sent:
    """What carriers said within a quarter of an hour: so many texts left, arrived, failed."""

    since: datetime
    count: int
    delivered: int
    failed: int


# One pass over the events, joined to nothing: at 116,000 texts a day, grouping them by text took six times as long. Every zone
# is a whole number of quarters of an hour away from UTC, so quarters fit any clinic's half hours.
SENT: LiteralString = """
SELECT date_bin('15 minutes', e.at, '2000-01-01 00:00+00'), count(*) FILTER (WHERE e.kind = %s),
    count(*) FILTER (WHERE e.kind = %s), count(*) FILTER (WHERE e.kind = ANY (%s))
FROM messaging_event e WHERE e.clinic_id = %s AND e.message >= %s AND e.at >= %s AND e.at < %s GROUP BY 1 ORDER BY 1
"""
WAITED = timedelta(days=4)  # a text that waited longer before it left is missing: the ids say which partitions are read
_LOST = (EventKind.FAILED, EventKind.REFUSED, EventKind.EXPIRED)


def sent_between(clinic_id: UUID, start: datetime, end: datetime) -> list[Sent]:
    """What left, arrived and failed between two moments, counted: one statement. Call it inside `clinic_scope`."""
    lowest = ids.lowest_id_at(real_now() - WAITED)
    lost = arrays.int2_array([int(kind) for kind in _LOST])
    values = (int(EventKind.SENT), int(EventKind.DELIVERED), lost, clinic_id, lowest, start, end)
    with plain_cursor() as cursor:
        return [Sent(*row) for row in cursor.execute(SENT, values).fetchall()]


MOST_LINES = 50_000  # of the audit, looked through for the counts of keys
# The audit's own key is (clinic, id) and ids follow time, so this reads one day. A line stands for all that was put at once.
BY_KEY: LiteralString = """
SELECT actor_ref, sum(texts)::bigint, bool_or(is_cut) FROM (
    SELECT actor_ref, count(*) OVER () >= %(most)s AS is_cut,
        coalesce((detail->>'allow')::bigint, 0) + coalesce((detail->>'later')::bigint, 0)
        + coalesce((detail->>'never')::bigint, 0) AS texts
    FROM (SELECT actor_ref, detail FROM foundation_auditevent
        WHERE clinic_id = %(clinic)s AND id >= %(lowest)s AND action = 'message.put' AND actor_kind = 'api_key'
        ORDER BY id DESC LIMIT %(most)s) l) n
GROUP BY actor_ref
"""


def put_by_keys(clinic_id: UUID) -> dict[str, tuple[int, bool]]:
    """By API key (its id as text): how many texts it has handed in within 24 hours, and whether there are more than were
    counted. One that was known by its reference counts once. Call it inside `clinic_scope`."""
    lowest = ids.lowest_id_at(real_now() - timedelta(hours=24))
    with plain_cursor() as cursor:
        rows = cursor.execute(BY_KEY, {"clinic": clinic_id, "lowest": lowest, "most": MOST_LINES}, prepare=False)
        return {key: (count, is_cut) for key, count, is_cut in rows}


# The number as a range and first in the order, so that only the index by number is in order (gate.py, `_counting`).
LAST_PURPOSES: LiteralString = """
SELECT p.phone_bi, m.purpose FROM unnest(%(phones)s) AS p (phone_bi), LATERAL (
    SELECT purpose FROM messaging_message
    WHERE clinic_id = %(clinic)s AND phone_bi >= p.phone_bi AND phone_bi <= p.phone_bi AND verdict <> 'never'
    ORDER BY phone_bi DESC, id DESC LIMIT 1) AS m
"""
NEWEST: LiteralString = """
SELECT id FROM messaging_message
WHERE clinic_id = %(clinic)s AND phone_bi >= %(phone)s AND phone_bi <= %(phone)s AND verdict <> 'never'
ORDER BY phone_bi DESC, id DESC LIMIT 1
"""


def last_purposes(clinic_id: UUID, phones: Collection[bytes]) -> dict[bytes, Purpose]:
    """Why the newest text to each of these numbers was sent, where there is one. Call it inside `clinic_scope`."""
    if not phones:
        return {}
    values = {"clinic": clinic_id, "phones": arrays.bytea_array(list(phones))}
    with plain_cursor() as cursor:
        rows = cursor.execute(LAST_PURPOSES, values, prepare=False).fetchall()
    return {bytes(phone): Purpose(purpose) for phone, purpose in rows}


def is_newest(clinic_id: UUID, phone: bytes, message_id: UUID) -> bool:
    """Whether nothing else was sent to this number since this text. Call it inside `clinic_scope`."""
    values = {"clinic": clinic_id, "phone": phone}
    with plain_cursor() as cursor:
        found = cursor.execute(NEWEST, values, prepare=False).fetchone()
    return found is not None and found[0] == message_id


# What was said of them and what still waits are two numbers: who leaves the queue and is sent adds to one what the other loses.
_MARKS: LiteralString = """
SELECT p.phone, concat_ws(' ', max(t.id::text),
    sum((SELECT count(*) FROM messaging_event e WHERE e.message = t.id AND e.clinic_id = %s)),
    sum((SELECT count(*) FROM messaging_outbox o WHERE o.id = t.id)))
FROM unnest(%s) AS p (phone), LATERAL (
    SELECT m.id FROM messaging_message m WHERE m.clinic_id = %s AND m.phone_bi >= p.phone AND m.phone_bi <= p.phone
    ORDER BY m.phone_bi DESC, m.id DESC LIMIT %s) t  -- as in LAST_PURPOSES
GROUP BY 1
"""
MARKED = 90  # texts to a number that its mark is made of: as many as a conversation shows at once, and more


def marks(clinic_id: UUID, phones: Collection[bytes]) -> dict[bytes, str]:
    """A word for each number that is another one as soon as a text was sent there, or something became of one of the newest.
    A number without texts is left out. One statement. Call it inside `clinic_scope`."""
    with plain_cursor() as cursor:
        values = (clinic_id, arrays.bytea_array(list(phones)), clinic_id, MARKED)
        rows = cursor.execute(_MARKS, values, prepare=False).fetchall()
    return {bytes(phone): mark for phone, mark in rows}
