"""The audit: who read or changed what, when, why and from where. Append-only, sealed in batches by a chain per clinic.

A chain kept row by row would make every writer of a clinic wait for the one before (0.58 of the rate); sealing 10,000
events later takes one statement of some 60 ms. A seal stores a print (SHA-256) of each event and the digest of the
prints, its number and the digest before it; so `verify` names the first event that was changed, removed or slipped in.
Whoever owns the server could rewrite the whole chain: note `ChainReport.head` elsewhere now and then and give it to
`verify` as `known`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql

from recado.foundation.actors import Actor
from recado.foundation.arrays import text_array, uuid_array
from recado.foundation.database import Role, connect, plain_cursor
from recado.foundation.ids import new_ids

JSON = None | bool | int | float | str | Sequence["JSON"] | Mapping[str, "JSON"]

SEAL_SIZE = 10_000
_FIRST = b"\0" * 32

INSERT_LINES: LiteralString = """
INSERT INTO foundation_auditevent
    (id, clinic_id, actor_kind, actor_ref, action, patient_id, subject, reason, result, origin, request_id, detail)
SELECT id, clinic_id, kind, ref, action, patient_id, subject, reason, result, origin, request_id, detail::jsonb
FROM unnest(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) AS
    n (id, clinic_id, kind, ref, action, patient_id, subject, reason, result, origin, request_id, detail)
"""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One event to record. Nothing in it may identify a patient but `patient_id` and other ids."""

    clinic_id: UUID
    by: Actor
    action: str
    patient_id: UUID | None = None
    subject: str = ""
    reason: str = ""
    result: str = "done"
    detail: Mapping[str, JSON] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Arrival:
    origin: str = ""
    request_id: str = ""


_NOWHERE = _Arrival()
_arrival: ContextVar[_Arrival] = ContextVar("recado_arrival", default=_NOWHERE)


@contextmanager
def arrived(*, origin: str, request_id: str) -> Iterator[None]:
    """Events recorded inside tell where the request came from (network address) and which it was."""
    token = _arrival.set(_Arrival(origin, request_id))
    try:
        yield
    finally:
        _arrival.reset(token)


# ------------------------------------------------------------------------------------------------ recording


def record(
    *,
    clinic_id: UUID,
    by: Actor,
    action: str,
    patient_id: UUID | None = None,
    subject: str = "",
    reason: str = "",
    result: str = "done",
    detail: Mapping[str, JSON] | None = None,
) -> None:
    """Writes one event in the caller's transaction, which must be in the clinic's scope. `action` is room and verb
    ("appointments.book"), `subject` kind and id, `result` one of done, allowed, refused, to_review."""
    record_many([AuditLine(clinic_id, by, action, patient_id, subject, reason, result, detail or {})])


def record_many(lines: Sequence[AuditLine]) -> None:
    """The same for a batch, in one statement."""
    if lines:
        with plain_cursor() as cursor:
            cursor.execute(INSERT_LINES, parameters(lines), prepare=True)


def parameters(lines: Sequence[AuditLine]) -> tuple[Any, ...]:
    """Parameters of `INSERT_LINES`, for plain connections (dispatch)."""
    arrival = _arrival.get()
    count = len(lines)
    return (
        uuid_array(new_ids(count)),
        uuid_array([line.clinic_id for line in lines]),
        text_array([line.by.kind for line in lines]),
        text_array([line.by.ref for line in lines]),
        text_array([line.action for line in lines]),
        uuid_array([line.patient_id for line in lines]),
        text_array([line.subject for line in lines]),
        text_array([line.reason for line in lines]),
        text_array([line.result for line in lines]),
        text_array([arrival.origin] * count),
        text_array([arrival.request_id] * count),
        text_array([json.dumps(line.detail) for line in lines]),
    )


# ------------------------------------------------------------------------------------------------ reading


@dataclass(frozen=True, slots=True)
class Noted:
    """One event about a patient, for a copy that the patient may have: no names, no addresses."""

    at: datetime
    actor_kind: str
    action: str
    result: str


_ABOUT: LiteralString = """
SELECT at, actor_kind, action, result FROM foundation_auditevent WHERE clinic_id = %s AND patient_id = %s ORDER BY id
"""


def about_patient(clinic_id: UUID, patient_id: UUID) -> list[Noted]:
    """What was read and changed about one patient, oldest first. Call it inside `clinic_scope`."""
    with plain_cursor() as cursor:
        return [Noted(*row) for row in cursor.execute(_ABOUT, (clinic_id, patient_id))]


# ------------------------------------------------------------------------------------------------ sealing

# Everything an event says, as one text that doesn't depend on the session. Changing this breaks every chain.
_PRINT: LiteralString = """
sha256(convert_to(jsonb_build_array(
    e.id, e.clinic_id, (extract(epoch FROM e.at) * 1000000)::bigint, e.actor_kind, e.actor_ref, e.action, e.patient_id,
    e.subject, e.reason, e.result, e.origin, e.request_id, e.detail)::text, 'UTF8'))
"""
_DIGEST: LiteralString = "sha256(previous || int8send(number) || prints)"

_SEAL = sql.SQL("""
WITH last AS (
    SELECT number, digest FROM foundation_auditseal WHERE clinic_id = %(clinic)s ORDER BY number DESC LIMIT 1
), waiting AS MATERIALIZED (
    SELECT event_id FROM foundation_unsealedevent WHERE clinic_id = %(clinic)s ORDER BY event_id LIMIT %(most)s
), taken AS (
    DELETE FROM foundation_unsealedevent
    WHERE clinic_id = %(clinic)s AND event_id = ANY (ARRAY(SELECT event_id FROM waiting)) RETURNING event_id
), printed AS (
    SELECT e.id, {print} AS print
    FROM foundation_auditevent e WHERE e.clinic_id = %(clinic)s AND e.id = ANY (ARRAY(SELECT event_id FROM taken))
), link AS (
    SELECT coalesce((SELECT number FROM last), 0) + 1 AS number, coalesce((SELECT digest FROM last), %(first)s) AS previous,
        array_agg(id ORDER BY id) AS events, string_agg(print, ''::bytea ORDER BY id) AS prints
    FROM printed HAVING count(*) > 0
)
INSERT INTO foundation_auditseal (clinic_id, number, events, prints, previous, digest)
SELECT %(clinic)s, number, events, prints, previous, {digest} FROM link RETURNING cardinality(events)
""").format(print=sql.SQL(_PRINT), digest=sql.SQL(_DIGEST))


def seal(clinic_id: UUID) -> int:
    """Seals what a clinic's audit gained since the last time; returns how many events. Runs as maintenance, in
    transactions of its own; two at once wait for one another."""
    sealed = 0
    with connect(Role.MAINTENANCE, autocommit=True) as connection:
        while True:
            with connection.transaction():
                connection.execute(
                    "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", (f"recado seal {clinic_id}",)
                )
                connection.execute(_BY_INDEX)
                row = connection.execute(_SEAL, {"clinic": clinic_id, "most": SEAL_SIZE, "first": _FIRST}).fetchone()
            count = int(row[0]) if row else 0
            sealed += count
            if count < SEAL_SIZE:
                return sealed


def seal_all() -> int:
    """Seals every clinic that has something waiting; for the housekeeping worker, each few minutes."""
    with connect(Role.MAINTENANCE) as connection:
        rows = connection.execute("SELECT DISTINCT clinic_id FROM foundation_unsealedevent").fetchall()
    return sum(seal(clinic_id) for (clinic_id,) in rows)


# ------------------------------------------------------------------------------------------------ checking


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain, to be noted outside of the database."""

    number: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Break:
    """The first thing wrong with a chain: a sentence, and what it is about."""

    what: str
    seal: int | None = None
    event: UUID | None = None


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What `verify` found. Whole means: no sealed event was changed, removed or added since its seal."""

    clinic_id: UUID
    seals: int
    events: int
    waiting: int  # not sealed yet
    head: Head | None
    first_break: Break | None

    @property
    def is_whole(self) -> bool:
        return self.first_break is None


_LINKS = sql.SQL("""
SELECT number, cardinality(events), previous, digest, {digest} = digest AND octet_length(prints) = 32 * cardinality(events)
FROM foundation_auditseal WHERE clinic_id = %(clinic)s ORDER BY number
""").format(digest=sql.SQL(_DIGEST))

# One look-up an event by a sub-select: as a join, statistics taken while the tables were small make the server compare
# each with each (8 us an event became 2,000 with 30,000 events). The prints are stored uncompressed, so `substring` fetches 32 bytes.
_CHANGED = sql.SQL("""
SELECT number, event, print IS NULL FROM (
    SELECT s.number, u.event, u.place, substring(s.prints FROM (u.place::int - 1) * 32 + 1 FOR 32) AS sealed,
        (SELECT {print} FROM foundation_auditevent e WHERE e.clinic_id = s.clinic_id AND e.id = u.event) AS print
    FROM foundation_auditseal s CROSS JOIN LATERAL unnest(s.events) WITH ORDINALITY AS u (event, place)
    WHERE s.clinic_id = %(clinic)s
) checked
WHERE print IS DISTINCT FROM sealed ORDER BY number, place LIMIT 1
""").format(print=sql.SQL(_PRINT))

# By sorting, which spills to disk where memory ends; NOT IN would compare each with each.
_SLIPPED_IN: LiteralString = """
SELECT id FROM foundation_auditevent WHERE clinic_id = %(clinic)s
EXCEPT SELECT unnest(events) FROM foundation_auditseal WHERE clinic_id = %(clinic)s
EXCEPT SELECT event_id FROM foundation_unsealedevent WHERE clinic_id = %(clinic)s
ORDER BY 1 LIMIT 1
"""

# Statistics taken while the tables were small would make the server walk all events for each one (docs/explain/send-path.md).
_BY_INDEX: LiteralString = "SELECT set_config(name, 'off', true) FROM unnest(ARRAY['enable_seqscan', 'enable_mergejoin', 'enable_hashjoin']) name"

_COUNTS: LiteralString = """
SELECT (SELECT count(*) FROM foundation_auditevent WHERE clinic_id = %(clinic)s),
    (SELECT count(*) FROM foundation_unsealedevent WHERE clinic_id = %(clinic)s)
"""


def verify(clinic_id: UUID, known: Head | None = None) -> ChainReport:
    """Checks a clinic's whole chain, as maintenance. `known` is a head noted earlier: it must still be in the chain."""
    with connect(Role.MAINTENANCE) as connection:
        # One snapshot for all that follows, so that a seal made meanwhile isn't taken for a break.
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute(_BY_INDEX)
        which = {"clinic": clinic_id}
        links = connection.execute(_LINKS, which).fetchall()
        events, waiting = connection.execute(_COUNTS, which).fetchone() or (0, 0)
        head = Head(int(links[-1][0]), bytes(links[-1][3])) if links else None
        found = _broken_link(links, known) or _changed_event(connection, which)
        return ChainReport(clinic_id, len(links), int(events), int(waiting), head, found)


def _broken_link(links: Sequence[tuple[Any, ...]], known: Head | None) -> Break | None:
    before = _FIRST
    for expected, (number, _, previous, digest, is_right) in enumerate(links, start=1):
        if number != expected:
            return Break(f"Seal {expected} is missing.", seal=expected)
        if not is_right or bytes(previous) != before:
            return Break(f"Seal {number} was changed.", seal=number)
        before = bytes(digest)
    if known and (known.number > len(links) or bytes(links[known.number - 1][3]) != known.digest):
        return Break(f"Seal {known.number} isn't the one that was noted: the chain was cut or rewritten.", known.number)
    return None


def _changed_event(connection: psycopg.Connection[Any], which: Mapping[str, UUID]) -> Break | None:
    row = connection.execute(_CHANGED, which).fetchone()
    if row:
        number, event, is_gone = row
        return Break(f"Event {event} was {'removed' if is_gone else 'changed'} after its seal.", number, event)
    row = connection.execute(_SLIPPED_IN, which).fetchone()
    return Break(f"Event {row[0]} was slipped in past the seals.", event=row[0]) if row else None
