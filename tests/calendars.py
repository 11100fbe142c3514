"""A clinic that keeps its times, for tests of booking: Nurse Silva does blood tests of half an hour, nine to three, every day."""

from datetime import time, timedelta
from typing import Any
from uuid import UUID, uuid4

from recado.appointments import actions as appointments
from recado.appointments import queries
from recado.appointments.models import Appointment, Taken
from recado.appointments.types import CalendarKind, ServiceView, Slot, SlotWish
from recado.clinics import actions as clinics
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR, Actor
from recado.foundation.tenancy import clinic_scope
from tests import factories


def make(*, by_link: bool = True, by_anyone: bool = True, **more: Any) -> tuple[UUID, ServiceView]:
    """The clinic and its service."""
    made = factories.make_furnished(**({"time_zone": "UTC"} | more)).id
    clinics.change_settings(clinic_id=made, by=OPERATOR, opening_hours=(((time(9), time(15)),),) * 7)
    silva = appointments.keep_calendar(clinic_id=made, kind=CalendarKind.CLINICIAN, name="Nurse Silva", by=OPERATOR)
    service = ServiceView(uuid4(), "Blood test", 30, 0, by_link, (silva,), by_anyone=by_anyone)
    appointments.keep_service(clinic_id=made, service=service, is_new=True, by=OPERATOR)
    return made, service


def free(clinic: UUID, service: ServiceView, *, after: timedelta = timedelta(days=1)) -> list[Slot]:
    """The free times of some days."""
    now = business_time.now()
    with clinic_scope(clinic):
        return queries.free_slots(clinic, service_id=service.id, start=now + after, end=now + timedelta(days=9))


def wish(slot: Slot) -> SlotWish:
    return SlotWish(slot.service_id, slot.calendar_id, slot.starts_at)


def book(clinic: UUID, slot: Slot, last: int = 321, *, by: Actor = OPERATOR, **who: Any) -> UUID:
    """A visit of a patient whose number ends in `last`."""
    patient = factories.make_patient(clinic, last, **who)
    return appointments.book(clinic_id=clinic, wish=wish(slot), patient_id=patient, by=by, tell=False)


def visit(clinic: UUID, visit_id: UUID) -> Appointment:
    with clinic_scope(clinic):
        return Appointment.objects.get(id=visit_id)


def held(clinic: UUID) -> int:
    """How many times are held."""
    with clinic_scope(clinic):
        return Taken.objects.filter(held_for__isnull=False, expires_at__gt=business_time.now()).count()
