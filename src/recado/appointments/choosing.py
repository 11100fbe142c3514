"""What a patient may choose by themselves: another time for a visit that was booked here, of a service that is booked by link.

A visit of a practice system is not moved by its patient: the practice system would move it back. There the wish is noted, and
a person finds the time.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from recado.clinics import queries as clinics
from recado.conversations.types import TimeWish, time_ahead
from recado.foundation import business_time

from . import free, times
from .models import Appointment, Taken
from .types import Choice, ServiceView, Slot, SlotWish, VisitState

AHEAD = timedelta(days=14)
FARTHEST = timedelta(days=60)  # for who names a day
SOON = timedelta(hours=2)  # nobody is offered a time by us that begins earlier
OFFERED = 3
_Half = tuple[date, bool]  # a day, and whether it is past noon


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
    wish, until = held(clinic_id, visit_id, service)
    found = _free(clinic_id, visit, service)
    return Choice(visit.id, visit.patient_id, visit.starts_at, service, tuple(found), wish, until)


def near_slots(clinic_id: UUID, visit_id: UUID) -> list[Slot]:
    """The three free times nearest to a visit's own; none where its patient may not choose. Call it inside `clinic_scope`."""
    visit = Appointment.objects.filter(clinic_id=clinic_id, id=visit_id).first()
    service = service_of(clinic_id, visit) if visit else None
    return near(clinic_id, visit, service) if visit and service else []


def near(clinic_id: UUID, visit: Appointment, service: ServiceView, wish: TimeWish | None = None) -> list[Slot]:
    """The three free times nearest to a visit's own (`nearest`); where the patient wishes for some, the nearest to that, and
    only such as fit it as long as any does."""
    zone, now = ZoneInfo(clinics.clinic_settings(clinic_id).time_zone), business_time.now()
    was = visit.starts_at.astimezone(zone)
    wish = wish.but_not(was.date()) if wish else None
    ahead = time_ahead(wish, now.astimezone(zone), AHEAD, FARTHEST)
    found = [slot for slot in _free(clinic_id, visit, service, ahead) if slot.starts_at >= now + SOON]
    if wish is None:
        return nearest(found, was, zone)
    fitting = [slot for slot in found if wish.fits(slot.starts_at.astimezone(zone), was)]
    return nearest(fitting or found, was, zone, near=wish.near(was))


def nearest(
    slots: Sequence[Slot], was: datetime, zone: ZoneInfo, most: int = OFFERED, near: datetime | None = None
) -> list[Slot]:
    """So many times near to an old one, or to `near`, in order. Pure. Whoever can't come at ten seldom can at a quarter past: first one of
    each other morning or afternoon, the nearest first, and only where those don't suffice others."""

    def half(moment: datetime) -> _Half:
        at = moment.astimezone(zone)
        return at.date(), at.hour >= 12

    ordered = sorted(
        (slot for slot in slots if slot.starts_at != was), key=lambda slot: abs(slot.starts_at - (near or was))
    )
    chosen: dict[datetime, Slot] = {}
    used = {half(was)}
    for slot in ordered:
        if len(chosen) < most and half(slot.starts_at) not in used:
            used.add(half(slot.starts_at))
            chosen[slot.starts_at] = slot
    for slot in ordered:
        if len(chosen) < most:
            chosen.setdefault(slot.starts_at, slot)
    return [chosen[at] for at in sorted(chosen)]


def _free(clinic_id: UUID, visit: Appointment, service: ServiceView, ahead: timedelta = AHEAD) -> list[Slot]:
    now = business_time.now()
    found = free.find(clinic_id, service_id=service.id, start=now, end=now + ahead, held_for=visit.id)
    return [slot for slot in found if slot.clinician == visit.clinician] or found


def held(clinic_id: UUID, held_for: UUID, service: ServiceView) -> tuple[SlotWish | None, datetime | None]:
    """The time of a service that is held for a visit, or for whoever books, and until when."""
    rows = Taken.objects.filter(clinic_id=clinic_id, held_for=held_for, calendar_id__in=service.clinicians)
    row = rows.filter(expires_at__gt=business_time.now()).order_by("minute").first()
    if row is None:
        return None, None
    return SlotWish(service.id, row.calendar_id, datetime.fromtimestamp(row.minute * 60, UTC)), row.expires_at
