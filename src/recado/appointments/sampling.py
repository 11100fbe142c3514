"""Texts about a visit that nobody has: what an editor shows, and counts parts by."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from recado.clinics import queries as clinics
from recado.clinics.types import ClinicSettings
from recado.consent.queries import UNSAID
from recado.contacts import queries as contacts
from recado.foundation import business_time
from recado.foundation.clock import local
from recado.foundation.dates import Day, When
from recado.journeys.types import Sample
from recado.messaging import queries as wording

from .course_wordings import RHYTHMS
from .letters import TEXTS
from .models import Appointment
from .waitlist_wordings import STAYS

NAME, CLINICIAN, SERVICE, ROOM = "Eleanor", "Nurse Silva", "Blood test", "Room 2"  # invented
AHEAD = timedelta(days=3)
NEXT = timedelta(minutes=20)
LOOKED_AT = 200  # of the visits to come: enough for the longest names, and quick to read


def samples(clinic_id: UUID, templates: Collection[str], at: datetime | None) -> Mapping[str, Mapping[str, Sample]]:
    clinic = clinics.clinic_settings(clinic_id)
    usual, longest = values(clinic_id, at)
    writer = wording.writer(clinic_id, TEXTS, clinic.default_language)
    found: dict[str, dict[str, Sample]] = {}
    for key in templates:
        for language in writer.languages(key):
            text, long = (writer.write(key, UNSAID, language, given).text for given in (usual, longest))
            found.setdefault(key, {})[language] = Sample(text, long)
    return found


def values(clinic_id: UUID, at: datetime | None = None) -> tuple[dict[str, wording.Value], dict[str, wording.Value]]:
    """What placeholders stand for about an invented visit, and the longest of it that the clinic has."""
    clinic = clinics.clinic_settings(clinic_id)
    soon = local(business_time.now(), clinic.time_zone) + AHEAD
    when = at or soon.replace(hour=10, minute=30, second=0, microsecond=0)
    return _values(clinic, when, NAME, CLINICIAN, SERVICE), _values(clinic, when, *_longest(clinic_id))


def _values(clinic: ClinicSettings, at: datetime, name: str, clinician: str, service: str) -> dict[str, wording.Value]:
    return {
        "clinic": clinic.name,
        "phone": clinic.phone_shown,
        "name": name,
        "when": When(at, clinic.time_zone),
        "clinician": clinician,
        "service": service,
        "room": ROOM,
        "link": wording.sample_link(),
        "day": Day(at.date()),
        "visits": f"{name} {at:%H:%M}, {name} {at + NEXT:%H:%M}",
        "count": "6",
        "rhythm": wording.Spoken(RHYTHMS[7]),
        "stays": wording.Spoken(STAYS),
        "choices": f"A: {at:%d.%m. %H:%M}; B: {at + NEXT:%d.%m. %H:%M}; C: {at + AHEAD:%d.%m. %H:%M}",
    }


def _longest(clinic_id: UUID) -> tuple[str, str, str]:
    """The longest first name, clinician and service of the visits to come. They only count letters: nobody is shown them."""
    coming = Appointment.objects.filter(clinic_id=clinic_id, starts_at__gte=business_time.now()).order_by("starts_at")
    rows = list(coming.values_list("patient_id", "clinician", "service")[:LOOKED_AT])
    names = [person.first_name for person in contacts.reach(clinic_id, {patient for patient, *_ in rows}).values()]
    return (
        max((NAME, *names), key=len),
        max((CLINICIAN, *(clinician for _, clinician, _ in rows)), key=len),
        max((SERVICE, *(service for *_, service in rows)), key=len),
    )
