"""Another system cancels or moves visits: their times are offered on the waitlist, where somebody can be seen then."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from recado.appointments import actions, queries, waitlist, waitlist_queries
from recado.appointments.models import FreedTime
from recado.appointments.types import Announce, BookingStatus, CalendarKind, CancelReason, FreedState, NoneAsked
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR, SYSTEM, Actor, ActorKind
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from tests import factories
from tests.factories import DAY, booking, make_patient, person, record, visit

pytestmark = pytest.mark.usefixtures("database")
QUARTER = timedelta(minutes=15)
OFF = BookingStatus.CANCELLED
START = (datetime.now(UTC) + 3 * DAY).replace(hour=9, minute=0, second=0, microsecond=0)


@pytest.fixture
def clinic(database: None) -> UUID:
    """A morning of Dr Okafor: A-0 to A-5, every fifteen minutes; somebody waits."""
    made = factories.make_furnished().id
    record(made, *(slot(at) for at in range(6)))
    waits(made)
    return made


def waits(clinic_id: UUID) -> None:
    patient_id = make_patient(clinic_id, 399)
    with clinic_scope(clinic_id):
        actions.join_waitlist(clinic_id=clinic_id, patient_id=patient_id, by=OPERATOR)


def slot(at: int, later: timedelta = timedelta(0), **more: Any) -> Any:
    more = {"clinician": "Dr Okafor"} | more
    return booking(f"A-{at}", person(300 + at, f"Oliver Grant {at}"), start=START + at * QUARTER + later, **more)


def offered(clinic_id: UUID, *those: int) -> list[str]:
    """The visits whose times are on offer."""
    names = {visit(clinic_id, f"A-{at}").id: f"A-{at}" for at in those or range(6)}
    with clinic_scope(clinic_id):
        rows = FreedTime.objects.filter(clinic_id=clinic_id, state=FreedState.OFFERING)
        return sorted(names[row.visit_id] for row in rows)


@pytest.mark.parametrize("reason", [None, *CancelReason])
def test_time_of_a_visit_that_a_source_cancels_is_offered_unless_nobody_could_be_seen(
    clinic: UUID, reason: CancelReason | None
) -> None:
    record(clinic, slot(2, status=OFF, reason=reason))
    is_away = reason in (CancelReason.CLINICIAN, CancelReason.CLINIC)
    assert offered(clinic) == ([] if is_away else ["A-2"])
    with clinic_scope(clinic):
        cancelled = visit(clinic, "A-2")
        (shown,) = queries.these(clinic, [cancelled.id])
        assert shown.reason == (reason or "")
        again = waitlist.offer_again(clinic_id=clinic, visit_ids=[cancelled.id], by=SYSTEM)
    assert again == {cancelled.id: "nobody_there" if is_away else "time_on_offer"}


def test_time_that_a_source_moves_a_visit_away_from_is_offered(clinic: UUID) -> None:
    record(clinic, slot(2, later=2 * DAY))
    assert offered(clinic) == ["A-2"]
    with clinic_scope(clinic):
        (time,) = waitlist_queries.freed_times(clinic, since=business_time.now() - DAY)
    assert time.time.starts_at == START + 2 * QUARTER, "the time that it had"


def test_visit_that_shifts_by_less_than_it_lasts_frees_nothing(clinic: UUID) -> None:
    record(clinic, slot(5, later=timedelta(minutes=10), clinician=""))
    assert offered(clinic) == []


def test_time_that_another_of_the_same_file_moves_into_is_not_offered(clinic: UUID) -> None:
    record(clinic, slot(2, later=2 * DAY), slot(3, later=-QUARTER))
    assert offered(clinic) == ["A-3"]


def test_visits_that_all_go_together_without_a_reason_are_offered_to_nobody(clinic: UUID) -> None:
    record(clinic, *(slot(at, status=OFF) for at in range(3)), *(slot(at, later=7 * DAY) for at in range(3, 6)))
    assert offered(clinic) == []
    with clinic_scope(clinic):
        first = visit(clinic, "A-0").id
        assert waitlist.offer_again(clinic_id=clinic, visit_ids=[first], by=SYSTEM) == {first: "nobody_there"}


def test_what_the_patients_called_off_is_offered_also_where_the_whole_morning_goes(clinic: UUID) -> None:
    record(clinic, slot(0, status=OFF, reason=CancelReason.PATIENT), *(slot(at, status=OFF) for at in range(1, 6)))
    assert offered(clinic) == ["A-0"]


def test_those_that_go_together_are_offered_while_others_around_them_stand(clinic: UUID) -> None:
    record(clinic, *(slot(at, status=OFF) for at in range(5)))
    assert offered(clinic) == ["A-0", "A-1", "A-2", "A-3", "A-4"]


def test_last_of_a_morning_that_went_file_by_file_is_offered_to_nobody(clinic: UUID) -> None:
    record(clinic, *(slot(at, status=OFF) for at in range(5)))
    factories.advance(timedelta(hours=1))
    record(clinic, slot(5, status=OFF))
    assert "A-5" not in offered(clinic)


def test_a_time_on_a_day_off_of_its_clinician_is_offered_to_nobody_whoever_cancels(clinic: UUID) -> None:
    doctor = actions.keep_calendar(clinic_id=clinic, kind=CalendarKind.CLINICIAN, name="dr okafor", by=OPERATOR)
    day = START.date()
    actions.add_days_off(clinic_id=clinic, calendar_id=doctor, first=day, last=day, by=OPERATOR)
    record(clinic, slot(2, status=OFF, reason=CancelReason.PATIENT), slot(3, later=2 * DAY))
    assert offered(clinic) == []


def test_source_that_says_why_behind_the_cancellation_changes_nothing_of_it(clinic: UUID) -> None:
    record(clinic, slot(2, status=OFF))
    came = record(clinic, slot(2, status=OFF, reason=CancelReason.PATIENT))
    assert (came.cancelled, came.changed, offered(clinic)) == (0, 1, ["A-2"])


@pytest.mark.parametrize("hours", [1, 2, 3])
def test_a_morning_that_begins_later_offers_none_of_its_old_times(clinic: UUID, hours: int) -> None:
    record(clinic, *(slot(at, later=timedelta(hours=hours, minutes=30)) for at in range(6)))
    assert offered(clinic) == []


def test_a_time_that_one_left_is_offered_though_another_of_the_file_came_near(clinic: UUID) -> None:
    record(clinic, slot(0, later=2 * DAY), slot(5, later=QUARTER))
    assert offered(clinic) == ["A-0", "A-5"]


@pytest.mark.parametrize("left", [{"later": 5 * DAY}, {"status": OFF}])
def test_a_time_into_which_the_same_file_brings_somebody_is_not_offered_where_no_clinician_is_named(
    database: None, left: dict[str, Any]
) -> None:
    made = factories.make_furnished().id
    record(made, *(slot(at, clinician="") for at in (0, 1, 3)))
    waits(made)
    record(made, slot(0, clinician="", **left), slot(3, later=-3 * QUARTER, clinician=""))
    assert offered(made, 0, 3) == ["A-3"], "its new owner has the other"


@pytest.mark.parametrize(("ago", "shown"), [(timedelta(hours=12), []), (timedelta(hours=36), ["A-0"])])
def test_where_no_clinician_is_named_others_at_the_time_have_their_own_chairs_unless_they_came_of_late(
    database: None, ago: timedelta, shown: list[str]
) -> None:
    made = factories.make_furnished().id
    beside = booking("A-1", person(301, "Oliver Grant 1"), start=START, clinician="")
    record(made, slot(0, clinician=""), beside)
    factories.advance(ago)
    waits(made)
    record(made, slot(0, status=OFF, clinician=""))
    assert offered(made, 0, 1) == shown


def test_last_that_goes_with_the_morning_is_no_sign_where_its_details_alone_changed(clinic: UUID) -> None:
    record(clinic, *(slot(at, status=OFF) for at in range(5)))
    factories.advance(25 * timedelta(hours=1))
    record(clinic, *(slot(at, status=OFF, duration=2 * QUARTER / 3) for at in range(5)))
    record(clinic, slot(5, status=OFF))
    assert "A-5" in offered(clinic), "they went a day before"


# What is known by now ends an offer before more are asked, or one of those asked has it.


def asks(clinic_id: UUID, way: str) -> None:
    """The next wave is due, staff ask it, or somebody who was asked says yes."""
    if way == "yes":
        assert factories.hear(clinic_id, "yes", 399) == "too_late"
        return
    with clinic_scope(clinic_id):
        for row in FreedTime.objects.filter(clinic_id=clinic_id, state=FreedState.OFFERING).order_by("starts_at"):
            if way == "staff":
                said = actions.ask_next_wave(clinic_id=clinic_id, freed_id=row.id, by=OPERATOR)
                assert said in (NoneAsked.TAKEN, NoneAsked.AWAY)
            else:
                FreedTime.objects.filter(clinic_id=clinic_id, id=row.id).update(wave_ends_at=business_time.now())
                waitlist._see_to(clinic_id, row.id)


def is_asked(clinic_id: UUID, at: int) -> None:
    """Who waits has the text about this visit's time."""
    with clinic_scope(clinic_id):
        row = FreedTime.objects.get(clinic_id=clinic_id, visit_id=visit(clinic_id, f"A-{at}").id)
        waitlist.ask_next(clinic_id=clinic_id, freed_id=row.id, by=SYSTEM)
    assert len(factories.wordings(clinic_id, 399)) == 1
    factories.sql("DELETE FROM messaging_outbox")
    waits_too = make_patient(clinic_id, 398)
    with clinic_scope(clinic_id):
        actions.join_waitlist(clinic_id=clinic_id, patient_id=waits_too, by=OPERATOR)


WAYS = pytest.mark.parametrize("way", ["worker", "staff", "yes"])


@WAYS
@pytest.mark.parametrize("change", [{"status": OFF}, {"later": 7 * DAY}])
def test_a_morning_called_off_over_two_files_is_offered_no_more(clinic: UUID, way: str, change: dict[str, Any]) -> None:
    record(clinic, slot(0, **change))
    is_asked(clinic, 0)
    record(clinic, *(slot(at, **change) for at in range(1, 5)))
    factories.advance(timedelta(minutes=1))
    record(clinic, slot(5, **change))
    assert "A-5" not in offered(clinic)
    asks(clinic, way)
    assert offered(clinic) == ([] if way != "yes" else ["A-1", "A-2", "A-3", "A-4"])
    assert not factories.wordings(clinic, 398), "nobody else is asked"


@WAYS
def test_a_morning_that_begins_later_over_two_files_is_offered_no_more(clinic: UUID, way: str) -> None:
    later = timedelta(hours=2)
    record(clinic, *(slot(at, later=later) for at in range(3)))
    is_asked(clinic, 0)
    record(clinic, *(slot(at, later=later) for at in range(3, 6)))
    assert offered(clinic) == ["A-0", "A-1", "A-2"]
    asks(clinic, way)
    assert offered(clinic) == ([] if way != "yes" else ["A-1", "A-2"])


@WAYS
def test_a_day_off_ends_what_is_on_offer_that_day(clinic: UUID, way: str) -> None:
    record(clinic, slot(2, status=OFF, reason=CancelReason.PATIENT))
    is_asked(clinic, 2)
    doctor = actions.keep_calendar(clinic_id=clinic, kind=CalendarKind.CLINICIAN, name="Dr Okafor", by=OPERATOR)
    day = START.date()
    actions.add_days_off(clinic_id=clinic, calendar_id=doctor, first=day, last=day, by=OPERATOR)
    asks(clinic, way)
    assert offered(clinic) == []
    assert visit(clinic, "A-2").state == "cancelled"
    told = factories.wordings(clinic, 399)[-1]
    assert "can't be had any more" in told and "somebody" not in told, "nobody else has it: nobody is there"


@WAYS
@pytest.mark.parametrize("clinician", ["Dr Okafor", ""])
def test_a_time_to_which_its_visit_comes_back_is_offered_no_more(clinic: UUID, way: str, clinician: str) -> None:
    record(clinic, *(slot(at, clinician=clinician) for at in range(6)))
    beside = booking("B", person(320, "Tom Reed"), start=START + 2 * QUARTER + 2 * DAY, clinician=clinician)
    record(clinic, beside, slot(2, clinician=clinician, later=2 * DAY))
    is_asked(clinic, 2)
    record(clinic, slot(2, clinician=clinician))
    asks(clinic, way)
    assert offered(clinic) == []


def test_staff_may_give_by_hand_a_time_that_only_looks_called_off(clinic: UUID) -> None:
    record(clinic, slot(0, status=OFF))
    record(clinic, *(slot(at, status=OFF) for at in range(1, 6)))
    with clinic_scope(clinic):
        row = FreedTime.objects.get(clinic_id=clinic, visit_id=visit(clinic, "A-0").id)
        desk = Actor(ActorKind.STAFF, "noor")
        taker = make_patient(clinic, 399)
        assert actions.give_free_time(clinic_id=clinic, freed_id=row.id, patient_id=taker, tell=False, by=desk) is None


# A visit may have had several times.


def test_each_time_that_a_visit_leaves_is_offered(clinic: UUID) -> None:
    record(clinic, slot(2, later=DAY))
    record(clinic, slot(2, later=2 * DAY))
    record(clinic, slot(2, later=2 * DAY, status=OFF))
    assert offered(clinic) == ["A-2"] * 3


@pytest.mark.parametrize("is_filled", [True, False])
def test_visit_that_stands_again_leaves_alone_what_became_of_the_time_that_it_had_before(
    clinic: UUID, is_filled: bool
) -> None:
    record(clinic, slot(2, later=2 * DAY))
    with clinic_scope(clinic):
        old = FreedTime.objects.get(clinic_id=clinic)
        taker, desk = make_patient(clinic, 399), Actor(ActorKind.STAFF, "noor")
        if is_filled:
            assert (
                actions.give_free_time(clinic_id=clinic, freed_id=old.id, patient_id=taker, tell=False, by=desk) is None
            )
        else:
            actions.leave_waitlist(clinic_id=clinic, patient_id=taker, by=desk)
        moved = visit(clinic, "A-2").id
        actions.cancel(clinic_id=clinic, visit_id=moved, reason=CancelReason.OTHER, tell=False, by=desk)
        assert actions.take_back(clinic_id=clinic, visit_id=moved, by=desk) != "too_late"
        old.refresh_from_db()
    assert visit(clinic, "A-2").state == "booked"
    assert old.state == (FreedState.FILLED if is_filled else FreedState.OFFERING)


# Nobody is asked about a time before whoever had it is told.


def asked(clinic_id: UUID, later: timedelta = timedelta(0)) -> int:
    """How many texts who waits has, so much later, when the worker has seen to what is due."""
    factories.advance(later)
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        waitlist.offer_due(maintenance)
    return len(factories.wordings(clinic_id, 399))


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("change", [{"status": OFF}, {"later": 2 * DAY}])
def test_nobody_is_asked_before_the_patients_of_an_import_are_told(clinic: UUID, change: dict[str, Any]) -> None:
    assert len(record(clinic, slot(2, **change)).to_tell) == 1
    assert [asked(clinic, 11 * MINUTE) for _ in range(3)] == [0, 0, 0], "it waits for a person's word"
    assert offered(clinic) == ["A-2"]
    factories.release(clinic)
    assert asked(clinic, 11 * MINUTE) == 1


def test_nobody_is_asked_in_the_minutes_in_which_a_file_may_be_taken_back(clinic: UUID) -> None:
    record(clinic, slot(2, status=OFF))
    factories.release(clinic)
    assert (asked(clinic), asked(clinic, 9 * MINUTE), asked(clinic, 2 * MINUTE)) == (0, 0, 1)


def test_nobody_is_asked_of_times_in_a_file_that_tells_nobody(clinic: UUID) -> None:
    record(clinic, slot(1, later=2 * DAY), slot(2, status=OFF), announce=Announce.NONE)
    factories.release(clinic, Announce.NONE)
    assert offered(clinic) == []
    with clinic_scope(clinic):
        (why,) = waitlist.offer_again(clinic_id=clinic, visit_ids=[visit(clinic, "A-2").id], by=SYSTEM).values()
    assert why == "", "a journey, or staff, may offer it"


def test_nobody_is_asked_when_the_word_is_to_tell_nobody(clinic: UUID) -> None:
    record(clinic, slot(1, later=2 * DAY), slot(2, status=OFF))
    is_asked(clinic, 2)
    factories.release(clinic, Announce.NONE)
    assert offered(clinic) == ["A-2"], "that staff let go before"
    assert asked(clinic, 11 * MINUTE) == 1, "as before"


def brought(clinic_id: UUID, *made: Any) -> UUID:
    """An import whose texts wait for a person's word; its id."""
    run_id = new_id()
    by = Actor(ActorKind.IMPORT, str(run_id))
    told: Any = {"source": "csv", "announce": Announce.AUTO, "by": by}
    actions.record_bookings(clinic_id=clinic_id, bookings=made, **told)
    actions.settle_announcements(clinic_id=clinic_id, is_held=True, **told)
    return run_id


def test_offers_end_with_an_import_that_is_taken_back(clinic: UUID) -> None:
    run_id = brought(clinic, slot(1, later=2 * DAY), slot(4, status=OFF))
    assert offered(clinic) == ["A-1", "A-4"]
    came = actions.take_some_back(clinic_id=clinic, run_id=run_id, after=None, by=OPERATOR)
    assert (came.put_back, came.stayed, offered(clinic)) == (2, 0, [])
    assert (visit(clinic, "A-1").starts_at, visit(clinic, "A-4").state) == (START + QUARTER, "booked")


def test_visit_whose_time_somebody_else_has_by_now_stays_as_the_import_left_it(clinic: UUID) -> None:
    run_id = brought(clinic, slot(1, later=2 * DAY), slot(4, status=OFF))
    with clinic_scope(clinic):
        freed = FreedTime.objects.get(clinic_id=clinic, visit_id=visit(clinic, "A-4").id)
        taker = make_patient(clinic, 399)
        assert (
            actions.give_free_time(clinic_id=clinic, freed_id=freed.id, patient_id=taker, tell=False, by=OPERATOR)
            is None
        )
    came = actions.take_some_back(clinic_id=clinic, run_id=run_id, after=None, by=OPERATOR)
    assert (came.put_back, came.stayed) == (1, 1)
    assert (visit(clinic, "A-1").starts_at, visit(clinic, "A-4").state) == (START + QUARTER, "cancelled")
