"""Care events of the demo clinic, so that patients' pages and what will be sent have more than visits. Nobody is told at once:
what is due later goes, and its answers count."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID

from recado.care_events import actions
from recado.care_events.types import (
    CareEvent,
    Detail,
    InvoiceDue,
    MedicationCourse,
    PrescriptionReady,
    Recall,
    RefillDue,
    ResultReady,
    Stage,
    Vaccination,
    VideoVisit,
)
from recado.clinics.types import ClinicSettings
from recado.contacts.types import PersonRecord
from recado.foundation import business_time
from recado.foundation.actors import Actor
from recado.foundation.clock import local
from recado.foundation.phone import Phone
from recado.launch.demo_people import PATIENTS

SOURCE = "demo"


def load(clinic: ClinicSettings, by: Actor) -> UUID:
    """Tells of them. What stands already is left as it is."""
    people = {one.name: one for one in PATIENTS}
    events = []
    for number, (name, detail) in enumerate(_events(local(business_time.now(), clinic.time_zone)), 1):
        one = people[name]
        record = PersonRecord(one.record_number, one.name, Phone(one.e164), one.language, one.birth_date)
        events.append(CareEvent(f"CE-{number}", record, detail))
    actions.record_events(clinic_id=clinic.id, source=SOURCE, events=events, by=by, tells=False)
    return clinic.id


def _events(now: datetime) -> Iterator[tuple[str, Detail]]:
    def day(ahead: int) -> date:
        return now.date() + timedelta(days=ahead)

    yield "George Pemberton", PrescriptionReady(now - timedelta(days=1), "Quay Pharmacy", day(9))
    yield "Thomas Hartley", MedicationCourse(day(1), (Stage(10, (time(8), time(20))),), "Amoxicillin 500 mg")
    yield "Grace Okafor", InvoiceDue(day(4), 4500, "GBP", "https://pay.harbour-street.example/2041")
    yield "Priya Raman", ResultReady(now - timedelta(days=1), needs_call=True, reference="L-2041")
    yield "Oliver Ashdown", RefillDue(day(9), "Salbutamol 100 mcg")
    yield "Amelia Thornbury", Vaccination(day(1), day(60))
    yield "George Pemberton", VideoVisit(now + timedelta(days=3), "https://video.harbour-street.example/k7Qd")
    yield "Grace Okafor", Recall(day(-2), "https://book.harbour-street.example/check")
