"""What a patient may choose by themselves: another time for a visit that was booked here, of a service that is booked by link.

A visit of a practice system is not moved by its patient: the practice system would move it back. There the wish is noted, and
a person finds the time.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from recado.foundation import business_time

from . import free, times
from .models import Appointment, Taken
from .types import Choice, ServiceView, SlotWish, VisitState

AHEAD = timedelta(days=14)


def service_of(clinic_id: UUID, visit: Appointment) -> ServiceView | None:
    """The service by which this patient may move the visit themselves; None: they may not."""
    is_open = visit.state in (VisitState.BOOKED, VisitState.CONFIRMED) and visit.starts_at > business_time.now()
    if not is_open or visit.source != times.OWN:
        return None
    named = (one for one in free.services(clinic_id) if one.name == visit.service)
    return next((one for one in named if one.by_link), None)


def choice(clinic_id: UUID, visit_id: UUID) -> Choice | None:
    """The free times of the next two weeks, with the same clinician where they have any. None: not for the patient to
    choose. Call it inside `clinic_scope`."""
    visit = Appointment.objects.filter(clinic_id=clinic_id, id=visit_id).first()
    service = service_of(clinic_id, visit) if visit else None
    if visit is None or service is None:
        return None
    now = business_time.now()
    found = free.find(clinic_id, service_id=service.id, start=now, end=now + AHEAD, held_for=visit_id)
    same = [slot for slot in found if slot.clinician == visit.clinician]
    wish, until = _held(clinic_id, visit_id, service)
    return Choice(visit.id, visit.patient_id, visit.starts_at, service, tuple(same or found), wish, until)


def _held(clinic_id: UUID, visit_id: UUID, service: ServiceView) -> tuple[SlotWish | None, datetime | None]:
    rows = Taken.objects.filter(clinic_id=clinic_id, held_for=visit_id, calendar_id__in=service.clinicians)
    row = rows.filter(expires_at__gt=business_time.now()).first()
    if row is None:
        return None, None
    return SlotWish(service.id, row.calendar_id, datetime.fromtimestamp(row.minute * 60, UTC)), row.expires_at
