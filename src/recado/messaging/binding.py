"""Whose an inbound text is: by our number, then by keyword, then by the last text that went out from it to that person.

A bare STOP to a shared number that none of these binds must stop somebody: it counts for every clinic there that has
written to this number or knows it. Anything else that can't be told is nobody's; its writer is asked (asked_back.py), and
the answer, or any text that names a clinic, brings what they wrote before to that clinic too.

What a clinic's own carrier brings can be that clinic's only: whoever holds the carrier's secrets may let it say that anybody
wrote anything to any number. Which of the clinic's carriers it was doesn't matter: a number that moves from one to another
must be heard by both meanwhile.

Where several clinics share the server, a number on a carrier of a clinic's own is only the clinic's word for it. What the operator's
carriers bring to such a number is the clinic's where it has texted that person from it lately; else whoever writes "my number" of one
that the operator has given to nobody yet, or to nobody any more, would read what its patients write. A bare STOP says no more
than that: it is heard by whoever has written to that person ever, or knows the number.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import LiteralString
from uuid import UUID

import psycopg

from recado.contacts import queries as contacts
from recado.foundation import ids
from recado.foundation.clock import real_now
from recado.foundation.crypto import KeyFile
from recado.foundation.keys import load_keys
from recado.foundation.phone import BadPhone, Phone, read_phone
from recado.foundation.text import without_courtesy, words_of

from . import inbound
from .commands import is_stop, read_command
from .inbound import Raw
from .types import Bound, InboundText

OWNERS_OF: LiteralString = """
SELECT n.address, n.clinic_id, n.keyword, c.kept_by IS NOT NULL AND (SELECT count(*) > 1 FROM clinics_clinic)
FROM messaging_receivingnumber n JOIN messaging_carrieraccount c ON c.id = n.carrier_id WHERE n.address = ANY (%s)
"""
# From a sender: it left from there last, or may have before, where it was uncertain (of a text from before that was kept: its own, if
# another carrier than that of now doesn't know). Not where the text was only to leave from there: who answers what another clinic
# wrote from that number must not be read by this one.
FROM_THERE: LiteralString = """%s = ANY (coalesce((
    SELECT t.sender || coalesce(t.left_from, CASE WHEN (SELECT count(*) FROM messaging_event e
        WHERE e.message = m.id AND e.kind = 5 AND e.carrier <> t.carrier) > 0 THEN ARRAY[m.sender::text] END)
    FROM messaging_movedtext t WHERE t.clinic_id = m.clinic_id AND t.message = m.id), ARRAY[m.sender::text]))"""
# Only what went out before the text came: what is answered while it is read, for one clinic after the other, binds nothing.
LAST_OUT: LiteralString = f"""
SELECT n.clinic_id FROM unnest(%s::uuid[], %s::bytea[]) AS n (clinic_id, phone_bi), LATERAL (
    SELECT m.id FROM messaging_message m
    WHERE m.clinic_id = n.clinic_id AND m.phone_bi = n.phone_bi AND {FROM_THERE} AND m.id >= %s AND m.id < %s
    ORDER BY m.id DESC LIMIT 1) AS m ORDER BY m.id DESC LIMIT 1
"""
WRITTEN: LiteralString = """
SELECT n.clinic_id FROM unnest(%s::uuid[], %s::bytea[]) AS n (clinic_id, phone_bi)
WHERE EXISTS (SELECT FROM messaging_message m WHERE m.clinic_id = n.clinic_id AND m.phone_bi = n.phone_bi)
"""
REMEMBERED = timedelta(days=90)  # how far back the last text out may bind an answer to a shared number

Owner = tuple[UUID, str]  # a clinic that uses the number, and its keyword there
Claim = tuple[UUID, str, bool]  # the same, and whether only the clinic itself says so


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose a text is, and what it says to them: without the keyword that it named them by, and nothing where it is all."""

    clinics: tuple[UUID, ...]
    text: str
    is_named: bool = False


def whose(
    text: str, owners: Sequence[Owner], last_writer: Callable[[], UUID | None], knowing: Callable[[], Collection[UUID]]
) -> Whose:
    """Pure, but for what it asks where it must: who of the owners wrote last, and who has written ever or knows the number.
    More than one clinic only for a bare STOP, by the exact tables of commands.py."""
    named = _named(owners, text)
    if named is not None:
        return named
    clinics = tuple(dict.fromkeys(clinic for clinic, _ in owners))
    if len(clinics) < 2:
        return Whose(clinics, text)
    last = last_writer()
    if last is not None:
        return Whose((last,), text)
    if not is_stop(text):
        return Whose((), text)
    known = knowing()
    return Whose(tuple(clinic for clinic in clinics if clinic in known), text)


def _named(owners: Sequence[Owner], text: str) -> Whose | None:
    """By the keyword that the text begins with ("QUAY stop" is a STOP), or that stands behind a command ("STOP QUAY")."""
    words = text.split()
    if not words:
        return None
    first, last = (_plain(word) for word in (words[0], words[-1]))
    before = " ".join(words[:-1])
    for clinic, keyword in owners:
        if keyword and keyword.casefold() == first:
            rest = text.strip()[len(words[0]) :].strip()
            return Whose((clinic,), rest if without_courtesy(words_of(rest)) else "", is_named=True)
        if keyword and keyword.casefold() == last and read_command(before) is not None:
            return Whose((clinic,), before, is_named=True)
    return None


def _plain(word: str) -> str:
    return word.strip(".,:;!-").casefold()


def bind(connection: psycopg.Connection, raws: Sequence[Raw], keyfile: KeyFile) -> list[Bound]:
    """Whose each text is, and what its writer wrote before that is therefore theirs too. One statement, and a few more for
    each text to a number that clinics share."""
    claims: dict[str, list[Claim]] = {}
    addresses = sorted({raw.to for raw in raws})
    for address, *claim in connection.execute(OWNERS_OF, (addresses,)).fetchall():
        claims.setdefault(address, []).append((claim[0], claim[1], claim[2]))
    return [_bind(connection, raw, _theirs(connection, raw, claims.get(raw.to, []), keyfile), keyfile) for raw in raws]


def owners_of(connection: psycopg.Connection, raw: Raw, keyfile: KeyFile) -> list[Owner]:
    """The clinics that use the number a text came to, and that it may be for."""
    rows = connection.execute(OWNERS_OF, ([raw.to],)).fetchall()
    return _theirs(connection, raw, [(row[1], row[2], row[3]) for row in rows], keyfile)


def _theirs(connection: psycopg.Connection, raw: Raw, claims: Sequence[Claim], keyfile: KeyFile) -> list[Owner]:
    claimed = [clinic for clinic, _, is_claimed in claims if is_claimed and raw.kept_by is None]
    phone = phone_of(raw) if claimed else None
    heard: set[UUID | None] = set()
    if phone:
        asked = _Asked(connection, phone, raw, claimed, keyfile)
        heard = {asked.last_writer()} | (asked.knowing() if is_stop(raw.text) else set())
    return [
        (clinic, keyword)
        for clinic, keyword, _ in claims
        if raw.may_be_for(clinic) and (clinic not in claimed or clinic in heard)
    ]


def _bind(connection: psycopg.Connection, raw: Raw, owners: Sequence[Owner], keyfile: KeyFile) -> Bound:
    phone = phone_of(raw)
    if phone is None:
        return Bound()
    if raw.given is not None:
        return Bound((InboundText(raw.id, raw.given, phone, raw.to, raw.text, raw.at, raw.has_picture, raw.media),))
    asked = _Asked(connection, phone, raw, [clinic for clinic, _ in owners], keyfile)
    found = whose(raw.text, owners, asked.last_writer, asked.knowing)
    earlier = tuple(_earlier(connection, raw, phone, found.clinics[0], keyfile)) if found.is_named else ()
    if earlier and not found.text:
        return Bound((), earlier)
    is_one = len(found.clinics) == 1
    return Bound(
        tuple(
            InboundText(
                raw.id if is_one else _copy_id(raw.id, clinic),
                clinic,
                phone,
                raw.to,
                found.text or raw.text,
                raw.at,
                raw.has_picture,
                raw.media if is_one else 0,  # a copy stands for no text of a carrier's
            )
            for clinic in found.clinics
        ),
        earlier,
    )


def phone_of(raw: Raw) -> Phone | None:
    """Who wrote; None: a name, which can't be answered."""
    try:
        return read_phone(raw.sender, "GB")
    except BadPhone:
        return None


def _earlier(
    connection: psycopg.Connection, raw: Raw, phone: Phone, clinic: UUID, keyfile: KeyFile
) -> Iterator[InboundText]:
    keys = inbound.system_keys(connection, keyfile)
    for one in inbound.earlier(connection, raw, keys.blind_index("phone", phone.e164), keys):
        yield InboundText(one.id, clinic, phone, one.to, one.text, one.at, one.has_picture, one.media)


class _Asked:
    """What the clinics that share a number have to do with a person: two statements, however many they are."""

    def __init__(
        self, connection: psycopg.Connection, phone: Phone, raw: Raw, clinics: Sequence[UUID], keyfile: KeyFile
    ) -> None:
        self._connection, self._phone, self._raw = connection, phone, raw
        self._clinics, self._keyfile = list(dict.fromkeys(clinics)), keyfile

    def last_writer(self) -> UUID | None:
        lowest = ids.lowest_id_at(real_now() - REMEMBERED)
        clinics, numbers = self._numbers()
        values = (clinics, numbers, self._raw.to, lowest, self._raw.id)
        row = self._connection.execute(LAST_OUT, values).fetchone()
        return row[0] if row else None

    def knowing(self) -> set[UUID]:
        clinics, numbers = self._numbers()
        written = {row[0] for row in self._connection.execute(WRITTEN, (clinics, numbers))}
        return written | contacts.clinics_knowing(self._connection, clinics, numbers)

    def _numbers(self) -> tuple[list[UUID], list[bytes]]:
        """The clinics, and the person's number as each of them keeps it."""
        with self._connection.cursor() as cursor:
            rings = load_keys(cursor, self._clinics, self._keyfile)
        return list(rings), [keys.blind_index("phone", self._phone.e164) for keys in rings.values()]


def _copy_id(raw_id: UUID, clinic: UUID) -> UUID:
    """The id of one clinic's copy of a text to several: the same each time it is made, and of no use to another clinic."""
    own = hashlib.sha256(raw_id.bytes + clinic.bytes).digest()
    made = raw_id.bytes[:6] + bytes((0x70 | own[0] & 0x0F, own[1], 0x80 | own[2] & 0x3F)) + own[3:10]
    return UUID(bytes=made)
