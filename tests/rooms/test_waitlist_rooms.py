"""Times on offer to the waitlist that share a room: one of them is offered, and whoever takes one has its room."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connections

from recado.appointments import actions, free, waitlist
from recado.appointments.models import FreedTime, Taken
from recado.appointments.types import CalendarKind, CancelReason, ServiceView, Slot
from recado.appointments.waitlist_types import FreedState
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR, SYSTEM, Actor, ActorKind
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from tests import calendars, factories
from tests.factories import advance, hear, make_patient, wordings

pytestmark = pytest.mark.usefixtures("database")
DESK = Actor(ActorKind.STAFF, "noor")
DOCTORS = ("Dr Costa", "Dr Okafor")


@pytest.fixture
def clinic(database: None) -> UUID:
    """Two doctors who examine in one room, ten minutes of which go to tidying up."""
    made, _ = calendars.make()
    room = actions.keep_calendar(clinic_id=made, kind=CalendarKind.ROOM, name="Room 1", by=OPERATOR)
    for name in DOCTORS:
        doctor = actions.keep_calendar(clinic_id=made, kind=CalendarKind.CLINICIAN, name=name, by=OPERATOR)
        service = ServiceView(uuid4(), f"Check by {name}", 20, 10, True, (doctor,), (room,))
        actions.keep_service(clinic_id=made, service=service, is_new=True, by=OPERATOR)
    return made


@pytest.fixture
def maintenance(database: None) -> "Iterator[psycopg.Connection[Any]]":
    with connect(Role.MAINTENANCE, autocommit=True) as connection:
        yield connection


def slots(clinic: UUID, doctor: str) -> list[Slot]:
    with clinic_scope(clinic):
        (service,) = [one for one in free.services(clinic) if one.name.endswith(doctor)]
    day = business_time.now().date() + timedelta(
        days=2
    )  # from its morning on: the last time of a day has no next one beside it
    return [slot for slot in calendars.free(clinic, service) if slot.starts_at.date() >= day]


def joins(clinic: UUID, *lasts: int, **more: Any) -> None:
    for last in lasts:
        patient_id = make_patient(clinic, last)
        with clinic_scope(clinic):
            actions.join_waitlist(clinic_id=clinic, patient_id=patient_id, by=DESK, **more)


def cancel(clinic: UUID, *visits: UUID) -> None:
    with clinic_scope(clinic):
        for one in visits:
            actions.cancel(clinic_id=clinic, visit_id=one, reason=CancelReason.OTHER, tell=False, by=DESK)


def on_offer(clinic: UUID) -> list[str]:
    with clinic_scope(clinic):
        rows = FreedTime.objects.filter(clinic_id=clinic, state=FreedState.OFFERING).order_by("clinician")
        return list(rows.values_list("clinician", flat=True))


def both_cancelled(clinic: UUID) -> dict[str, UUID]:
    """A visit of each doctor at one time in the room, one booked once the other was cancelled; both are off by now, and nobody
    waited."""
    made = {}
    for doctor in DOCTORS:
        made[doctor] = calendars.book(clinic, slots(clinic, doctor)[0], 300 + len(made))
        cancel(clinic, made[doctor])
    return made


def offer_again(clinic: UUID, *visits: UUID) -> list[str]:
    with clinic_scope(clinic):
        return list(waitlist.offer_again(clinic_id=clinic, visit_ids=list(visits), by=SYSTEM).values())


def rooms_taken(clinic: UUID) -> list[tuple[int, int]]:
    with clinic_scope(clinic):
        rows = Taken.objects.filter(clinic_id=clinic, is_off=False).order_by("minute", "calendar_id")
        return list(rows.values_list("minute", "until"))


def test_of_two_times_that_share_a_room_one_is_offered_again(clinic: UUID) -> None:
    visits = both_cancelled(clinic)
    joins(clinic, 321, 322)
    assert sorted(offer_again(clinic, *visits.values())) == ["", "time_on_offer"]
    assert len(on_offer(clinic)) == 1
    assert offer_again(clinic, *visits.values()) == ["time_on_offer"] * 2


def test_a_time_is_not_offered_again_while_somebody_has_its_room(clinic: UUID) -> None:
    visit = calendars.book(clinic, slots(clinic, "Dr Costa")[0], 300)
    cancel(clinic, visit)
    later = slots(clinic, "Dr Okafor")[1]  # a quarter of an hour later, in the same room
    calendars.book(clinic, later, 301)
    joins(clinic, 321)
    assert offer_again(clinic, visit) == ["time_gone"]


@pytest.mark.parametrize("days", [0, 1])
def test_a_time_in_a_room_that_cannot_be_used_that_day_is_offered_to_nobody(clinic: UUID, days: int) -> None:
    joins(clinic, 321)
    slot = slots(clinic, "Dr Costa")[0]
    visit = calendars.book(clinic, slot)
    with clinic_scope(clinic):
        (room,) = [one for one in free.calendars(clinic) if one.kind is CalendarKind.ROOM]
    day = slot.starts_at.date() + timedelta(days=days)
    actions.add_days_off(clinic_id=clinic, calendar_id=room.id, first=day, last=day, by=OPERATOR)
    cancel(clinic, visit)
    assert on_offer(clinic) == ["Dr Costa"] * days
    assert offer_again(clinic, visit) == (["time_on_offer"] if days else ["nobody_there"])


def test_of_two_that_come_free_at_once_one_is_offered(clinic: UUID) -> None:
    visits = both_cancelled(clinic)
    joins(clinic, 321, 322)
    with clinic_scope(clinic):
        rows = list(actions.Appointment.objects.filter(clinic_id=clinic, id__in=visits.values()))
        waitlist.freed(clinic, rows)
    assert len(on_offer(clinic)) == 1


def test_the_second_of_two_that_are_offered_at_once_waits_and_is_not(clinic: UUID) -> None:
    first, second = both_cancelled(clinic).values()
    joins(clinic, 321)
    told: list[str] = []

    def offers_it_too() -> None:
        try:
            told.extend(offer_again(clinic, second))
        finally:
            connections.close_all()

    other = threading.Thread(target=offers_it_too)
    with clinic_scope(clinic):
        assert waitlist.offer_again(clinic_id=clinic, visit_ids=[first], by=SYSTEM) == {first: ""}
        other.start()
        other.join(timeout=1)
        assert other.is_alive(), "the second waits for the first"
    other.join(timeout=10)
    assert told == ["time_on_offer"] and on_offer(clinic) == ["Dr Costa"]


def test_room_of_a_time_on_offer_is_nobody_elses(clinic: UUID) -> None:
    joins(clinic, 321)
    slot = slots(clinic, "Dr Okafor")[0]
    cancel(clinic, calendars.book(clinic, slot, 300))
    assert on_offer(clinic) == ["Dr Okafor"]
    assert slot.starts_at not in {one.starts_at for one in slots(clinic, "Dr Costa")}
    with clinic_scope(clinic):
        (row,) = FreedTime.objects.filter(clinic_id=clinic)
        waitlist.take_back(clinic_id=clinic, freed_id=row.id, by=DESK)
    assert slot.starts_at in {one.starts_at for one in slots(clinic, "Dr Costa")}


@pytest.mark.parametrize("is_moved", [False, True], ids=["cancelled", "moved"])
def test_who_takes_a_time_has_its_room_however_it_came_free(
    clinic: UUID, maintenance: "psycopg.Connection[Any]", is_moved: bool
) -> None:
    joins(clinic, 321)
    first, *_, last = slots(clinic, "Dr Okafor")
    visit = calendars.book(clinic, first, 300)
    was = rooms_taken(clinic)
    if is_moved:
        actions.move(clinic_id=clinic, visit_id=visit, wish=calendars.wish(last), by=DESK, tell=False)
    else:
        cancel(clinic, visit)
    waitlist.offer_due(maintenance)
    factories.sql("DELETE FROM messaging_outbox")
    assert hear(clinic, "yes", 321) == "won"
    assert len(was) == 2 and rooms_taken(clinic)[:2] == was, "doctor and room, with the time to tidy up"
    assert first.starts_at not in {one.starts_at for one in slots(clinic, "Dr Costa")}


def test_visit_that_is_given_up_for_an_earlier_time_frees_its_room_too(
    clinic: UUID, maintenance: "psycopg.Connection[Any]"
) -> None:
    first, *_, last = slots(clinic, "Dr Okafor")
    later = calendars.book(clinic, last, 321)
    joins(clinic, 321, visit_id=later)
    joins(clinic, 322)
    cancel(clinic, calendars.book(clinic, first, 300))
    waitlist.offer_due(maintenance)
    factories.sql("DELETE FROM messaging_outbox")
    assert hear(clinic, "yes", 321) == "won"
    advance(timedelta(minutes=1))
    with clinic_scope(clinic):
        (row,) = FreedTime.objects.filter(clinic_id=clinic, state=FreedState.OFFERING)
    assert (row.starts_at, len(row.calendars), row.takes) == (last.starts_at, 2, timedelta(minutes=30))


def test_one_of_two_has_the_room_where_both_were_on_offer_before(
    clinic: UUID, maintenance: "psycopg.Connection[Any]"
) -> None:
    visits = both_cancelled(clinic)
    joins(clinic, 321, clinician="Dr Costa")
    joins(clinic, 322, clinician="Dr Okafor")
    assert offer_again(clinic, visits["Dr Costa"]) == [""]
    with clinic_scope(clinic):
        (row,) = FreedTime.objects.filter(clinic_id=clinic)
        row.id, row.visit_id, row.clinician = uuid4(), visits["Dr Okafor"], "Dr Okafor"
        row.save(force_insert=True)
    waitlist.offer_due(maintenance)
    factories.sql("DELETE FROM messaging_outbox")
    assert [hear(clinic, "yes", last) for last in (321, 322)] == ["won", "too_late"]
    assert "yours" in wordings(clinic, 321)[-1] and "can't be had any more" in wordings(clinic, 322)[-1]
    assert on_offer(clinic) == []
