"""Texts about an event that nobody has: what an editor shows, and counts parts by."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from recado.clinics import queries as clinics
from recado.consent.queries import UNSAID
from recado.contacts import queries as contacts
from recado.foundation import business_time
from recado.foundation.clock import local
from recado.journeys.types import Sample
from recado.messaging import queries as wording

from . import letters
from .models import Event
from .types import (
    CoverRenewal,
    Delay,
    Detail,
    DocumentToRead,
    EventKind,
    InvoiceDue,
    MedicationCourse,
    PrescriptionReady,
    Recall,
    RefillDue,
    ResultReady,
    Vaccination,
)

NAME, PLACE = "Eleanor", "Quay Pharmacy"  # invented
LINK = "https://clinic.example/x7Kq"
LOOKED_AT = 200  # of the newest events: enough for the longest first name, and quick to read


def samples(clinic_id: UUID, kind: EventKind, templates: Collection[str]) -> Mapping[str, Mapping[str, Sample]]:
    clinic = clinics.clinic_settings(clinic_id)
    values = letters.values_of(clinic, _invented(kind, local(business_time.now(), clinic.time_zone)))
    usual, longest = {**values, "name": NAME}, {**values, "name": _longest_name(clinic_id, kind)}
    writer = wording.writer(clinic_id, letters.TEXTS, clinic.default_language)
    found: dict[str, dict[str, Sample]] = {}
    for key in templates:
        for language in writer.languages(key):
            text, long = (writer.write(key, UNSAID, language, given).text for given in (usual, longest))
            found.setdefault(key, {})[language] = Sample(text, long)
    return found


def _invented(kind: EventKind, now: datetime) -> Detail:
    day: date = now.date() + timedelta(days=14)
    made: dict[EventKind, Detail] = {
        EventKind.PRESCRIPTION: PrescriptionReady(now, PLACE, day),
        EventKind.MEDICATION: MedicationCourse(day, ()),
        EventKind.REFILL: RefillDue(day),
        EventKind.RESULT: ResultReady(now),
        EventKind.DOCUMENT: DocumentToRead(now),
        EventKind.INVOICE: InvoiceDue(day, pay_url=LINK),
        EventKind.COVER_RENEWAL: CoverRenewal(day, conditions_url=LINK),
        EventKind.DELAY: Delay(now + timedelta(minutes=25), 25, PLACE),
        EventKind.RECALL: Recall(day, LINK),
        EventKind.VACCINATION: Vaccination(now.date(), day, LINK),
    }
    return made[kind]


def _longest_name(clinic_id: UUID, kind: EventKind) -> str:
    """It only counts letters: nobody is shown it."""
    rows = Event.objects.filter(clinic_id=clinic_id, kind=kind).order_by("-id").values_list("patient_id", flat=True)
    people = contacts.reach(clinic_id, set(rows[:LOOKED_AT])).values()
    return max((NAME, *(person.first_name for person in people)), key=len)
