"""What can be booked at the demo clinic: clinicians with their hours, rooms, services; and some visits that were booked here,
whose patients may choose another time by themselves."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from recado.appointments import actions as appointments
from recado.appointments import queries
from recado.appointments.types import Booking, CalendarKind, ServiceView, SlotWish
from recado.clinics.types import ClinicSettings, OpenDay
from recado.contacts import actions as contacts
from recado.foundation import business_time
from recado.foundation.actors import Actor
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope

OFF: OpenDay = ()
DAY: OpenDay = ((time(9), time(12, 30)), (time(13, 30), time(17)))
EARLY: OpenDay = ((time(8), time(12)), (time(12, 30), time(15, 30)))
MORNING: OpenDay = ((time(8, 30), time(12, 30)),)
LATE: OpenDay = ((time(10), time(13)), (time(14), time(18)))

# Days as Monday first. The clinic's own hours (08:00 to 18:00 on weekdays) end everybody's.
HOURS: dict[str, tuple[OpenDay, ...]] = {
    "Nurse Silva": (EARLY,) * 5 + (OFF, OFF),
    "Dr Osei": (DAY, DAY, MORNING, DAY, DAY, OFF, OFF),
    "Dr Lindqvist": (LATE, OFF, LATE, LATE, MORNING, OFF, OFF),
}
ROOMS = ("Room 2", "Room 5")

# name, minutes, kept free behind it, who books it online, who does it, whether a room is needed
SERVICES = (
    ("Check-up", 15, 0, "anyone", ("Dr Osei", "Dr Lindqvist", "Nurse Silva"), False),
    ("Consultation", 30, 0, "nobody", ("Dr Osei", "Dr Lindqvist"), False),
    ("Blood test", 15, 5, "patients", ("Nurse Silva",), True),
    ("Vaccination", 10, 5, "anyone", ("Nurse Silva",), True),
)
AWAY_IN = timedelta(days=9)  # days ahead on which Dr Lindqvist is away
BOOKED_FROM = timedelta(days=5)  # nearer ones would be asked about before the demo's first patient
BOOKED = ("Check-up", "Blood test", "Vaccination", "Check-up")
FIRST = "Check-up"


def load(clinic: ClinicSettings, first: Sequence[Booking], by: Actor) -> int:
    """Says what can be booked, and books a few visits. `first`: visits of whoever is met first on the phones, booked here near to
    the time that they name, so that a "2" is answered with other times. Returns how many."""
    today = business_time.now().astimezone(ZoneInfo(clinic.time_zone)).date()
    with clinic_scope(clinic.id):
        if queries.services(clinic.id):
            return 0
    _offer(clinic.id, today, by)
    return _book_first(clinic.id, first, by) + _book(clinic.id, by)


def _offer(clinic_id: UUID, today: date, by: Actor) -> None:
    people = {
        name: appointments.keep_calendar(
            clinic_id=clinic_id, kind=CalendarKind.CLINICIAN, name=name, week=HOURS[name], by=by
        )
        for name in HOURS
    }
    rooms = tuple(
        appointments.keep_calendar(clinic_id=clinic_id, kind=CalendarKind.ROOM, name=name, by=by) for name in ROOMS
    )
    away = today + AWAY_IN
    appointments.add_days_off(
        clinic_id=clinic_id, calendar_id=people["Dr Lindqvist"], first=away, last=away + timedelta(days=1), by=by
    )
    for name, minutes, buffer, online, who, needs_room in SERVICES:
        clinicians = tuple(people[one] for one in who)
        made = ServiceView(
            new_id(),
            name,
            minutes,
            buffer,
            by_link=online != "nobody",
            by_anyone=online == "anyone",
            clinicians=clinicians,
            rooms=rooms if needs_room else (),
        )
        appointments.keep_service(clinic_id=clinic_id, service=made, is_new=True, by=by)


def _book(clinic_id: UUID, by: Actor) -> int:
    """Visits of people who were here today: each the first free time of a day of its own."""
    now = business_time.now()
    with clinic_scope(clinic_id):
        services = {one.name: one.id for one in queries.services(clinic_id)}
        seen = queries.between(clinic_id, now - timedelta(days=1), now + timedelta(days=1))
    patients = sorted({visit.patient_id for visit in seen}, key=str)[: len(BOOKED)]
    for at, (patient, name) in enumerate(zip(patients, BOOKED, strict=False)):
        start = now + BOOKED_FROM + at * timedelta(days=1)
        wish = _first_free(clinic_id, services[name], start)
        if wish is not None:
            appointments.book(clinic_id=clinic_id, wish=wish, patient_id=patient, by=by, tell=False)
    return len(patients)


def _book_first(clinic_id: UUID, first: Sequence[Booking], by: Actor) -> int:
    with clinic_scope(clinic_id):
        service = next(one.id for one in queries.services(clinic_id) if one.name == FIRST)
        patients = [
            one.patient_id for one in contacts.record_people(clinic_id=clinic_id, people=[v.person for v in first])
        ]
    for visit, patient in zip(first, patients, strict=True):
        wish = _first_free(clinic_id, service, visit.start)
        if wish is not None:
            appointments.book(
                clinic_id=clinic_id, wish=wish, patient_id=patient, by=by, tell=False, name=visit.external_id
            )
    return len(first)


def _first_free(clinic_id: UUID, service_id: UUID, start: datetime) -> SlotWish | None:
    with clinic_scope(clinic_id):
        free = queries.free_slots(clinic_id, service_id=service_id, start=start, end=start + timedelta(days=5))
    return SlotWish(free[0].service_id, free[0].calendar_id, free[0].starts_at) if free else None
