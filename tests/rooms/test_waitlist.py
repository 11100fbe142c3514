"""A visit is cancelled: those who wait are asked in waves, the first yes has the time, the others are told kindly."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connections

from recado.appointments import actions, waitlist, waitlist_queries
from recado.appointments.models import FreedTime
from recado.appointments.types import CalendarKind, CancelReason, NoneAsked, VisitState
from recado.appointments.waitlist_types import Freed, FreedState
from recado.foundation.actors import SYSTEM, Actor, ActorKind
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from tests import factories
from tests.factories import DAY, advance, booking, hear, make_patient, person, record, visit, wordings

pytestmark = pytest.mark.usefixtures("database")
DESK = Actor(ActorKind.STAFF, "noor")
AHEAD = 3 * DAY


@pytest.fixture
def clinic(database: None) -> UUID:
    made = factories.make_furnished().id
    record(made, booking("FREE", person(300, "Oliver Grant"), ahead=AHEAD, clinician="Dr Okafor"))
    return made


@pytest.fixture
def maintenance(database: None) -> "Iterator[psycopg.Connection[Any]]":
    with connect(Role.MAINTENANCE, autocommit=True) as connection:
        yield connection


def joins(clinic_id: UUID, *lasts: int, **more: Any) -> None:
    for last in lasts:
        patient_id = make_patient(clinic_id, last)
        with clinic_scope(clinic_id):
            actions.join_waitlist(clinic_id=clinic_id, patient_id=patient_id, by=DESK, **more)
        advance(timedelta(minutes=1))


def comes_free(clinic_id: UUID, maintenance: "psycopg.Connection[Any]", name: str = "FREE") -> None:
    with clinic_scope(clinic_id):
        actions.cancel(
            clinic_id=clinic_id, visit_id=visit(clinic_id, name).id, reason=CancelReason.OTHER, tell=False, by=DESK
        )
    waitlist.offer_due(maintenance)


def the_time(clinic_id: UUID) -> Freed:
    with clinic_scope(clinic_id):
        return waitlist_queries.freed_times(clinic_id, since=factories.advance(timedelta(0)) - 90 * DAY)[0]


def asked(clinic_id: UUID) -> list[int]:
    """How many were asked in each wave."""
    offer = the_time(clinic_id).offer
    waves = [one.wave for one in offer.offered] if offer else []
    return [waves.count(number) for number in sorted(set(waves))]


def test_those_who_wait_are_asked_and_the_first_yes_has_the_time(
    clinic: UUID, maintenance: "psycopg.Connection[Any]"
) -> None:
    joins(clinic, 321, 322, 323, 324)
    comes_free(clinic, maintenance)
    assert asked(clinic) == [3], "the first wave of a clinic without experience"
    assert "Dr Okafor" in wordings(clinic, 321)[0]
    assert not wordings(clinic, 324)
    factories.sql("DELETE FROM messaging_outbox")
    assert hear(clinic, "2", 321) == "declined"
    assert hear(clinic, "yes please", 322) == "won"
    assert hear(clinic, "1", 323) == "too_late"
    time = the_time(clinic)
    with clinic_scope(clinic):
        (given,) = actions.Appointment.objects.filter(clinic_id=clinic, source="recado")
        left = waitlist_queries.waiting(clinic)
    assert (time.state, time.filled_by) == (FreedState.FILLED, given.patient_id)
    assert (given.starts_at, given.clinician, given.state) == (time.time.starts_at, "Dr Okafor", VisitState.CONFIRMED)
    assert len(left) == 3, "who has the time waits no more; the others stay on the list"
    assert "yours" in wordings(clinic, 322)[-1]
    assert "somebody else" in wordings(clinic, 323)[-1]


def test_a_yes_may_name_the_time_that_was_offered(clinic: UUID, maintenance: "psycopg.Connection[Any]") -> None:
    joins(clinic, 321, 322)
    comes_free(clinic, maintenance)
    factories.sql("DELETE FROM messaging_outbox")
    starts = the_time(clinic).time.starts_at.astimezone(ZoneInfo("Europe/London"))
    advance(timedelta(minutes=1))
    assert hear(clinic, f"not {starts:%A}", 321) != "won"
    assert hear(clinic, f"{starts:%A %H:%M} please", 322) == "won"


def test_later_visit_moves_and_its_own_time_comes_free_when_its_owner_takes_an_earlier_one(
    clinic: UUID, maintenance: "psycopg.Connection[Any]"
) -> None:
    record(clinic, booking("LATER", person(321), ahead=20 * DAY, clinician="Dr Okafor"))
    later = visit(clinic, "LATER")
    joins(clinic, 321, visit_id=later.id)
    joins(clinic, 322)
    comes_free(clinic, maintenance)
    factories.sql("DELETE FROM messaging_outbox")
    assert hear(clinic, "1", 321) == "won"
    moved = visit(clinic, "LATER")
    assert moved.revision == later.revision + 1
    with clinic_scope(clinic):
        states = {
            one.time.starts_at: one.state for one in waitlist_queries.freed_times(clinic, since=later.booked_at - DAY)
        }
    assert states == {moved.starts_at: FreedState.FILLED, later.starts_at: FreedState.OFFERING}


def test_next_wave_is_asked_when_nobody_has_answered_in_time(
    clinic: UUID, maintenance: "psycopg.Connection[Any]"
) -> None:
    joins(clinic, 321, 322, 323, 324)
    comes_free(clinic, maintenance)
    waitlist.offer_due(maintenance)
    assert asked(clinic) == [3], "its time is not over"
    advance(timedelta(hours=1, minutes=1))
    waitlist.offer_due(maintenance)
    assert asked(clinic) == [3, 1]


def test_time_goes_to_nobody_when_all_were_asked_and_the_last_moment_is_past(
    clinic: UUID, maintenance: "psycopg.Connection[Any]"
) -> None:
    joins(clinic, 321)
    comes_free(clinic, maintenance)
    advance(timedelta(hours=2))
    waitlist.offer_due(maintenance)
    assert the_time(clinic).state is FreedState.OFFERING, "who was asked may still say yes"
    advance(AHEAD)
    waitlist.offer_due(maintenance)
    assert the_time(clinic).state is FreedState.NOBODY
    with clinic_scope(clinic):
        found = waitlist_queries.refill(clinic)
        assert found.share == 0 and [one[1:] for one in found.by_notice] == [(0, 1)], "of the notice that it had"


def test_nothing_is_offered_when_nobody_waits(clinic: UUID, maintenance: "psycopg.Connection[Any]") -> None:
    comes_free(clinic, maintenance)
    assert not factories.sql("SELECT 1 FROM appointments_freedtime")


def test_offer_ends_when_the_cancelled_visit_stands_after_all(
    clinic: UUID, maintenance: "psycopg.Connection[Any]"
) -> None:
    joins(clinic, 321)
    comes_free(clinic, maintenance)
    factories.sql("DELETE FROM messaging_outbox")
    with clinic_scope(clinic):
        actions.take_back(clinic_id=clinic, visit_id=visit(clinic, "FREE").id, by=DESK)
    assert the_time(clinic).state is FreedState.TAKEN_BACK
    assert "can't be had any more" in wordings(clinic, 321)[-1] and "somebody" not in wordings(clinic, 321)[-1]
    assert hear(clinic, "1", 321) == "too_late"
    assert visit(clinic, "FREE").state == VisitState.BOOKED


def test_cancelled_visit_stays_cancelled_when_somebody_has_its_time(
    clinic: UUID, maintenance: "psycopg.Connection[Any]"
) -> None:
    joins(clinic, 321)
    comes_free(clinic, maintenance)
    assert hear(clinic, "1", 321) == "won"
    with clinic_scope(clinic):
        outcome = actions.take_back(clinic_id=clinic, visit_id=visit(clinic, "FREE").id, by=DESK)
    assert outcome == "too_late"
    assert visit(clinic, "FREE").state == VisitState.CANCELLED


def test_yes_comes_too_late_when_the_desk_has_booked_the_time_meanwhile(
    clinic: UUID, maintenance: "psycopg.Connection[Any]"
) -> None:
    joins(clinic, 321)
    comes_free(clinic, maintenance)
    factories.sql("DELETE FROM messaging_outbox")
    time = the_time(clinic).time
    record(
        clinic,
        booking("HAND", person(330, "Ann Marsh"), ahead=time.starts_at - advance(timedelta(0)), clinician="Dr Okafor"),
    )
    assert hear(clinic, "1", 321) == "too_late"
    assert "can't be had any more" in wordings(clinic, 321)[-1]
    assert the_time(clinic).state is FreedState.TAKEN_BACK
    before = len(wordings(clinic))
    advance(2 * DAY)
    waitlist.offer_due(maintenance)
    assert len(wordings(clinic)) == before, "nobody else is asked for what is not there"


def test_who_is_off_the_list_is_not_told_that_they_stay_on_it(
    clinic: UUID, maintenance: "psycopg.Connection[Any]"
) -> None:
    joins(clinic, 321, 322, 323)
    comes_free(clinic, maintenance)
    factories.sql("DELETE FROM messaging_outbox")
    with clinic_scope(clinic):
        assert actions.leave_waitlist(clinic_id=clinic, patient_id=make_patient(clinic, 322), by=DESK)
    assert hear(clinic, "1", 321) == "won"
    told = {last: wordings(clinic, last)[-1] for last in (322, 323)}
    assert all("gone to somebody else" in text for text in told.values())
    assert {last: "You stay on our list." in text for last, text in told.items()} == {322: False, 323: True}


def test_time_given_by_hand_is_theirs_and_the_others_are_told(
    clinic: UUID, maintenance: "psycopg.Connection[Any]"
) -> None:
    joins(clinic, 321, 322, 323, 324)
    comes_free(clinic, maintenance)
    factories.sql("DELETE FROM messaging_outbox")
    chosen, freed_id = make_patient(clinic, 324), the_time(clinic).id
    with clinic_scope(clinic):
        first = waitlist_queries.who_could_come(clinic, freed_id)
        assert first is not None and [len(part) for part in first[1:]] == [4, 0]
        give = {"clinic_id": clinic, "freed_id": freed_id, "tell": True, "by": DESK}
        assert actions.give_free_time(patient_id=chosen, **give) is None
        assert actions.give_free_time(patient_id=make_patient(clinic, 321), **give) is NoneAsked.OVER
    time = the_time(clinic)
    assert (time.state, time.filled_by) == (FreedState.FILLED, chosen)
    assert "it is yours" in wordings(clinic, 324)[-1]
    assert "somebody else" in wordings(clinic, 321)[-1]
    assert hear(clinic, "1", 322) == "too_late"
    with clinic_scope(clinic):
        assert waitlist_queries.experience(clinic, advance(timedelta(0))) == (1, 3), (
            "who was not asked counts for nothing"
        )


def test_time_nobody_was_asked_for_is_given_by_hand_to_whoever_was_chosen(clinic: UUID) -> None:
    joins(clinic, 321)
    with clinic_scope(clinic):
        name = visit(clinic, "FREE").id
        actions.cancel(clinic_id=clinic, visit_id=name, reason=CancelReason.OTHER, tell=False, by=DESK)
        give = {"clinic_id": clinic, "freed_id": the_time(clinic).id, "tell": False, "by": DESK}
        with pytest.raises(LookupError):
            actions.give_free_time(patient_id=new_id(), **give)
        assert actions.give_free_time(patient_id=make_patient(clinic, 330), **give) is None
    assert the_time(clinic).state is FreedState.FILLED
    assert wordings(clinic, 330) == []


def test_who_was_asked_and_gets_it_by_hand_is_asked_no_more(
    clinic: UUID, maintenance: "psycopg.Connection[Any]"
) -> None:
    joins(clinic, 321)
    comes_free(clinic, maintenance)
    with clinic_scope(clinic):
        give = {"clinic_id": clinic, "freed_id": the_time(clinic).id, "tell": True, "by": DESK}
        assert actions.give_free_time(patient_id=make_patient(clinic, 321), **give) is None
    assert len(factories.queued()) == 1, "the question has not left, and need not"
    assert hear(clinic, "1", 321) == "waits_for_person", "there is nothing to answer"


def test_two_workers_ask_a_wave_once(clinic: UUID, maintenance: "psycopg.Connection[Any]") -> None:
    joins(clinic, 321, 322, 323, 324)
    with clinic_scope(clinic):
        name = visit(clinic, "FREE").id
        actions.cancel(clinic_id=clinic, visit_id=name, reason=CancelReason.OTHER, tell=False, by=DESK)
    ready = threading.Barrier(2)

    def works() -> None:
        try:
            with connect(Role.MAINTENANCE, autocommit=True) as mine:
                ready.wait()
                waitlist.offer_due(mine)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=works) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert asked(clinic) == [3]


def test_worker_that_waited_for_the_row_asks_nobody_when_another_has(
    clinic: UUID, maintenance: "psycopg.Connection[Any]"
) -> None:
    joins(clinic, 321, 322, 323, 324)
    comes_free(clinic, maintenance)
    with clinic_scope(clinic):
        waitlist._see_to(clinic, the_time(clinic).id)  # as a worker that had found it due before the other asked
    assert asked(clinic) == [3]


def test_who_has_left_the_list_is_not_asked(clinic: UUID, maintenance: "psycopg.Connection[Any]") -> None:
    joins(clinic, 321, 322)
    with clinic_scope(clinic):
        assert actions.leave_waitlist(clinic_id=clinic, patient_id=make_patient(clinic, 321), by=DESK)
        assert not actions.leave_waitlist(clinic_id=clinic, patient_id=make_patient(clinic, 321), by=DESK)
    comes_free(clinic, maintenance)
    assert asked(clinic) == [1]
    assert not wordings(clinic, 321)


def test_two_who_say_yes_at_once_have_one_winner_and_both_are_told(
    clinic: UUID, maintenance: "psycopg.Connection[Any]"
) -> None:
    joins(clinic, 321, 322)
    comes_free(clinic, maintenance)
    factories.sql("DELETE FROM messaging_outbox")
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def says_yes(last: int) -> None:
        try:
            ready.wait()
            outcomes.append(hear(clinic, "1", last))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=says_yes, args=(last,)) for last in (321, 322)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["too_late", "won"]
    assert all(len(wordings(clinic, last)) >= 2 for last in (321, 322))


def test_joining_again_changes_the_wish_and_keeps_the_place(clinic: UUID) -> None:
    joins(clinic, 321)
    joins(clinic, 322)
    joins(clinic, 321, clinician="Dr Okafor", from_minute=480, to_minute=720)
    with clinic_scope(clinic):
        first, _ = waitlist_queries.waiting(clinic)
    assert (first.wish.clinician, first.wish.from_minute, first.wish.to_minute) == ("Dr Okafor", 480, 720)


@pytest.mark.parametrize(
    "wrong", [{"from_minute": 720, "to_minute": 720}, {"days": 0}, {"notice": timedelta(hours=-1)}]
)
def test_wish_that_no_time_can_meet_is_refused(clinic: UUID, wrong: dict[str, Any]) -> None:
    with clinic_scope(clinic), pytest.raises(ValueError, match="Nobody can come"):
        actions.join_waitlist(clinic_id=clinic, patient_id=make_patient(clinic, 321), by=SYSTEM, **wrong)


def offered_again(clinic_id: UUID, maintenance: "psycopg.Connection[Any]") -> str:
    """Why the time was not offered once more; empty: it is."""
    with clinic_scope(clinic_id):
        (why,) = waitlist.offer_again(clinic_id=clinic_id, visit_ids=[visit(clinic_id, "FREE").id], by=SYSTEM).values()
    waitlist.offer_due(maintenance)
    return why


def test_a_time_that_nobody_took_is_offered_to_those_who_joined_since(
    clinic: UUID, maintenance: "psycopg.Connection[Any]"
) -> None:
    joins(clinic, 321)
    comes_free(clinic, maintenance)
    assert offered_again(clinic, maintenance) == "time_on_offer"
    assert hear(clinic, "no", 321) == "declined"
    advance(2 * DAY)
    waitlist.offer_due(maintenance)
    with clinic_scope(clinic):
        actions.take_free_time_back(clinic_id=clinic, freed_id=the_time(clinic).id, by=DESK)
        FreedTime.objects.filter(clinic_id=clinic).update(state=FreedState.NOBODY)  # as when the offer's end has come
    joins(clinic, 322)
    before = wordings(clinic, 321)
    assert offered_again(clinic, maintenance) == ""
    assert wordings(clinic, 321) == before, "nobody is asked twice about a time"
    assert "Dr Okafor" in wordings(clinic, 322)[0]
    assert hear(clinic, "yes", 322) == "won"
    assert offered_again(clinic, maintenance) == "time_gone"
    with clinic_scope(clinic):
        refill = waitlist_queries.refill(clinic)
    assert (refill.filled, refill.nobody) == (1, 0), "offered twice, it is one time"


def test_a_time_is_not_offered_again_where_nobody_can_have_it(
    clinic: UUID, maintenance: "psycopg.Connection[Any]"
) -> None:
    assert offered_again(clinic, maintenance) == "not_cancelled_time"
    comes_free(clinic, maintenance)
    assert offered_again(clinic, maintenance) == "nobody_waits"
    joins(clinic, 321)
    record(clinic, booking("IN", person(301, "Eve Moss"), ahead=AHEAD, clinician="Dr Okafor"))
    assert offered_again(clinic, maintenance) == "time_gone"
    with clinic_scope(clinic):
        actions.cancel(
            clinic_id=clinic, visit_id=visit(clinic, "IN").id, reason=CancelReason.OTHER, tell=False, by=DESK
        )
    advance(AHEAD - timedelta(minutes=20))
    assert offered_again(clinic, maintenance) == "no_time_to_offer"


def free_twice(clinic: UUID, maintenance: "psycopg.Connection[Any]") -> None:
    """Nobody took the time of FREE; IN was booked there since, and is cancelled too."""
    joins(clinic, 321)
    comes_free(clinic, maintenance)
    with clinic_scope(clinic):
        actions.take_free_time_back(clinic_id=clinic, freed_id=the_time(clinic).id, by=DESK)
        FreedTime.objects.filter(clinic_id=clinic).update(state=FreedState.NOBODY)  # as when the offer's end has come
    with clinic_scope(clinic):
        start = visit(clinic, "FREE").starts_at
    record(clinic, booking("IN", person(301, "Eve Moss"), start=start, clinician="Dr Okafor"))
    joins(clinic, 322)
    comes_free(clinic, maintenance, "IN")


def offers(clinic: UUID) -> list[FreedTime]:
    with clinic_scope(clinic):
        return list(FreedTime.objects.filter(clinic_id=clinic, state=FreedState.OFFERING))


def test_a_time_that_is_on_offer_as_another_visits_is_not_offered_again(
    clinic: UUID, maintenance: "psycopg.Connection[Any]"
) -> None:
    free_twice(clinic, maintenance)
    with clinic_scope(clinic):
        in_id = visit(clinic, "IN").id
    (one,) = offers(clinic)
    assert one.visit_id == in_id
    joins(clinic, 323)
    assert offered_again(clinic, maintenance) == "time_on_offer"
    assert offers(clinic) == [one] and wordings(clinic, 323) == []


def test_nobody_is_asked_twice_about_a_time_whoever_had_it(
    clinic: UUID, maintenance: "psycopg.Connection[Any]"
) -> None:
    free_twice(clinic, maintenance)
    assert [len(wordings(clinic, last)) for last in (321, 322)] == [1, 1]


def test_of_two_cancelled_visits_at_one_time_one_is_offered_again(
    clinic: UUID, maintenance: "psycopg.Connection[Any]"
) -> None:
    with clinic_scope(clinic):
        start = visit(clinic, "FREE").starts_at
    record(
        clinic,
        booking("LATER", person(301, "Eve Moss"), start=start + timedelta(minutes=5), clinician="Dr Okafor"),
        booking("OTHER", person(302, "Tom Reed"), start=start, clinician="Dr Costa"),
    )
    names = ("FREE", "LATER", "OTHER")
    for name in names:
        comes_free(clinic, maintenance, name)
    joins(clinic, 321)
    with clinic_scope(clinic):
        ids = [visit(clinic, name).id for name in names]
        why = waitlist.offer_again(clinic_id=clinic, visit_ids=ids, by=SYSTEM)
    assert sorted(why[one] for one in ids) == ["", "", "time_on_offer"] and why[ids[2]] == ""
    assert len(offers(clinic)) == 2


def cancel(clinic: UUID, *names: str) -> None:
    with clinic_scope(clinic):
        for name in names:
            actions.cancel(
                clinic_id=clinic, visit_id=visit(clinic, name).id, reason=CancelReason.OTHER, tell=False, by=DESK
            )


def test_a_time_that_comes_free_is_not_offered_while_it_is_on_offer_as_another_visits(clinic: UUID) -> None:
    joins(clinic, 321)
    cancel(clinic, "FREE")
    start = offers(clinic)[0].starts_at
    record(
        clinic,
        booking("IN", person(301, "Eve Moss"), start=start + timedelta(minutes=5), clinician="Dr Okafor"),
        booking("OTHER", person(302, "Tom Reed"), start=start, clinician="Dr Costa"),
    )
    cancel(clinic, "IN", "OTHER")
    assert sorted(one.clinician for one in offers(clinic)) == ["Dr Costa", "Dr Okafor"]
    assert [one.starts_at for one in offers(clinic)] == [start, start]


def test_a_time_that_somebody_has_does_not_come_free(clinic: UUID) -> None:
    joins(clinic, 321)
    with clinic_scope(clinic):
        start = visit(clinic, "FREE").starts_at
    record(clinic, booking("IN", person(301, "Eve Moss"), start=start, clinician="Dr Okafor"))
    cancel(clinic, "FREE")
    assert offers(clinic) == []
    cancel(clinic, "IN")
    assert len(offers(clinic)) == 1


@pytest.mark.parametrize("reason", list(CancelReason))
def test_a_time_at_which_nobody_could_be_seen_is_offered_to_nobody(
    clinic: UUID, maintenance: "psycopg.Connection[Any]", reason: CancelReason
) -> None:
    joins(clinic, 321)
    with clinic_scope(clinic):
        actions.cancel(clinic_id=clinic, visit_id=visit(clinic, "FREE").id, reason=reason, tell=False, by=DESK)
    waitlist.offer_due(maintenance)
    is_away = reason in (CancelReason.CLINICIAN, CancelReason.CLINIC)
    assert len(offers(clinic)) == (not is_away) and len(wordings(clinic, 321)) == (not is_away)
    assert offered_again(clinic, maintenance) == ("nobody_there" if is_away else "time_on_offer")


@pytest.mark.parametrize("name", ["Dr Okafor", "dr okafor", "Dr Costa"])
def test_a_time_on_a_day_off_of_its_clinician_is_offered_to_nobody(clinic: UUID, name: str) -> None:
    joins(clinic, 321)
    doctor = actions.keep_calendar(clinic_id=clinic, kind=CalendarKind.CLINICIAN, name=name, by=DESK)
    with clinic_scope(clinic):
        day = visit(clinic, "FREE").starts_at.date()
    actions.add_days_off(clinic_id=clinic, calendar_id=doctor, first=day, last=day, by=DESK)
    cancel(clinic, "FREE")
    assert len(offers(clinic)) == (name == "Dr Costa")


def test_of_two_times_that_are_offered_again_at_once_one_is(clinic: UUID) -> None:
    with clinic_scope(clinic):
        start = visit(clinic, "FREE").starts_at
    record(clinic, booking("LATER", person(301, "Eve Moss"), start=start, clinician="Dr Okafor"))
    cancel(clinic, "FREE", "LATER")
    joins(clinic, 321)
    with clinic_scope(clinic):
        free, later = (visit(clinic, name).id for name in ("FREE", "LATER"))
    told: list[str] = []

    def offers_it_too() -> None:
        try:
            with clinic_scope(clinic):
                told.extend(waitlist.offer_again(clinic_id=clinic, visit_ids=[later], by=SYSTEM).values())
        finally:
            connections.close_all()

    second = threading.Thread(target=offers_it_too)
    with clinic_scope(clinic):
        assert waitlist.offer_again(clinic_id=clinic, visit_ids=[free], by=SYSTEM) == {free: ""}
        second.start()
        second.join(timeout=1)
        assert second.is_alive(), "the second waits for the first"
    second.join(timeout=10)
    assert told == ["time_on_offer"]
    assert len(offers(clinic)) == 1
