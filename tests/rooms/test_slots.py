"""Free times: the rule, and what the database says of two who want the same."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from threading import Barrier, Thread
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, connections
from hypothesis import given
from hypothesis import strategies as st

from recado.appointments import actions as appointments
from recado.appointments import queries, slots
from recado.appointments.models import Appointment, Taken
from recado.appointments.types import (
    CalendarKind,
    CancelReason,
    NotKept,
    Outcome,
    ServiceView,
    Slot,
    SlotTaken,
    SlotWish,
)
from recado.clinics import actions as clinics
from recado.clinics import queries as clinic_queries
from recado.foundation import business_time
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.tenancy import clinic_scope
from recado.journeys.models import Timer
from tests import factories
from tests.factories import DAY, booking, sql

MARTA = Actor(ActorKind.STAFF, str(uuid4()))
BASE = datetime(2026, 11, 30, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
database = pytest.mark.usefixtures("database")

minutes = st.integers(0, 600).map(lambda n: BASE + timedelta(minutes=n))
stretches = st.lists(st.tuples(minutes, minutes).filter(lambda pair: pair[0] < pair[1]), max_size=6)


@given(hours=stretches, busy=stretches, lasts=st.integers(5, 120), buffer=st.integers(0, 60), after=minutes)
def test_free_times_lie_in_the_hours_and_meet_nothing_taken(
    hours: list[slots.Stretch], busy: list[slots.Stretch], lasts: int, buffer: int, after: datetime
) -> None:
    for start in slots.beginnings(hours, busy, minutes=lasts, buffer=buffer, after=after):
        end = start + timedelta(minutes=lasts)
        assert start >= after and start.minute % 5 == 0
        assert any(opens <= start and end <= closes for opens, closes in hours)
        assert all(end + timedelta(minutes=buffer) <= begins or ends <= start for begins, ends in busy)


@given(one=stretches, other=stretches)
def test_common_hours_lie_in_both(one: list[slots.Stretch], other: list[slots.Stretch]) -> None:
    for begins, ends in slots.common(one, other):
        assert begins < ends
        assert any(a <= begins and ends <= b for a, b in one) and any(a <= begins and ends <= b for a, b in other)


@given(
    zone=st.sampled_from(["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
    day=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
)
def test_clock_changes_make_no_time_outside_the_hours_on_the_wall(zone: str, day: date) -> None:
    week = [((time(0, 30), time(4)), (time(9), time(12)))] * 7
    there = ZoneInfo(zone)
    hours = [(a.astimezone(UTC), b.astimezone(UTC)) for a, b in clinic_queries.open_stretches(week, there, day, 1)]
    found = list(slots.beginnings(hours, [], minutes=30, buffer=0, after=hours[0][0]))
    assert all(a < b for a, b in pairwise(found))
    for start in found:
        clock, end = start.astimezone(there), (start + timedelta(minutes=30)).astimezone(there)
        assert clock.date() == end.date() == day
        assert (
            any(opens <= clock.time() and end.time() <= closes for opens, closes in week[0]) or clock.fold or end.fold
        )


# ------------------------------------------------------------------------------------------------ a clinic


@pytest.fixture
def clinic() -> UUID:
    """Open on Mondays to Fridays, nine to twelve; its clock stands at eight on a Monday."""
    now = business_time.now().astimezone(UTC)
    monday = (now + timedelta(days=7 - now.weekday())).replace(hour=8, minute=0, second=0, microsecond=0)
    business_time.advance_to(monday)
    made = factories.make_furnished(time_zone="UTC").id
    clinics.change_settings(clinic_id=made, by=MARTA, opening_hours=(((time(9), time(12)),),) * 5 + ((), ()))
    return made


def offer(clinic: UUID, *, rooms: int = 0, lasts: int = 30, buffer: int = 0, by_link: bool = True) -> ServiceView:
    silva = appointments.keep_calendar(clinic_id=clinic, kind=CalendarKind.CLINICIAN, name="Nurse Silva", by=MARTA)
    kept = tuple(
        appointments.keep_calendar(clinic_id=clinic, kind=CalendarKind.ROOM, name=f"Room {n}", by=MARTA)
        for n in range(rooms)
    )
    service = ServiceView(uuid4(), "Blood test", lasts, buffer, by_link, (silva,), kept)
    appointments.keep_service(clinic_id=clinic, service=service, is_new=True, by=MARTA)
    return service


def free(clinic: UUID, service: ServiceView, days: int = 1) -> list[Slot]:
    now = business_time.now()
    with clinic_scope(clinic):
        return queries.free_slots(clinic, service_id=service.id, start=now, end=now + days * DAY)


def wish(slot: Slot) -> SlotWish:
    return SlotWish(slot.service_id, slot.calendar_id, slot.starts_at)


def book(clinic: UUID, slot: Slot, last: int = 321) -> UUID:
    patient = factories.make_patient(clinic, last)
    return appointments.book(clinic_id=clinic, wish=wish(slot), patient_id=patient, by=MARTA)


@database
def test_free_times_are_the_clinics_hours_without_what_is_taken(clinic: UUID) -> None:
    service = offer(clinic, buffer=15)
    clocks = [slot.starts_at.strftime("%H:%M") for slot in free(clinic, service)]
    assert (clocks[0], clocks[-1], len(clocks)) == ("09:00", "11:30", 11)
    factories.record(clinic, booking(ahead=2 * HOUR, clinician="nurse silva", duration=timedelta(minutes=20)))
    book(clinic, free(clinic, service)[0])
    clocks = [slot.starts_at.strftime("%H:%M") for slot in free(clinic, service)]
    assert clocks == ["10:30", "10:45", "11:00", "11:15", "11:30"], "09:00 to 09:45 and 10:00 to 10:20 are taken"


@database
def test_days_off_and_own_hours_are_kept(clinic: UUID) -> None:
    service, today = offer(clinic), business_time.now().date()
    (silva,) = service.clinicians
    week = (((time(8), time(9, 30)),),) + (((time(11), time(13)),),) * 6
    keep = {"clinic_id": clinic, "kind": CalendarKind.CLINICIAN, "name": "Nurse Silva", "by": MARTA}
    appointments.keep_calendar(**keep, calendar_id=silva, week=week)
    assert [slot.starts_at.strftime("%a %H:%M") for slot in free(clinic, service, 2)] == [
        *("Mon 09:00", "Tue 11:00", "Tue 11:15", "Tue 11:30")
    ]
    appointments.add_days_off(clinic_id=clinic, calendar_id=silva, first=today, last=today + DAY, by=MARTA)
    assert free(clinic, service, 2) == []
    appointments.remove_days_off(clinic_id=clinic, calendar_id=silva, first=today, last=today + DAY, by=MARTA)
    assert len(free(clinic, service, 2)) == 4
    with pytest.raises(NotKept):
        appointments.keep_calendar(**keep, calendar_id=silva, week=(((time(9), time(8)),),) * 7)


@database
def test_a_room_is_taken_with_the_clinician(clinic: UUID) -> None:
    service = offer(clinic, rooms=1)
    other = appointments.keep_calendar(clinic_id=clinic, kind=CalendarKind.CLINICIAN, name="Dr Okafor", by=MARTA)
    both = ServiceView(service.id, "Blood test", 30, 0, True, (*service.clinicians, other), service.rooms)
    appointments.keep_service(clinic_id=clinic, service=both, by=MARTA)
    first = free(clinic, both)[0]
    book(clinic, first)
    assert all(slot.starts_at >= first.starts_at + timedelta(minutes=30) for slot in free(clinic, both))


@database
def test_moved_keeps_the_old_time_until_the_new_one_is_sure(clinic: UUID) -> None:
    service = offer(clinic)
    times = free(clinic, service)
    mine, theirs = book(clinic, times[0]), book(clinic, times[4], 322)
    with pytest.raises(SlotTaken):
        appointments.move(clinic_id=clinic, visit_id=mine, wish=wish(times[4]), by=MARTA)
    assert theirs and _starts(clinic, mine) == times[0].starts_at
    assert appointments.move(clinic_id=clinic, visit_id=mine, wish=wish(times[1]), by=MARTA) is Outcome.DONE
    assert _starts(clinic, mine) == times[1].starts_at, (
        "a quarter of an hour later: its own old time is in nobody's way"
    )
    with clinic_scope(clinic):
        assert Taken.objects.filter(appointment_id=mine).count() == 1
        assert "moved_question" in Timer.objects.values_list("step", flat=True)


def _starts(clinic: UUID, visit: UUID) -> datetime:
    with clinic_scope(clinic):
        return Appointment.objects.get(id=visit).starts_at


@database
def test_a_hold_keeps_a_time_for_three_minutes_and_no_longer(clinic: UUID) -> None:
    service, me = offer(clinic), uuid4()
    first = free(clinic, service)[0]
    appointments.hold(clinic_id=clinic, wish=wish(first), held_for=me, by=MARTA)
    with pytest.raises(SlotTaken):
        book(clinic, first)
    business_time.advance_to(business_time.now() + timedelta(minutes=3))
    assert book(clinic, first)
    with pytest.raises(SlotTaken):
        appointments.hold(clinic_id=clinic, wish=wish(first), held_for=me, by=MARTA)


@database
def test_cancelled_gives_the_time_back_and_takes_it_again_while_it_is_free(clinic: UUID) -> None:
    service = offer(clinic)
    first = free(clinic, service)[0]
    mine = book(clinic, first)
    act = {"clinic_id": clinic, "visit_id": mine, "by": MARTA}
    with clinic_scope(clinic):
        appointments.cancel(**act, reason=CancelReason.OTHER, tell=False)
        assert appointments.take_back(**act) is Outcome.DONE
    with pytest.raises(SlotTaken):
        book(clinic, first, 322)
    with clinic_scope(clinic):
        appointments.cancel(**act, reason=CancelReason.OTHER, tell=False)
    book(clinic, first, 322)
    with clinic_scope(clinic):
        assert appointments.take_back(**act) is Outcome.TOO_LATE


@database
def test_database_refuses_what_overlaps_whoever_writes_it(clinic: UUID) -> None:
    service = offer(clinic)
    book(clinic, free(clinic, service)[0])
    ((code,),) = sql("SELECT conname FROM pg_constraint WHERE conname = 'appointments_taken_once' AND contype = 'x'")
    assert code == "appointments_taken_once"
    with clinic_scope(clinic), connection.cursor() as cursor, pytest.raises(Exception, match="taken_once"):
        cursor.execute(
            "INSERT INTO appointments_taken (clinic_id, id, calendar_id, minute, until, held_for, expires_at, is_off) "
            "SELECT clinic_id, gen_random_uuid(), calendar_id, minute + 5, until, id, now(), false FROM appointments_taken"
        )


@database
def test_of_two_at_once_one_has_the_time(clinic: UUID) -> None:
    service = offer(clinic, rooms=2)
    first = free(clinic, service)[0]
    patients = [factories.make_patient(clinic, last) for last in (321, 322, 323)]
    ready, got = Barrier(len(patients)), []

    def press(patient: UUID) -> None:
        try:
            ready.wait()
            got.append(appointments.book(clinic_id=clinic, wish=wish(first), patient_id=patient, by=MARTA))
        except SlotTaken:
            got.append(None)
        finally:
            connections.close_all()

    threads = [Thread(target=press, args=(patient,)) for patient in patients]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(map(bool, got)) == [False, False, True]
    assert sql("SELECT count(*) FROM appointments_appointment") == [(1,)]
