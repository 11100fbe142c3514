"""What begins a survey besides the desk's word: the clock, a file, and another system's event."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from recado.appointments import actions as appointments
from recado.appointments.types import Announce, BookingStatus
from recado.care_events import actions as care_events
from recado.care_events.types import CareEvent, VisitFinished
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR, SYSTEM, Actor, ActorKind
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.surveys import actions, queries
from recado.surveys.types import Policy
from recado.surveys.worker import ask_by_clock
from tests import factories
from tests.factories import DAY, booking, person, record, sql, visit

HOUR = timedelta(hours=1)


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


def choose_clock(clinic_id: UUID, *, by_clock: bool = True) -> None:
    with clinic_scope(clinic_id):
        actions.set_policy(clinic_id=clinic_id, policy=Policy(by_clock=by_clock), by=SYSTEM)
        assert queries.policy(clinic_id).by_clock is by_clock


def look(step: timedelta = timedelta(0)) -> int:
    factories.advance(step)
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        return ask_by_clock(maintenance)


def responses() -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in sql("SELECT service, state FROM surveys_response ORDER BY service")]


# ---------------------------------------------------------------- by the clock


def test_a_visit_is_asked_about_by_the_clock_when_the_clinic_wants_it(clinic: UUID) -> None:
    record(clinic, booking(ahead=2 * HOUR))
    assert look(DAY) == 0  # nobody wanted it
    choose_clock(clinic)
    assert look(DAY) == 0  # the visit was over before they did
    record(clinic, booking("A-2", person(322, "Rémi Lefebvre"), ahead=2 * HOUR, service="Check-up"))
    assert look(2 * HOUR) == 0  # it has just begun
    assert look(HOUR) == 1
    assert look(HOUR) == 0
    assert responses() == [("Check-up", "visited")]
    choose_clock(clinic, by_clock=False)
    record(clinic, booking("A-3", person(323, "Joanna Kowalska"), ahead=HOUR))
    assert look(DAY) == 0


@pytest.mark.parametrize("status", [BookingStatus.CANCELLED, BookingStatus.MISSED])
def test_the_clock_asks_nobody_when_the_source_says_they_did_not_come(clinic: UUID, status: BookingStatus) -> None:
    choose_clock(clinic)
    start = business_time.now() + HOUR
    record(clinic, booking(start=start))
    record(clinic, booking(start=start, status=status))
    assert look(DAY) == 0
    assert responses() == []


def test_who_is_marked_as_missed_later_is_not_asked_when_the_clock_was_quicker(clinic: UUID) -> None:
    choose_clock(clinic)
    record(clinic, booking(ahead=HOUR))
    assert look(2 * HOUR) == 1
    with clinic_scope(clinic):
        appointments.note_missed(clinic_id=clinic, visit_id=visit(clinic).id, by=SYSTEM)
    assert responses() == [("Blood test", "withdrawn")]


def test_the_clock_sees_to_a_visit_once_when_another_worker_has(clinic: UUID) -> None:
    choose_clock(clinic)
    record(clinic, booking(ahead=HOUR))
    assert look(2 * HOUR) == 1
    sql("UPDATE surveys_clinicpolicy SET clock_seen = now() - interval '1 day' RETURNING id")
    assert look() == 0  # looked at again, known already
    assert responses() == [("Blood test", "visited")]


# ---------------------------------------------------------------- by a file


def test_a_visit_is_over_when_its_source_says_so(clinic: UUID) -> None:
    start = business_time.now() + HOUR
    record(clinic, booking(start=start))
    factories.advance(2 * HOUR)
    assert record(clinic, booking(start=start, status=BookingStatus.FINISHED)).changed == 1
    assert visit(clinic).state == "finished"
    assert responses() == [("Blood test", "visited")]
    assert record(clinic, booking(start=start, status=BookingStatus.FINISHED)).unchanged == 1
    record(clinic, booking(start=start + 3 * DAY))
    assert visit(clinic).state == "booked"
    assert responses() == [("Blood test", "withdrawn")]


def test_a_new_visit_is_over_and_new_when_its_source_says_so(clinic: UUID) -> None:
    outcome = record(
        clinic,
        booking(ahead=-2 * HOUR, status=BookingStatus.FINISHED),
        booking("A-2", person(322), ahead=-9 * DAY, status=BookingStatus.FINISHED, service="Long ago"),
    )
    assert (outcome.new, outcome.past) == (2, 2)
    assert responses() == [("Blood test", "visited")]  # what is older is not asked about


def test_a_visit_stands_when_its_source_says_over_days_before(clinic: UUID) -> None:
    record(clinic, booking(ahead=3 * DAY, status=BookingStatus.FINISHED))
    assert visit(clinic).state == "booked"
    assert responses() == []


def test_nobody_is_asked_when_the_file_that_said_over_is_taken_back(clinic: UUID) -> None:
    by = Actor(ActorKind.IMPORT, str(new_id()))
    bookings = [booking(ahead=-2 * HOUR, status=BookingStatus.FINISHED)]
    appointments.record_bookings(clinic_id=clinic, source="csv", bookings=bookings, announce=Announce.NONE, by=by)
    assert responses() == [("Blood test", "visited")]
    appointments.take_some_back(clinic_id=clinic, run_id=UUID(by.ref), after=None, by=OPERATOR)
    assert responses() == [("Blood test", "withdrawn")]


# ---------------------------------------------------------------- by another system


def tell(clinic_id: UUID, **more: Any) -> None:
    detail = VisitFinished(business_time.now() - HOUR, "Nurse Silva", "Check-up", "Quay")
    event = CareEvent("V-1", person(), detail, more.pop("state", ""))
    care_events.record_events(clinic_id=clinic_id, source="api:desk", events=[event], by=SYSTEM, **more)


def test_a_visit_kept_elsewhere_is_asked_about_when_its_system_says_it_is_over(clinic: UUID) -> None:
    tell(clinic)
    assert sql("SELECT clinician, service, site, state FROM surveys_response") == [
        ("Nurse Silva", "Check-up", "Quay", "visited")
    ]
    tell(clinic)
    assert responses() == [("Check-up", "visited")]
    tell(clinic, state="withdrawn")
    assert responses() == [("Check-up", "withdrawn")]


def test_nobody_is_asked_when_the_system_brings_the_past(clinic: UUID) -> None:
    tell(clinic, tells=False)
    assert responses() == []


def test_a_withdrawn_event_ends_the_survey_when_staff_say_so(clinic: UUID) -> None:
    tell(clinic)
    with clinic_scope(clinic):
        ids = [row[0] for row in sql("SELECT id FROM care_events_event")]
        care_events.set_state(clinic_id=clinic, event_ids=ids, state="withdrawn", by=SYSTEM)
    assert responses() == [("Check-up", "withdrawn")]
