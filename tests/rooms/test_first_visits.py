"""Whether a visit is a first one: here, with its clinician, of its service; and the ready journey that asks it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recado.appointments import actions as appointments
from recado.appointments import firsts, steps, waitlist_queries
from recado.appointments.types import BookingStatus, CancelReason
from recado.foundation import business_time
from recado.foundation.actors import SYSTEM, Actor, ActorKind
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import worker
from tests import factories
from tests.factories import DAY, booking, record, visit, wordings
from tests.rooms.test_gallery import take

HERE, WITH, FOR = "first_visit", "first_with_clinician", "first_of_service"
DESK = Actor(ActorKind.STAFF, "noor")
EARLY = "please come 10 minutes early"


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def work(database: None) -> Iterator[Callable[[timedelta], None]]:
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:

        def run(step: timedelta) -> None:
            factories.advance(step)
            while worker.run_due(maintenance):
                pass

        yield run


def facts(clinic_id: UUID, *names: str) -> dict[str, dict[str, bool]]:
    with clinic_scope(clinic_id):
        found = firsts.of(clinic_id, [visit(clinic_id, name).id for name in names])
    return {name: found[visit(clinic_id, name).id] for name in names}


def test_visit_is_a_first_one_when_no_earlier_one_stands(clinic: UUID) -> None:
    start = business_time.now()
    record(
        clinic,
        booking("A-1", start=start + 3 * DAY, clinician="Nurse Silva", service="Blood test"),
        booking("A-2", start=start + 5 * DAY, clinician="Dr Osei", service="Blood test"),
        booking("A-3", start=start + 7 * DAY, clinician="Nurse Silva", service="Check-up"),
        booking("B-1", factories.person(2), start=start + 6 * DAY, clinician="Nurse Silva", service="Blood test"),
    )
    assert facts(clinic, "A-1", "A-2", "A-3", "B-1") == {
        "A-1": {HERE: True, WITH: True, FOR: True},
        "A-2": {HERE: False, WITH: True, FOR: False},
        "A-3": {HERE: False, WITH: False, FOR: True},
        "B-1": {HERE: True, WITH: True, FOR: True},
    }


def test_who_cancelled_or_missed_their_visit_has_not_been_here_yet(clinic: UUID) -> None:
    start = business_time.now()
    record(clinic, booking("A-1", start=start + DAY), booking("A-2", start=start + 2 * DAY))
    record(
        clinic, booking("A-3", start=start + 9 * DAY), booking("A-1", start=start + DAY, status=BookingStatus.CANCELLED)
    )
    assert facts(clinic, "A-2")["A-2"][HERE]
    factories.advance(3 * DAY)
    assert not facts(clinic, "A-3")["A-3"][HERE]
    with clinic_scope(clinic):
        appointments.note_missed(clinic_id=clinic, visit_id=visit(clinic, "A-2").id, by=SYSTEM)
    assert facts(clinic, "A-3")["A-3"][HERE]


def test_what_nobody_has_told_is_no_fact(clinic: UUID) -> None:
    record(clinic, booking("A-1", clinician="", service=""))
    assert facts(clinic, "A-1") == {"A-1": {HERE: True}}


def test_facts_of_many_visits_cost_as_many_statements_as_one(clinic: UUID) -> None:
    record(clinic, *(booking(f"A-{number}", ahead=(number + 1) * DAY) for number in range(5)))
    ids = [visit(clinic, f"A-{number}").id for number in range(5)]
    counts = []
    for some in (ids[:1], ids):
        with clinic_scope(clinic), CaptureQueriesContext(connection) as seen:
            steps.load(clinic, some)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_first_visit_is_told_two_days_before_when_the_journey_is_taken(
    clinic: UUID, work: Callable[[timedelta], None]
) -> None:
    take(clinic, "first_visit")
    start = business_time.now()
    record(clinic, booking("A-1", start=start + 5 * DAY), booking("A-2", start=start + 12 * DAY))
    work(2 * DAY)
    assert not [text for text in wordings(clinic) if EARLY in text]
    for _ in range(10):
        work(DAY)
    told = [text for text in wordings(clinic) if EARLY in text]
    assert len(told) == 1
    assert "The way to us: http" in told[0]


def test_nobody_is_told_of_a_first_visit_when_an_earlier_one_came_in_between(
    clinic: UUID, work: Callable[[timedelta], None]
) -> None:
    take(clinic, "first_visit")
    start = business_time.now()
    record(clinic, booking("A-1", start=start + 5 * DAY))
    record(clinic, booking("A-2", start=start + DAY, clinician="Dr Osei"))
    for _ in range(5):
        work(DAY)
    assert not [text for text in wordings(clinic) if EARLY in text]


def told_after(clinic: UUID, work: Callable[[timedelta], None], last: int) -> int:
    """How many texts of a first visit went to a number within a week."""
    for _ in range(7):
        work(DAY)
    return len([text for text in wordings(clinic, last) if EARLY in text])


def test_first_visit_from_the_waitlist_is_told_as_well(clinic: UUID, work: Callable[[timedelta], None]) -> None:
    take(clinic, "first_visit")
    record(clinic, booking("FREE", factories.person(300, "Oliver Grant"), ahead=3 * DAY))
    patient = factories.make_patient(clinic, 330)
    with clinic_scope(clinic):
        appointments.join_waitlist(clinic_id=clinic, patient_id=patient, by=DESK)
        name = visit(clinic, "FREE").id
        appointments.cancel(clinic_id=clinic, visit_id=name, reason=CancelReason.OTHER, tell=False, by=SYSTEM)
        (freed,) = waitlist_queries.freed_times(clinic, since=business_time.now() - DAY)
        give = {"clinic_id": clinic, "freed_id": freed.id, "patient_id": patient, "tell": False, "by": SYSTEM}
        assert appointments.give_free_time(**give) is None
    assert told_after(clinic, work, 330) == 1


def test_first_visit_is_told_when_it_was_answered_or_cancelled_and_taken_back(
    clinic: UUID, work: Callable[[timedelta], None]
) -> None:
    take(clinic, "first_visit")
    for last in (321, 322):
        record(clinic, booking(f"A-{last}", factories.person(last, f"Ann Person {last}"), ahead=5 * DAY))
    answered, cancelled = (visit(clinic, f"A-{last}").id for last in (321, 322))
    with clinic_scope(clinic):
        appointments.confirm(clinic_id=clinic, visit_id=answered, by=DESK)
        appointments.cancel(clinic_id=clinic, visit_id=cancelled, reason=CancelReason.OTHER, tell=False, by=DESK)
        appointments.take_back(clinic_id=clinic, visit_id=cancelled, by=DESK)
    assert told_after(clinic, work, 321) == 1
    assert len([text for text in wordings(clinic, 322) if EARLY in text]) == 1
