"""The waitlist of the demo: who waits now, and what became of the times that came free in the last weeks.

The past is played by the product's own actions at the moments at which they would have been done, as in `demo_past`: people
joined, a visit was cancelled, those who waited were asked and answered. So the figures of the page are counted, not written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from recado.appointments import actions as appointments
from recado.appointments import queries, waitlist
from recado.appointments.types import ALL_DAYS, DAY_END, Announce, Booking, CancelReason, FreedState
from recado.clinics.types import ClinicSettings
from recado.contacts import actions as people
from recado.contacts import queries as contacts
from recado.contacts.types import PersonRecord
from recado.foundation import business_time
from recado.foundation.actors import Actor
from recado.foundation.database import Role, connect
from recado.foundation.phone import Phone
from recado.foundation.tenancy import clinic_scope
from recado.journeys import worker as journeys
from recado.launch import demo_past
from recado.launch.demo_people import CLINICIANS, PATIENTS, SERVICES, DemoPerson

NOON = 12 * 60
WEEKDAYS_ONLY = 0b0011111
WISHES: tuple[dict[str, Any], ...] = (
    {"from_minute": 0, "to_minute": NOON, "notice": timedelta(hours=1)},
    {"days": ALL_DAYS},
    {"days": WEEKDAYS_ONLY, "notice": timedelta(hours=3)},
    {"from_minute": NOON, "to_minute": DAY_END},
    {"is_urgent": True},
)
SINCE = (timedelta(hours=47), timedelta(hours=31), timedelta(hours=27), timedelta(hours=6), timedelta(hours=2))
SOURCE = "demo"
BOOKED_BEFORE, JOINED_BEFORE = timedelta(days=5), timedelta(days=3)
FIRST_ANSWER, NEXT_LOOK = timedelta(minutes=4), timedelta(minutes=7)
LAST_MOMENT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class _Round:
    """A time that came free: how many days ago and at what hour, how long before the visit, and what those who waited
    answered, in the order in which they had joined; empty: nothing."""

    days_ago: int
    hour: int
    ahead: timedelta
    answers: tuple[str, ...]


ROUNDS = (
    _Round(27, 9, timedelta(days=2, hours=1), ("2", "1")),
    _Round(25, 10, timedelta(days=1), ("1",)),
    _Round(21, 9, timedelta(days=1, hours=5), ("", "1")),
    _Round(18, 11, timedelta(days=3), ("2", "", "2")),
    _Round(14, 10, timedelta(minutes=25), ("",)),
    _Round(11, 9, timedelta(hours=6), ("1", "1")),
    _Round(7, 14, timedelta(days=1, hours=2), ("2", "", "1")),
    _Round(4, 9, timedelta(hours=5), ("1",)),
)
FIRST_OWNER, FIRST_WAITING = 6, 14  # among PATIENTS: none of those whom the tour of the demo meets


def past(clinic: ClinicSettings, by: Actor) -> int:
    """Plays the rounds. Returns how many."""
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        waiting = FIRST_WAITING
        for number, one in enumerate(ROUNDS):
            who = [PATIENTS[(waiting + at) % len(PATIENTS)] for at in range(len(one.answers))]
            waiting += len(who)
            _play(clinic, one, number, who, maintenance, by)
    return len(ROUNDS)


def _play(
    clinic: ClinicSettings,
    one: _Round,
    number: int,
    who: Sequence[DemoPerson],
    maintenance: "psycopg.Connection[psycopg.rows.TupleRow]",
    by: Actor,
) -> None:
    free_at = _on_a_workday(clinic, business_time.now() - timedelta(days=one.days_ago), one.hour)
    start = _not_on_a_weekend(free_at + one.ahead)
    name, owner = f"HS-W{number + 1:03}", PATIENTS[FIRST_OWNER + number]
    booking = Booking(
        name,
        _record(owner),
        start,
        timedelta(minutes=15),
        CLINICIANS[number % len(CLINICIANS)],
        SERVICES[number % len(SERVICES)],
        "Harbour Street",
    )
    with business_time.standing_at(free_at - BOOKED_BEFORE):
        appointments.record_bookings(
            clinic_id=clinic.id, source=SOURCE, bookings=[booking], announce=Announce.NONE, by=by
        )
    waiting = [
        _joins(clinic.id, person, free_at - JOINED_BEFORE + timedelta(hours=at)) for at, person in enumerate(who)
    ]
    with business_time.standing_at(free_at), clinic_scope(clinic.id):
        (visit,) = queries.visits_called(clinic.id, name)
        marta = demo_past.marta(clinic.id)
        appointments.cancel(clinic_id=clinic.id, visit_id=visit.id, reason=CancelReason.PATIENT, tell=False, by=marta)
    _look(clinic.id, free_at, maintenance)
    answers = dict(zip(waiting, zip(who, one.answers, strict=True), strict=True))
    moment = free_at + FIRST_ANSWER
    while answers and moment < start - LAST_MOMENT and _answer(clinic.id, visit.id, answers, moment):
        _look(clinic.id, moment, maintenance)
        moment += NEXT_LOOK
    for moment in (start - LAST_MOMENT + timedelta(minutes=1), start):
        _look(clinic.id, max(moment, free_at), maintenance)
    with business_time.standing_at(start), clinic_scope(clinic.id):
        for patient in waiting:
            appointments.leave_waitlist(clinic_id=clinic.id, patient_id=patient, by=demo_past.marta(clinic.id))


def _answer(clinic_id: UUID, visit_id: UUID, answers: dict[UUID, tuple[DemoPerson, str]], moment: datetime) -> bool:
    """The next of those who have been asked says what they have to say; nobody answers what has not been asked. Returns
    whether the time was on offer."""
    with business_time.standing_at(moment), clinic_scope(clinic_id):
        times = queries.freed_times(clinic_id, since=moment - timedelta(days=3))
        time = next((one for one in times if one.visit_id == visit_id), None)
        offered = time.offer.offered if time and time.offer else ()
        asked = next((one.patient_id for one in offered if one.patient_id in answers), None)
        if asked is not None:
            person, said = answers.pop(asked)
            if said:
                demo_past.hear(clinic_id, person.e164, said, moment)
    return time is not None and time.state is FreedState.OFFERING


def _joins(clinic_id: UUID, person: DemoPerson, moment: datetime) -> UUID:
    with business_time.standing_at(moment), clinic_scope(clinic_id):
        (recorded,) = people.record_people(clinic_id=clinic_id, people=[_record(person)])
        patient_id: UUID = recorded.patient_id
        appointments.join_waitlist(clinic_id=clinic_id, patient_id=patient_id, by=demo_past.marta(clinic_id))
    return patient_id


def _look(clinic_id: UUID, moment: datetime, maintenance: "psycopg.Connection[psycopg.rows.TupleRow]") -> None:
    """What the workers did then, and the carrier."""
    with business_time.standing_at(moment):
        journeys.run_due(maintenance)
        waitlist.offer_due(maintenance)
        demo_past.carry(clinic_id, moment)


def _on_a_workday(clinic: ClinicSettings, moment: datetime, hour: int) -> datetime:
    zone = ZoneInfo(clinic.time_zone)
    day: date = moment.astimezone(zone).date()
    day -= timedelta(days=max(0, day.weekday() - 4))
    return datetime.combine(day, time(hour, 10), zone)


def _not_on_a_weekend(start: datetime) -> datetime:
    return start + timedelta(days=7 - start.weekday() if start.weekday() > 4 else 0)


def _record(person: DemoPerson) -> PersonRecord:
    return PersonRecord(person.record_number, person.name, Phone(person.e164), person.language, person.birth_date)


def load(clinic_id: UUID, by: Actor) -> int:
    """Puts those with the last visits of the calendar on the waitlist. Returns how many."""
    now = business_time.now()
    with clinic_scope(clinic_id):
        visits = queries.between(clinic_id, now + timedelta(days=2), now + timedelta(days=60))
        reached = contacts.reach(clinic_id, {visit.patient_id for visit in visits})
        last = {visit.patient_id: visit for visit in visits if reached[visit.patient_id].phone}
        chosen = sorted(last.values(), key=lambda visit: (visit.starts_at, visit.id))[-len(WISHES) :]
    for visit, wish, since in zip(chosen, WISHES, SINCE, strict=False):
        with business_time.standing_at(now - since), clinic_scope(clinic_id):
            appointments.join_waitlist(
                clinic_id=clinic_id, patient_id=visit.patient_id, visit_id=visit.id, by=by, **wish
            )
    return len(chosen)
