"""What people write to us: stored raw before anybody knows whose it is, then bound to a clinic, then handed on by row.

Raw texts stand outside any clinic under the system's own key; only the dispatcher may put them and only maintenance
may read them. Whose they are: binding.py.
"""

import json
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

import psycopg

from recado.foundation.clock import real_now
from recado.foundation.crypto import SYSTEM_CLINIC, CannotOpen, ClinicKeys, KeyFile
from recado.foundation.faults import describe
from recado.foundation.keys import load_keys
from recado.foundation.phone import BadPhone, Phone, country_of, read_phone

from .types import Settled

log = logging.getLogger("recado.inbound")
CHANNEL = "recado_inbound"
SHORTEST_NUMBER = 8  # digits
GIVE_UP_AFTER = 8  # tries; then the text waits as failed, loudly, and nothing is lost

STORE = """
INSERT INTO messaging_inboundraw (id, carrier, ref, at, received_at, raw_ct, outcome, tries)
VALUES (%(id)s, %(carrier)s, %(ref)s, %(at)s, %(received_at)s, %(raw_ct)s, '', 0) ON CONFLICT DO NOTHING
"""
KEPT_BY: LiteralString = "(SELECT c.kept_by FROM messaging_carrieraccount c WHERE c.id = r.carrier)"
TAKE: LiteralString = f"""
SELECT id, at, raw_ct, clinic_id, {KEPT_BY} FROM messaging_inboundraw r
WHERE settled_at IS NULL AND tries < %s AND received_at <= %s - make_interval(secs => tries * tries) AND id > %s
ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
"""
PUT_OFF = """
SELECT id, raw_ct FROM messaging_inboundraw
WHERE settled_at IS NULL AND tries > 0 AND tries < %s AND received_at > %s - make_interval(secs => tries * tries)
ORDER BY id DESC
"""
SETTLE = """
UPDATE messaging_inboundraw r SET settled_at = %s, outcome = n.outcome, clinic_id = n.clinic_id
FROM unnest(%s::uuid[], %s::text[], %s::uuid[]) AS n (id, outcome, clinic_id) WHERE r.id = n.id
"""
TRY_LATER = "UPDATE messaging_inboundraw SET tries = tries + 1, outcome = 'failed' WHERE id = ANY (%s)"
UNBOUND = """
SELECT id, at, raw_ct, asked_at FROM messaging_inboundraw WHERE outcome = 'unbound' AND received_at >= %s ORDER BY id DESC LIMIT %s
"""
GIVE: LiteralString = f"""
UPDATE messaging_inboundraw r SET clinic_id = %(clinic)s, settled_at = NULL, outcome = '', tries = 0
WHERE id = %(id)s AND outcome = 'unbound' AND coalesce({KEPT_BY}, %(clinic)s) = %(clinic)s
"""
OPEN = "UPDATE messaging_inboundraw SET phone_bi = %s, asked_at = %s WHERE id = %s"
ASKED_SINCE = "SELECT 1 FROM messaging_inboundraw WHERE phone_bi = %s AND at >= %s AND asked_at >= %s LIMIT 1"
EARLIER: LiteralString = f"""
SELECT id, at, raw_ct FROM messaging_inboundraw r
WHERE phone_bi = %s AND at >= %s AND id < %s AND outcome = 'unbound' AND {KEPT_BY} IS NOT DISTINCT FROM %s
ORDER BY id LIMIT 20 FOR UPDATE
"""
ANSWERED_WITHIN = timedelta(days=2)  # who is asked whom they mean says so by then, or the text is the operator's
KEPT_UNBOUND = timedelta(days=30)  # how far back the operator's list goes


def packed(sender: str, to: str, text: str, *, has_picture: bool = False, media: Sequence[str] = ()) -> bytes:
    """An inbound text as it is stored (sealed by the caller) before it is bound to anybody."""
    told = {"sender": sender, "to": to, "text": text}
    more: dict[str, object] = {"picture": True} if has_picture else {}
    return json.dumps(told | more | ({"media": list(media)} if media else {})).encode()


@dataclass(frozen=True, slots=True)
class Raw:
    """A stored inbound text, opened."""

    id: UUID
    at: datetime
    sender: str
    to: str
    text: str
    given: UUID | None = None  # the clinic that the operator gave it to
    has_picture: bool = False
    media: int = 0  # files that the carrier keeps for us
    kept_by: UUID | None = None  # the clinic whose own carrier brought it; None: the operator's

    def may_be_for(self, clinic: UUID) -> bool:
        """A clinic's own carrier brings texts to that clinic only: who holds its secrets can have it say anything."""
        return self.kept_by in (None, clinic)


@dataclass(frozen=True, slots=True)
class UnboundText:
    """A text whose clinic nobody can tell: neither who wrote nor what, since the operator is none of the clinics."""

    id: UUID
    at: datetime
    to: str
    asked_at: datetime | None = None  # when the writer was asked which clinic they mean
    is_national: bool = False  # `to` is as it is dialled within a country, and nothing says which


def unbound(connection: psycopg.Connection, keyfile: KeyFile, *, most: int = 200) -> list[UnboundText]:
    """The newest texts that were bound to no clinic, for the operator. For the maintenance connection."""
    keys, found = system_keys(connection, keyfile), []
    for raw_id, at, sealed, asked_at in connection.execute(UNBOUND, (real_now() - KEPT_UNBOUND, most)).fetchall():
        told = json.loads(keys.open("inbound.raw", raw_id.bytes, bytes(sealed)))
        to = whole(told["to"], told["sender"])
        found.append(UnboundText(raw_id, at, to, asked_at, is_national(to)))
    return found


def leave_open(connection: psycopg.Connection, raw: Raw, phone_bi: bytes, asked_at: datetime | None) -> None:
    """Keeps who wrote a text that could be several clinics', so that their answer finds it, and when they were asked."""
    connection.execute(OPEN, (phone_bi, asked_at, raw.id))


def was_asked(connection: psycopg.Connection, phone_bi: bytes, since: datetime) -> bool:
    """Whether a person was asked since then which clinic they mean, by whichever number."""
    return connection.execute(ASKED_SINCE, (phone_bi, since - ANSWERED_WITHIN, since)).fetchone() is not None


def earlier(connection: psycopg.Connection, raw: Raw, phone_bi: bytes, keys: ClinicKeys) -> list[Raw]:
    """What the writer of a text wrote to the same number before it, and no clinic could be told: the oldest first."""
    found, values = [], (phone_bi, raw.at - ANSWERED_WITHIN, raw.id, raw.kept_by)
    for raw_id, at, sealed in connection.execute(EARLIER, values).fetchall():
        one = _raw(raw_id, at, json.loads(keys.open("inbound.raw", raw_id.bytes, bytes(sealed))))
        if one.to == raw.to:
            found.append(one)
    return found


def give(connection: psycopg.Connection, raw_id: UUID, clinic_id: UUID) -> bool:
    """Hands an unbound text to a clinic, which reads it next. False: there is no such text, it is bound, or another clinic's own
    carrier brought it."""
    is_given = connection.execute(GIVE, {"clinic": clinic_id, "id": raw_id}).rowcount > 0
    connection.execute("SELECT pg_notify(%s, '')", (CHANNEL,))
    return is_given


def take(connection: psycopg.Connection, keys: ClinicKeys, *, most: int = 100) -> list[Raw]:
    """Locks the oldest unsettled texts for the caller's transaction and opens them. Where one could not be read and is put off,
    what its writer wrote after it waits, for a minute at most: "1 I do come after all" must not be read before their "3"."""
    now, after, texts = real_now(), UUID(int=0), list[Raw]()
    first = _put_off(connection, keys, now)
    while not texts and (rows := connection.execute(TAKE, (GIVE_UP_AFTER, now, after, most)).fetchall()):
        after = rows[-1][0]
        opened = (_opened(connection, keys, *row) for row in rows)
        texts = [raw for raw in opened if raw is not None and raw.id <= first.get(raw.sender, raw.id)]
    return texts


def _opened(
    connection: psycopg.Connection, keys: ClinicKeys, raw_id: UUID, at: datetime, sealed: bytes, *whose: UUID | None
) -> Raw | None:
    try:
        told = json.loads(keys.open("inbound.raw", raw_id.bytes, bytes(sealed)))
    except CannotOpen as error:  # one that doesn't open must not hold up the others
        log.error("inbound text %s does not open with this key file: %s", raw_id, describe(error))
        try_later(connection, [raw_id])
        return None
    return _raw(raw_id, at, told, *whose)


def _raw(
    raw_id: UUID, at: datetime, told: dict[str, Any], given: UUID | None = None, kept_by: UUID | None = None
) -> Raw:
    return Raw(
        raw_id,
        at,
        whole(told["sender"], told["to"]),
        whole(told["to"], told["sender"]),
        told["text"],
        given,
        told.get("picture", False),
        len(told.get("media", ())),
        kept_by,
    )


def is_national(number: str) -> bool:
    """Whether a number is written as it is dialled within a country; shorter ones are short codes."""
    return number.isdecimal() and len(number) >= SHORTEST_NUMBER


def whole(number: str, other: str) -> str:
    """A number that its carrier wrote as it is dialled within a country (07700 900321), made whole by the country of the other
    number of the text. Anything else stays as it is."""
    if not is_national(number) or not other.startswith("+"):
        return number
    country = country_of(Phone(other))
    try:
        return read_phone(number, country).e164 if country else number
    except BadPhone:
        return number


def _put_off(connection: psycopg.Connection, keys: ClinicKeys, now: datetime) -> dict[str, UUID]:
    """The oldest text of each writer that could not be read and is tried again later; none of those that were given up."""
    found = {}
    for raw_id, sealed in connection.execute(PUT_OFF, (GIVE_UP_AFTER, now)).fetchall():
        with suppress(CannotOpen):  # whose it is nobody knows
            told = json.loads(keys.open("inbound.raw", raw_id.bytes, bytes(sealed)))
            found[_raw(raw_id, now, told).sender] = raw_id
    return found


MEDIA: LiteralString = "SELECT carrier, raw_ct FROM messaging_inboundraw WHERE id = %s"


def media_of(connection: psycopg.Connection, raw_id: UUID, keys: ClinicKeys) -> tuple[int, list[str]]:
    """The carrier that brought a text, and where it keeps the files that came with it. Raises LookupError. For the maintenance
    connection."""
    row = connection.execute(MEDIA, (raw_id,)).fetchone()
    if row is None:
        raise LookupError(str(raw_id))
    told = json.loads(keys.open("inbound.raw", raw_id.bytes, bytes(row[1])))
    return row[0], list(told.get("media", ()))


def settle(connection: psycopg.Connection, settled: Sequence[Settled]) -> None:
    """Marks texts as read, in one statement."""
    if settled:
        names, outcomes, clinics = (list(column) for column in zip(*settled, strict=True))
        connection.execute(SETTLE, (real_now(), names, outcomes, clinics))


def try_later(connection: psycopg.Connection, raw_ids: Sequence[UUID]) -> None:
    if raw_ids:
        connection.execute(TRY_LATER, (list(raw_ids),))


def system_keys(connection: psycopg.Connection, keyfile: KeyFile) -> ClinicKeys:
    """The keys for what stands outside any clinic."""
    with connection.cursor() as cursor:
        return load_keys(cursor, [SYSTEM_CLINIC], keyfile)[SYSTEM_CLINIC]
