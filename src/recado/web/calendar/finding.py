"""The patients who fit what was typed, as a dialog shows them: enough to know the right one."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from recado.appointments import queries as appointments
from recado.clinics import queries as clinics
from recado.contacts import queries as contacts
from recado.foundation.clock import local
from recado.web import dates

HITS = 6


@dataclass(frozen=True, slots=True)
class Fits:
    """One patient: day of birth, the last digits of the number, the next visit; each empty where there is none."""

    id: UUID
    name: str
    born: str
    phone_end: str
    next_visit: str


def find(clinic_id: UUID, query: str) -> tuple[list[Fits], int]:
    """The first by name, and how many there are. Call it inside `clinic_scope`; the caller audits."""
    clinic = clinics.clinic_settings(clinic_id)
    found = contacts.find(clinic_id, query, country=clinic.country)
    hits = sorted(found.hits, key=lambda hit: hit.name.casefold())[:HITS]
    return these(clinic_id, [hit.patient_id for hit in hits]), len(found.hits)


def these(clinic_id: UUID, patient_ids: Sequence[UUID]) -> list[Fits]:
    """These patients, in this order. Call it inside `clinic_scope`; the caller audits."""
    people = contacts.patients(clinic_id, patient_ids)
    visits = appointments.next_visits(clinic_id, people.keys())
    zone = clinics.clinic_settings(clinic_id).time_zone
    return [
        Fits(
            person.id,
            person.name,
            dates.full_date(person.birth_date) if person.birth_date else "",
            person.phone.e164[-4:] if person.phone else "",
            dates.short_moment(local(visits[person.id].starts_at, zone)) if person.id in visits else "",
        )
        for person in (people[name] for name in patient_ids if name in people)
    ]
