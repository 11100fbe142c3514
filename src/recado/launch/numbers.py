"""Numbers of ours seen over all clinics: for the command line; runs as maintenance."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from recado.clinics import queries as clinics
from recado.foundation import audit
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect, key_file
from recado.foundation.phone import BadPhone, read_phone
from recado.foundation.tenancy import clinic_scope
from recado.launch import carrier_accounts
from recado.launch.errors import CannotRun
from recado.messaging import queries as texts
from recado.messaging import senders
from recado.messaging.numbers import Use
from recado.web.numbers import international
from recado.web.numbers import national as number_of_country


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
            "note": use.note,
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


def register(
    *, slug: str | None, address: str, country: str, register: str, reference: str, since: date | None, stop_text: str
) -> dict[str, Any]:
    """Notes what stands of a sender in a country. Raises Refused, NoSuchClinic."""
    clinic_id = clinics.clinic_by_slug(slug).id if slug else None
    wanted = senders.Registration(clinic_id, address, country, register, reference, since, stop_text)
    with connect(Role.MAINTENANCE) as connection:
        senders.keep(wanted=wanted, by=OPERATOR, over=connection)
        kept = senders.registrations(clinic_id, over=connection)
    slugs = {clinic_id: slug}
    return next(_registration(one, slugs) for one in kept if (one.clinic_id, one.sender, one.country) == wanted.key)


def unregister(*, slug: str | None, address: str, country: str) -> bool:
    """Forgets it. False: nothing was noted. Raises NoSuchClinic."""
    clinic_id = clinics.clinic_by_slug(slug).id if slug else None
    with connect(Role.MAINTENANCE) as connection:
        return senders.drop(clinic_id=clinic_id, sender=address, country=country, by=OPERATOR, over=connection)


def registrations(slug: str | None) -> list[dict[str, Any]]:
    """What is noted of senders: of all, or of a clinic's and everybody's."""
    clinic_id = clinics.clinic_by_slug(slug).id if slug else None
    slugs: dict[UUID | None, str | None] = {clinic.id: clinic.slug for clinic in clinics.all_clinics()}
    with connect(Role.MAINTENANCE) as connection:
        return [_registration(one, slugs) for one in senders.registrations(clinic_id, over=connection)]


def _registration(one: senders.Registration, slugs: Mapping[UUID | None, str | None]) -> dict[str, Any]:
    return {
        "address": one.sender,
        "country": one.country,
        "clinic": slugs.get(one.clinic_id),
        "register": one.register or None,
        "id": one.reference or None,
        "since": one.since.isoformat() if one.since else None,
        "stop_text": one.stop_text or None,
    }


def unbound() -> list[dict[str, Any]]:
    """Texts that named no clinic, with those that they could be for. Neither who wrote nor what. `shown`: the number as people
    write it; one that its carrier wrote as it is dialled within a country is marked, since nothing says within which."""
    there = clinics.all_clinics()
    slugs, countries = {clinic.id: clinic.slug for clinic in there}, {clinic.country for clinic in there}
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
            "is_national": text.is_national,
            "shown": _shown(text.to, countries) if text.is_national else international(text.to),
            "clinics": sorted(set(users.get(text.to, ()))),
            "asked_at": text.asked_at.isoformat() if text.asked_at else None,
        }
        for text in waiting
    ]


def _shown(national: str, countries: Collection[str]) -> str:
    """`07700900100` as `07700 900100`, by the country of the clinics where all are in one and have such numbers."""
    country = next(iter(countries)) if len(countries) == 1 else ""
    try:
        return number_of_country(read_phone(national, country).e164) if country else national
    except BadPhone:
        return national


def give(text_id: UUID, clinic_id: UUID) -> bool:
    """Hands an unbound text to a clinic. False: there is none such."""
    with connect(Role.MAINTENANCE) as connection:
        if not texts.give_inbound(connection, text_id, clinic_id):
            return False
    with clinic_scope(clinic_id):
        audit.record(clinic_id=clinic_id, by=OPERATOR, action="message.given", subject=f"inbound:{text_id}")
    return True
