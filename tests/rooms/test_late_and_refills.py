"""Who writes that they come later, or that they need their medicine again: it is before the team, and they hear so."""

from datetime import timedelta
from uuid import UUID

import pytest

from recado.appointments import actions as appointments
from recado.appointments import queries as visits
from recado.appointments.standing import why_to_phone
from recado.appointments.types import Announce, ChangeKind, Outcome, Status
from recado.care_events import actions as care_events
from recado.care_events.types import RefillDue
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR, Actor, ActorKind
from recado.foundation.tenancy import clinic_scope
from tests import factories
from tests.factories import booking, hear, make_patient, person, record, sql, visit, wordings

pytestmark = pytest.mark.usefixtures("database")
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
STAFF = Actor(ActorKind.STAFF, "019a9b6e-0000-7000-8000-000000000001")
KNOWN = "The team knows that you come later"


@pytest.fixture
def clinic(database: None) -> UUID:
    made = factories.make_furnished(time_zone="UTC").id
    now = business_time.now()
    business_time.advance_to(now.replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=1))
    return made


def book(clinic_id: UUID, *found: tuple[str, timedelta, int]) -> None:
    bookings = [booking(name, person(last, record_number=f"R-{name}"), ahead=ahead) for name, ahead, last in found]
    record(clinic_id, *bookings, announce=Announce.NONE)


def story(clinic_id: UUID, name: str = "A-1") -> list[tuple[str, str]]:
    at = visit(clinic_id, name).id
    return sql("SELECT kind, reason FROM appointments_change WHERE appointment_id = %s ORDER BY at, id", (at,))[1:]


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("I'm running 10 minutes late", "10"),
        ("stuck in traffic, be there in half an hour", "30"),
        ("I am running late, sorry", ""),
    ],
)
def test_the_visit_of_today_is_late_and_the_patient_hears_that_the_team_knows(
    clinic: UUID, said: str, minutes: str
) -> None:
    book(clinic, ("A-1", HOUR, 321))
    assert hear(clinic, said) == "late"
    assert story(clinic) == [("late", minutes)]
    assert KNOWN in wordings(clinic)[-1]
    day = visit(clinic).starts_at
    with clinic_scope(clinic):
        (seen,) = visits.between(clinic, day, day + MINUTE)
    assert (seen.changed, seen.reason, seen.state) == (ChangeKind.LATE, minutes, "booked")


def test_a_visit_that_has_just_begun_may_still_be_late_for(clinic: UUID) -> None:
    book(clinic, ("A-1", HOUR, 321))
    factories.advance(HOUR + 20 * MINUTE)
    assert hear(clinic, "I'm running 10 minutes late") == "late"


@pytest.mark.parametrize("ahead", [timedelta(days=2), -2 * HOUR])
def test_a_person_reads_it_when_no_visit_is_today(clinic: UUID, ahead: timedelta) -> None:
    book(clinic, ("A-1", HOUR if ahead < timedelta(0) else ahead, 321))
    if ahead < timedelta(0):
        factories.advance(HOUR - ahead)
    assert hear(clinic, "I'm running 10 minutes late") == "waits_for_person"
    assert story(clinic) == []


def test_a_family_is_late_together_and_not_for_the_afternoon(clinic: UUID) -> None:
    book(clinic, ("A-1", HOUR, 321), ("A-2", HOUR + 15 * MINUTE, 321), ("A-3", 6 * HOUR, 321))
    assert hear(clinic, "we are running 15 minutes late") == "late"
    assert [story(clinic, name) for name in ("A-1", "A-2", "A-3")] == [[("late", "15")], [("late", "15")], []]


def test_nobody_phones_who_has_written_that_they_come_later() -> None:
    asked = {"must_tell": False, "last_call": None, "is_today": True, "is_late": True}
    assert why_to_phone(Status.NO_ANSWER, last_change=ChangeKind.BOOKED, **asked) is not None  # type: ignore[arg-type]
    assert why_to_phone(Status.NO_ANSWER, last_change=ChangeKind.LATE, **asked) is None  # type: ignore[arg-type]


def test_what_staff_take_back_after_it_is_what_was_before_it(clinic: UUID) -> None:
    book(clinic, ("A-1", HOUR, 321))
    hear(clinic, "I'm running 10 minutes late")
    at = visit(clinic).id
    with clinic_scope(clinic):
        assert appointments.note_arrived(clinic_id=clinic, visit_id=at, by=STAFF) is Outcome.DONE
        assert appointments.take_back(clinic_id=clinic, visit_id=at, by=STAFF) is Outcome.DONE
    assert visit(clinic).state == "booked"


# ------------------------------------------------------------------------------------------------ medicine


def refill_tasks() -> list[tuple[str]]:
    return sql("SELECT detail ->> 'about' FROM tasks_task WHERE kind = 'refill' AND done_at IS NULL")


def test_a_wish_for_medicine_is_a_task_and_answered_without_naming_it(clinic: UUID) -> None:
    make_patient(clinic)
    assert hear(clinic, "I need a refill of my blood pressure tablets") == "refill_asked"
    assert refill_tasks() == [("refill_asked",)]
    assert "Your request is with the team" in wordings(clinic)[-1]
    factories.advance(HOUR)
    assert hear(clinic, "please, I need more of my tablets") == "refill_asked"
    assert len(refill_tasks()) == 1, "asked twice on a day is asked once"


def test_what_is_due_is_ordered(clinic: UUID) -> None:
    patient = make_patient(clinic)
    with clinic_scope(clinic):
        care_events.note_event(
            clinic_id=clinic,
            patient_id=patient,
            detail=RefillDue((business_time.now() + timedelta(days=20)).date()),
            by=OPERATOR,
        )
    assert hear(clinic, "I need a refill of my blood pressure tablets") == "noted"
    assert sql("SELECT state, answer FROM care_events_event") == [("asked", "order")]
    assert refill_tasks() == [("refill_order",)]


def test_a_wish_of_one_of_a_family_waits_for_a_person(clinic: UUID) -> None:
    make_patient(clinic)
    make_patient(clinic, record_number="R-2", name="Tom Whitcombe")
    assert hear(clinic, "I need a refill of my blood pressure tablets") == "waits_for_person"
