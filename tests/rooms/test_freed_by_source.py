"""Another system cancels or moves visits: their times are offered on the waitlist, where somebody can be seen then."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from recado.appointments import actions, queries, waitlist, waitlist_queries
from recado.appointments.models import FreedTime
from recado.appointments.types import Announce, BookingStatus, CalendarKind, CancelReason, FreedState
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR, SYSTEM, Actor, ActorKind
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
    patient_id = make_patient(made, 399)
    with clinic_scope(made):
        actions.join_waitlist(clinic_id=made, patient_id=patient_id, by=OPERATOR)
    return made


def slot(at: int, later: timedelta = timedelta(0), **more: Any) -> Any:
    more = {"clinician": "Dr Okafor"} | more
    return booking(f"A-{at}", person(300 + at, f"Oliver Grant {at}"), start=START + at * QUARTER + later, **more)


def offered(clinic_id: UUID) -> list[str]:
    """The visits whose times are on offer."""
    names = {visit(clinic_id, f"A-{at}").id: f"A-{at}" for at in range(6)}
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


def brought(clinic_id: UUID, *made: Any) -> UUID:
    """An import that tells nobody; its id."""
    run_id = new_id()
    by = Actor(ActorKind.IMPORT, str(run_id))
    told: Any = {"source": "csv", "announce": Announce.NONE, "by": by}
    actions.record_bookings(clinic_id=clinic_id, bookings=made, **told)
    actions.settle_announcements(clinic_id=clinic_id, **told)
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
        assert actions.give_free_time(clinic_id=clinic, freed_id=freed.id, patient_id=taker, tell=False, by=OPERATOR)
    came = actions.take_some_back(clinic_id=clinic, run_id=run_id, after=None, by=OPERATOR)
    assert (came.put_back, came.stayed) == (1, 1)
    assert (visit(clinic, "A-1").starts_at, visit(clinic, "A-4").state) == (START + QUARTER, "cancelled")
