"""What stands of a sender in a country's register, and what news from it must say to be stopped: kept, and asked.

A clinic keeps what is its own; what is for everybody's texts the operator keeps, over a connection of his own (`over`).
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from django.db import transaction

from recado.clinics import queries as clinics
from recado.clinics.types import Refused
from recado.foundation import audit, business_time, news
from recado.foundation.actors import Actor
from recado.foundation.countries.rules import rule_for
from recado.foundation.countries.values import Traffic
from recado.foundation.database import plain_cursor
from recado.foundation.ids import new_id
from recado.foundation.phone import is_country
from recado.foundation.text import gettext_noop

from .carriers import forget_routes
from .checks import check_sender
from .route_rules import BAD_COUNTRY, LONGEST_SENDER, TOO_LONG
from .types import Problem, Severity

Operator = psycopg.Connection[Any]
Cursor = psycopg.Cursor[Any]

LONGEST, LONGEST_STOP_TEXT = 80, 60
NOTHING = gettext_noop("Give the id that the sender has in the register, or the words that stop news from it.")
LONG = gettext_noop("Register and id have at most 80 characters, the words that stop news at most 60.")

KEEP: LiteralString = """
INSERT INTO messaging_senderregistration (id, clinic_id, sender, country, register, reference, since, stop_text)
VALUES (%(id)s, %(clinic)s, %(sender)s, %(country)s, %(register)s, %(reference)s, %(since)s, %(stop_text)s)
ON CONFLICT (clinic_id, sender, country) DO UPDATE SET register = EXCLUDED.register, reference = EXCLUDED.reference,
    since = EXCLUDED.since, stop_text = EXCLUDED.stop_text
"""
DROP: LiteralString = """
DELETE FROM messaging_senderregistration
WHERE clinic_id IS NOT DISTINCT FROM %(clinic)s AND sender = %(sender)s AND country = %(country)s
"""
FIND: LiteralString = """
SELECT clinic_id, sender, country, register, reference, since, stop_text FROM messaging_senderregistration
WHERE %(clinic)s::uuid IS NULL OR clinic_id = %(clinic)s OR clinic_id IS NULL ORDER BY sender, country, clinic_id
"""


@dataclass(frozen=True, slots=True)
class Registration:
    """What is known of a sender (a number or a name) in a country. Without a clinic: for everybody's texts."""

    clinic_id: UUID | None
    sender: str
    country: str
    register: str = ""
    reference: str = ""  # the register's own id; empty: it is not registered
    since: date | None = None  # None: since before anybody noted it
    stop_text: str = ""  # what news from it must say, word for word

    @property
    def key(self) -> tuple[UUID | None, str, str]:
        return self.clinic_id, self.sender, self.country

    def is_registered(self, on: date) -> bool:
        return bool(self.reference) and (self.since is None or self.since <= on)


def keep(*, wanted: Registration, by: Actor, over: Operator | None = None) -> None:
    """Keeps what stands of a sender, in the place of what stood before. Raises Refused. Call it inside `clinic_scope`, or
    `over` the operator's connection."""
    _check(wanted)
    rule = rule_for(wanted.country, Traffic.SERVICE, business_time.now().date())
    register = wanted.register or (rule.senders.registry.name if rule.senders.registry and wanted.reference else "")
    values = {
        "id": new_id(),
        "clinic": wanted.clinic_id,
        "sender": wanted.sender,
        "country": wanted.country,
        "register": register[:LONGEST],
        "reference": wanted.reference,
        "since": wanted.since,
        "stop_text": wanted.stop_text,
    }
    with _changing(over) as cursor:
        cursor.execute(KEEP, values)
        _note(cursor, wanted, "message.sender_registered", by)


def drop(*, clinic_id: UUID | None, sender: str, country: str, by: Actor, over: Operator | None = None) -> bool:
    """Forgets what stands of a sender in a country. False: nothing did. Call it inside `clinic_scope`, or `over`."""
    with _changing(over) as cursor:
        cursor.execute(DROP, {"clinic": clinic_id, "sender": sender, "country": country})
        if not cursor.rowcount:
            return False
        _note(cursor, Registration(clinic_id, sender, country), "message.sender_unregistered", by)
    return True


def registrations(clinic_id: UUID | None, *, over: Operator | None = None) -> list[Registration]:
    """What is known of the senders of a clinic, and of everybody's; over the operator's connection and without a clinic, of
    all. Call it inside `clinic_scope`, or `over`."""
    if over is None:
        with plain_cursor() as cursor:
            return found(cursor, clinic_id)
    with over.cursor() as cursor:
        return found(cursor, clinic_id)


def found(cursor: Cursor, clinic_id: UUID | None) -> list[Registration]:
    """The same, on a cursor."""
    return [Registration(*row) for row in cursor.execute(FIND, {"clinic": clinic_id}).fetchall()]


def registered(clinic_id: UUID) -> frozenset[tuple[str, str]]:
    """The senders with the countries in whose registers they stand today. Call it inside `clinic_scope`."""
    return in_force(registrations(clinic_id))


def in_force(known: Iterable[Registration]) -> frozenset[tuple[str, str]]:
    on = business_time.now().date()
    return frozenset((one.sender, one.country) for one in known if one.is_registered(on))


def problems_of(address: str, country: str, registered: Collection[tuple[str, str]]) -> tuple[Problem, ...]:
    """What stands in the way of a number or name of ours as sender in the clinic's own country, today."""
    is_registered = (address, country) in registered
    on = business_time.now().date()
    return tuple(check_sender(address, country, Traffic.SERVICE, on=on, is_registered=is_registered))


def refuse(field: str, address: str, country: str, registered: Collection[tuple[str, str]]) -> None:
    """Raises Refused where the country has none of it."""
    for problem in problems_of(address, country, registered):
        if problem.severity is Severity.REFUSE:
            raise Refused(field, problem.sentence, **problem.values)


def _check(wanted: Registration) -> None:
    if not is_country(wanted.country):
        raise Refused("country", BAD_COUNTRY)
    if not wanted.sender or len(wanted.sender) > LONGEST_SENDER:
        raise Refused("address", TOO_LONG)
    if not wanted.reference and not wanted.stop_text:
        raise Refused("id", NOTHING)
    if max(len(wanted.register), len(wanted.reference)) > LONGEST or len(wanted.stop_text) > LONGEST_STOP_TEXT:
        raise Refused("id", LONG)


@contextmanager
def _changing(over: Operator | None) -> Iterator[Cursor]:
    if over is None:
        with transaction.atomic(), plain_cursor() as cursor:
            yield cursor
            transaction.on_commit(forget_routes)
    else:
        with over.transaction(), over.cursor() as cursor:
            yield cursor
        forget_routes()


def _note(cursor: Cursor, about: Registration, action: str, by: Actor) -> None:
    touched = [about.clinic_id] if about.clinic_id else [clinic.id for clinic in clinics.all_clinics()]
    detail: dict[str, audit.JSON] = {
        "sender": about.sender,
        "country": about.country,
        "reference": about.reference,
        "since": about.since.isoformat() if about.since else None,
        "stop_text": about.stop_text,
    }
    if touched:
        lines = [audit.AuditLine(name, by, action, subject=f"sender {about.sender}", detail=detail) for name in touched]
        cursor.execute(audit.INSERT_LINES, audit.parameters(lines))
        cursor.execute(news.TELL, ([news.word(name, news.Topic.CARRIERS) for name in touched],))
