"""Numbers of ours seen over all clinics: for the command line; runs as maintenance."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from recado.clinics import queries as clinics
from recado.foundation import audit
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect, key_file
from recado.foundation.tenancy import clinic_scope
from recado.launch import carrier_accounts
from recado.launch.errors import CannotRun
from recado.messaging import queries as texts
from recado.messaging.numbers import Use


@contextmanager
def alone(address: str) -> Iterator[list[Use]]:
    """Who uses a number, with nobody else changing that meanwhile."""
    with connect(Role.MAINTENANCE) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", (f"recado number {address}",))
        yield texts.uses_of_numbers(connection, address)


def listed(slug: str | None) -> list[dict[str, Any]]:
    """All numbers, or a clinic's."""
    only = clinics.clinic_by_slug(slug).id if slug else None
    slugs = {clinic.id: clinic.slug for clinic in clinics.all_clinics()}
    carriers = {one["id"]: one["name"] for one in carrier_accounts.found()}
    with connect(Role.MAINTENANCE) as connection:
        found = texts.uses_of_numbers(connection)
    return [
        {
            "id": str(use.id),
            "clinic": slugs.get(use.clinic_id, str(use.clinic_id)),
            "address": use.address,
            "keyword": use.keyword,
            "carrier": carriers.get(use.carrier, ""),
            "is_preferred": use.is_preferred,
            "is_default": use.is_by_default,
        }
        for use in found
        if only in (None, use.clinic_id)
    ]


def one(clinic_id: UUID, address: str, keyword: str | None) -> Use:
    """A clinic's number. Raises CannotRun where there is none, or more than one."""
    with connect(Role.MAINTENANCE) as connection:
        found = [use for use in texts.uses_of_numbers(connection, address) if use.clinic_id == clinic_id]
    if keyword is not None:
        found = [use for use in found if use.keyword == keyword.strip().upper()]
    if len(found) > 1:
        raise CannotRun("The clinic has several keywords on this number: say which with --was.")
    if not found:
        raise CannotRun("The clinic has no such number. `recado number list` shows them.")
    return found[0]


def unbound() -> list[dict[str, Any]]:
    """Texts that named no clinic, with those that they could be for. Neither who wrote nor what."""
    slugs = {clinic.id: clinic.slug for clinic in clinics.all_clinics()}
    with connect(Role.MAINTENANCE) as connection:
        waiting = texts.unbound(connection, key_file())
        users: dict[str, list[str]] = {}
        for use in texts.uses_of_numbers(connection) if waiting else ():
            users.setdefault(use.address, []).append(slugs.get(use.clinic_id, str(use.clinic_id)))
    return [
        {
            "id": str(text.id),
            "at": text.at.isoformat(),
            "to": text.to,
            "clinics": sorted(set(users.get(text.to, ()))),
            "asked_at": text.asked_at.isoformat() if text.asked_at else None,
        }
        for text in waiting
    ]


def give(text_id: UUID, clinic_id: UUID) -> bool:
    """Hands an unbound text to a clinic. False: there is none such."""
    with connect(Role.MAINTENANCE) as connection:
        if not texts.give_inbound(connection, text_id, clinic_id):
            return False
    with clinic_scope(clinic_id):
        audit.record(clinic_id=clinic_id, by=OPERATOR, action="message.given", subject=f"inbound:{text_id}")
    return True
