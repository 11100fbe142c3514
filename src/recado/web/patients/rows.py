"""Patients as lines of a list: who, the next visit, whether a text reaches them. A fixed number of statements a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from recado.appointments import queries as appointments
from recado.appointments.types import VisitView
from recado.clinics import queries as clinics
from recado.consent import queries as consent
from recado.consent.types import PurposeGroup
from recado.contacts import queries as contacts
from recado.contacts.types import Hit, PatientView
from recado.conversations import queries as conversations
from recado.foundation import business_time
from recado.foundation.clock import local
from recado.messaging import queries as messaging
from recado.web import dates, numbers, visit_words
from recado.web.calendar.facts import KIND
from recado.web.chips import Chip
from recado.web.patients import words


@dataclass(frozen=True, slots=True)
class Row:
    """One patient."""

    id: UUID
    name: str
    born: str
    phone: str  # as people of its country write it
    phone_end: str  # the last four digits
    record_number: str
    language: str
    next_visit: str
    visit_chip: Chip | None
    reach: Chip


def rows(clinic_id: UUID, ids: Sequence[UUID]) -> list[Row]:
    """These patients in the order given. Call it inside `clinic_scope`; the caller audits."""
    people = contacts.patients(clinic_id, ids)
    visits = appointments.next_visits(clinic_id, ids)
    phones = [person.phone_bi for person in people.values() if person.phone_bi]
    standing = consent.standing_of(clinic_id, phones=phones, patients=list(people))
    fates = messaging.last_fates(clinic_id, phones)
    asked = conversations.asked_about(clinic_id, KIND, [visit.id for visit in visits.values()])
    zone = clinics.clinic_settings(clinic_id).time_zone
    today = local(business_time.now(), zone).date()

    def reach(person: PatientView) -> Chip:
        phone = person.phone_bi or b""
        is_stopped = PurposeGroup.CARE in standing.withdrawn.get(phone, ())
        is_wrong = (person.id, phone) in standing.wrong
        return words.REACH[words.reach(person, is_wrong=is_wrong, is_stopped=is_stopped, fate=fates.get(phone))]

    def chip(visit: VisitView | None) -> Chip | None:
        return visit_words.brief(visit, is_asked=visit.id in asked) if visit else None

    return [
        _row(people[i], visits.get(i), chip(visits.get(i)), reach(people[i]), today, zone) for i in ids if i in people
    ]


def _row(person: PatientView, visit: VisitView | None, chip: Chip | None, reach: Chip, today: date, zone: str) -> Row:
    return Row(
        id=person.id,
        name=person.name,
        born=words.born(person.birth_date, today) if person.birth_date else "",
        phone=numbers.national(person.phone.e164) if person.phone else "",
        phone_end=person.phone.e164[-4:] if person.phone else "",
        record_number=person.record_number or "",
        language=words.language_name(person.language),
        next_visit=dates.short_moment(local(visit.starts_at, zone)) if visit else "",
        visit_chip=chip,
        reach=reach,
    )


@dataclass(frozen=True, slots=True)
class Sorted:
    """People found, in the order in which they are shown."""

    ids: tuple[UUID, ...]
    is_cut: bool


def find(clinic_id: UUID, query: str) -> Sorted:
    """Who fits, by the next visit; then those without one, by name. Call it inside `clinic_scope`; the caller audits."""
    found = contacts.find(clinic_id, query, country=clinics.clinic_settings(clinic_id).country)
    visits = appointments.next_starts(clinic_id, [hit.patient_id for hit in found.hits])

    def place(hit: Hit) -> tuple[bool, float, str]:
        start = visits.get(hit.patient_id)
        return start is None, start.timestamp() if start else 0.0, hit.name.casefold()

    return Sorted(tuple(hit.patient_id for hit in sorted(found.hits, key=place)), found.is_cut)
