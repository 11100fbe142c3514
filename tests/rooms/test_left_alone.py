"""The waitlist has filled a time, and a later file calls off everybody around it: a person is told of the visit that stands."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from recado.appointments import actions, queries, replies, waitlist
from recado.appointments.models import Appointment, FreedTime, Service
from recado.appointments.types import Announce, BookingStatus, CancelReason, FreedState, Outcome, VisitState
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR, SYSTEM, Actor, ActorKind
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.tasks import queries as tasks
from recado.tasks.actions import set_done as settle_task
from recado.tasks.types import TaskKind
from tests import calendars, factories, pages, staff
from tests.factories import DAY, booking, make_patient, person, record, visit

pytestmark = pytest.mark.usefixtures("database")
QUARTER = timedelta(minutes=15)
OFF = BookingStatus.CANCELLED
ILL = {"status": OFF, "reason": CancelReason.CLINICIAN}
START = (datetime.now(UTC) + 3 * DAY).replace(hour=9, minute=0, second=0, microsecond=0)
DESK, BY_LINK = Actor(ActorKind.STAFF, "noor"), Actor(ActorKind.PATIENT, "link")


def slot(at: int, later: timedelta = timedelta(0), **more: Any) -> Any:
    start = START + at * QUARTER + later
    return booking(f"A-{at}", person(300 + at, f"Oliver Grant {at}"), start=start, **{"clinician": "Dr Okafor", **more})


def filled(clinic: UUID, *, gives_up: UUID | None = None) -> Appointment:
    """A morning of Dr Okafor, A-0 to A-5; the patient of A-0 cancels, and the one who waits (399) takes the time."""
    record(clinic, *(slot(at) for at in range(6)))
    for last in (399, 398):
        patient = make_patient(clinic, last)
        with clinic_scope(clinic):
            actions.join_waitlist(
                clinic_id=clinic, patient_id=patient, by=OPERATOR, visit_id=gives_up if last == 399 else None
            )
        factories.advance(timedelta(minutes=1))
    record(clinic, slot(0, status=OFF, reason=CancelReason.PATIENT))
    with clinic_scope(clinic):
        (row,) = FreedTime.objects.filter(clinic_id=clinic)
        waitlist.ask_next(clinic_id=clinic, freed_id=row.id, by=SYSTEM)
    factories.sql("DELETE FROM messaging_outbox")
    assert factories.hear(clinic, "yes", 399) == "won"
    with clinic_scope(clinic):
        return Appointment.objects.get(
            clinic_id=clinic, patient_id=make_patient(clinic, 399), state=VisitState.CONFIRMED
        )


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


def told(clinic: UUID) -> list[UUID | None]:
    """The visits that a person is told of."""
    with clinic_scope(clinic):
        return [task.subject_id for task in tasks.open_tasks(clinic) if task.kind is TaskKind.NOBODY_THERE]


def on_offer(clinic: UUID) -> int:
    with clinic_scope(clinic):
        return FreedTime.objects.filter(clinic_id=clinic, state=FreedState.OFFERING).count()


@pytest.mark.parametrize("change", [{"status": OFF}, ILL, {"later": 7 * DAY}], ids=["no word", "ill", "moved"])
@pytest.mark.parametrize("is_moved", [False, True], ids=["new visit", "moved here"])
def test_a_person_is_told_of_a_visit_that_stands_where_everybody_else_was_called_off(
    clinic: UUID, change: dict[str, Any], is_moved: bool
) -> None:
    later = None
    if is_moved:
        record(clinic, booking("LATER", person(399, "Paul Everett"), ahead=20 * DAY, clinician="Dr Okafor"))
        later = visit(clinic, "LATER").id
        assert visit(clinic, "LATER").patient_id == make_patient(clinic, 399)
    stands = filled(clinic, gives_up=later)
    assert (stands.id == later) is is_moved
    record(clinic, *(slot(at, **change) for at in range(1, 4)))
    assert told(clinic) == [], "two more are expected that morning"
    before = on_offer(clinic)
    record(clinic, *(slot(at, **change) for at in range(4, 6)))
    assert told(clinic) == [stands.id]
    assert on_offer(clinic) == before, "nobody is asked to come where nobody is"
    record(clinic, *(slot(at, **change) for at in range(1, 6)))
    assert told(clinic) == [stands.id], "once"


def test_nobody_is_told_where_the_patients_called_it_off_or_the_visit_lies_elsewhere(clinic: UUID) -> None:
    filled(clinic)
    record(clinic, *(slot(at, status=OFF, reason=CancelReason.PATIENT) for at in range(1, 6)))
    afternoon = [booking(f"B-{at}", person(340 + at), start=START + timedelta(hours=5) + at * QUARTER) for at in (0, 1)]
    record(clinic, *afternoon)
    record(clinic, *(booking(f"B-{at}", person(340 + at), start=afternoon[at].start, **ILL) for at in (0, 1)))
    assert told(clinic) == []


@pytest.mark.parametrize("way", ["desk", "patient", "text", "move", "seen"])
def test_the_task_ends_when_the_visit_is_off_or_over(clinic: UUID, way: str) -> None:
    stands = filled(clinic)
    record(clinic, *(slot(at, **ILL) for at in range(1, 6)))
    about = {"clinic_id": clinic, "visit_id": stands.id, "by": DESK}
    with clinic_scope(clinic):
        assert actions.confirm(**about) and told(clinic) == [stands.id], "a yes to it makes nobody there"
        if way == "desk":
            actions.cancel(**about, reason=CancelReason.CLINICIAN, tell=False)
        elif way == "patient":
            actions.cancel(**about, reason=CancelReason.PATIENT, tell=False)
        elif way == "seen":
            business_time.advance_to(stands.starts_at + timedelta(minutes=5))
            actions.note_finished(**about)
    if way == "text":
        assert factories.hear(clinic, "please cancel my appointment", 399) == "asked_sure"
        assert factories.hear(clinic, "3", 399) == "cancelled"
    if way == "move":
        record(clinic, booking("NEW", person(399, "Paul Everett"), ahead=9 * DAY))
        with clinic_scope(clinic):
            Appointment.objects.filter(clinic_id=clinic, id=stands.id).update(source="csv", external_id="OLD")
        record(clinic, booking("OLD", person(399, "Paul Everett"), ahead=8 * DAY))
    assert told(clinic) == []


@pytest.mark.parametrize("way", ["desk", "told", "for them", "by link", "missed"])
def test_the_task_is_there_again_when_the_visit_stands_again(clinic: UUID, way: str) -> None:
    stands = filled(clinic)
    record(clinic, *(slot(at, **ILL) for at in range(1, 6)))
    about = {"clinic_id": clinic, "visit_id": stands.id, "by": DESK}
    with clinic_scope(clinic):
        if way == "by link":
            assert replies.settle(clinic, stands.id, "cancel", BY_LINK).outcome == "cancelled" and told(clinic) == []
            assert replies.settle(clinic, stands.id, "take_back", BY_LINK).outcome == "taken_back"
            assert told(clinic) == [stands.id]
            return
        if way == "missed":
            business_time.advance_to(stands.starts_at + timedelta(minutes=5))
            assert actions.note_missed(**about) is Outcome.DONE
        else:
            reason = CancelReason.PATIENT if way == "for them" else CancelReason.CLINIC
            actions.cancel(**about, reason=reason, tell=way == "told")
        if way == "told":  # and the patient has heard of it: the visit's next texts are new ones
            factories.sql("DELETE FROM messaging_outbox")
        assert told(clinic) == []
        assert actions.take_back(**about) in (Outcome.DONE, Outcome.TOLD_ALREADY)
        assert told(clinic) == [stands.id]


@pytest.mark.parametrize("by_link", [True, False])
@pytest.mark.parametrize("change", [{"status": OFF}, ILL], ids=["no word", "ill"])
def test_a_person_is_told_of_a_visit_that_stands_again_after_everybody_else_was_called_off(
    clinic: UUID, change: dict[str, Any], by_link: bool
) -> None:
    stands = filled(clinic)
    about = {"clinic_id": clinic, "visit_id": stands.id, "by": DESK}
    with clinic_scope(clinic):
        if by_link:
            replies.settle(clinic, stands.id, "cancel", BY_LINK)
        else:
            actions.cancel(**about, reason=CancelReason.OTHER, tell=False)
    record(clinic, *(slot(at, **change) for at in range(1, 6)))
    assert told(clinic) == []
    with clinic_scope(clinic):
        if by_link:
            assert replies.settle(clinic, stands.id, "take_back", BY_LINK).outcome == "taken_back"
        else:
            assert actions.take_back(**about) is Outcome.DONE
    assert told(clinic) == [stands.id]


CHANGES = pytest.mark.parametrize("change", [{"status": OFF}, ILL, {"later": 7 * DAY}], ids=["no word", "ill", "moved"])


def brought(clinic: UUID, change: dict[str, Any]) -> UUID:
    """An import calls off everybody else of that morning; its id."""
    run_id = new_id()
    asked: Any = {"source": "csv", "announce": Announce.AUTO, "by": Actor(ActorKind.IMPORT, str(run_id))}
    actions.record_bookings(clinic_id=clinic, bookings=[slot(at, **change) for at in range(1, 6)], **asked)
    actions.settle_announcements(clinic_id=clinic, is_held=True, **asked)
    return run_id


def taken_back(clinic: UUID, run_id: UUID) -> None:
    assert actions.take_some_back(clinic_id=clinic, run_id=run_id, after=None, by=OPERATOR).put_back == 5
    assert told(clinic) == []


@CHANGES
def test_the_task_ends_with_the_import_that_is_taken_back(clinic: UUID, change: dict[str, Any]) -> None:
    stands = filled(clinic)
    run_id = brought(clinic, change)
    assert told(clinic) == [stands.id]
    taken_back(clinic, run_id)


@CHANGES
def test_a_person_is_told_again_where_the_file_comes_again(clinic: UUID, change: dict[str, Any]) -> None:
    stands = filled(clinic)
    taken_back(clinic, brought(clinic, change))
    brought(clinic, change)
    assert told(clinic) == [stands.id]


def test_a_person_is_told_again_of_a_visit_that_was_off_when_the_file_came_again(clinic: UUID) -> None:
    stands = filled(clinic)
    taken_back(clinic, brought(clinic, ILL))
    about = {"clinic_id": clinic, "visit_id": stands.id, "by": DESK}
    with clinic_scope(clinic):
        actions.cancel(**about, reason=CancelReason.OTHER, tell=False)
    brought(clinic, ILL)
    with clinic_scope(clinic):
        assert actions.take_back(**about) is Outcome.DONE
    assert told(clinic) == [stands.id]


@pytest.mark.parametrize("way", ["desk", "by link", "arrived"])
def test_the_task_stays_done_where_the_visit_stands_again_and_is_alone_no_more(clinic: UUID, way: str) -> None:
    stands = filled(clinic)
    run_id = brought(clinic, ILL)
    assert told(clinic) == [stands.id]
    about = {"clinic_id": clinic, "visit_id": stands.id, "by": DESK}
    with clinic_scope(clinic):
        if way == "by link":
            assert replies.settle(clinic, stands.id, "cancel", BY_LINK).outcome == "cancelled"
        elif way == "arrived":
            business_time.advance_to(stands.starts_at - timedelta(minutes=5))
            assert actions.note_arrived(**about) is Outcome.DONE
        else:
            actions.cancel(**about, reason=CancelReason.OTHER, tell=False)
    taken_back(clinic, run_id)
    with clinic_scope(clinic):
        if way == "by link":
            assert replies.settle(clinic, stands.id, "take_back", BY_LINK).outcome == "taken_back"
        else:
            assert actions.take_back(**about) is Outcome.DONE
    assert told(clinic) == []


def test_nobody_is_told_of_a_visit_that_stands_again_among_others(clinic: UUID) -> None:
    stands = filled(clinic)
    record(clinic, *(slot(at, **ILL) for at in range(1, 5)))
    with clinic_scope(clinic):
        replies.settle(clinic, stands.id, "cancel", BY_LINK)
        assert replies.settle(clinic, stands.id, "take_back", BY_LINK).outcome == "taken_back"
    assert told(clinic) == []


def test_what_a_person_had_done_before_the_visit_was_off_stays_done(clinic: UUID) -> None:
    stands = filled(clinic)
    record(clinic, *(slot(at, **ILL) for at in range(1, 6)))
    about = {"clinic_id": clinic, "visit_id": stands.id, "by": DESK}
    with clinic_scope(clinic):
        (task,) = [task for task in tasks.open_tasks(clinic) if task.kind is TaskKind.NOBODY_THERE]
        assert settle_task(clinic_id=clinic, task_id=task.id, is_done=True, by=DESK)
        actions.cancel(**about, reason=CancelReason.CLINIC, tell=False)
        assert actions.take_back(**about) is Outcome.DONE
    assert told(clinic) == []


def test_today_says_what_to_find_out(clinic: UUID) -> None:
    stands = filled(clinic)
    record(clinic, *(slot(at, **ILL) for at in range(1, 6)))
    html = staff.desk(clinic).get("/").content.decode()
    assert pages.Reading(html).faults == []
    assert "has a visit at a time when nobody may be there" in html and f"/patients/{stands.patient_id}" in html


# Booked or moved here otherwise: another system doesn't know of that either.


AROUND = [timedelta(minutes=minutes) for minutes in (-55, -30, 30, 55)]


def near(clinic: UUID, stands: Appointment) -> int:
    """How many times are on offer that morning."""
    with clinic_scope(clinic):
        rows = FreedTime.objects.filter(clinic_id=clinic, state=FreedState.OFFERING)
        return rows.filter(starts_at__range=(stands.starts_at + AROUND[0], stands.starts_at + AROUND[-1])).count()


def here(way: str) -> tuple[UUID, Appointment]:
    """A morning of Nurse Silva in another system, C-0 to C-3, and one visit in its middle that was booked here, or moved there
    from the next day here."""
    clinic, service = calendars.make()
    first = next(slot for slot in calendars.free(clinic, service, after=2 * DAY) if slot.starts_at.hour == 10)
    nobody = make_patient(clinic, 397)
    with clinic_scope(clinic):
        actions.join_waitlist(clinic_id=clinic, patient_id=nobody, by=OPERATOR)
    if way == "booked":
        own = calendars.book(clinic, first, 399, by=DESK)
    else:
        moved = booking("MOVED", person(399, "Paul Everett"), start=first.starts_at + DAY, clinician="Nurse Silva")
        record(clinic, moved)
        own = visit(clinic, "MOVED").id
        actions.move(clinic_id=clinic, visit_id=own, wish=calendars.wish(first), by=DESK, tell=False)
    stands = calendars.visit(clinic, own)
    assert stands.starts_at == first.starts_at
    record(clinic, *morning(stands))
    return clinic, stands


def morning(stands: Appointment, those: tuple[int, ...] = (0, 1, 2, 3), **more: Any) -> list[Any]:
    return [
        booking(
            f"C-{at}",
            person(300 + at, f"Oliver Grant {at}"),
            start=stands.starts_at + AROUND[at],
            clinician=stands.clinician,
            site=stands.site,
            **more,
        )
        for at in those
    ]


@pytest.mark.parametrize("way", ["booked", "moved"])
def test_visit_booked_here_otherwise_is_no_sign_that_the_clinician_is_there(way: str) -> None:
    clinic, stands = here(way)
    record(clinic, *morning(stands, (0, 1, 2), status=OFF))
    assert (near(clinic, stands), told(clinic)) == (3, []), "one more of that system stands"
    record(clinic, *morning(stands, (3,), status=OFF))
    assert near(clinic, stands) == 3, "the last of them is offered to nobody"
    assert told(clinic) == [stands.id]
    with clinic_scope(clinic):
        row = FreedTime.objects.filter(clinic_id=clinic).order_by("starts_at")[0]
        assert waitlist.ask_next(clinic_id=clinic, freed_id=row.id, by=SYSTEM) == "away"


@pytest.mark.parametrize("way", ["booked", "moved"])
def test_visit_booked_here_otherwise_is_told_of_where_the_clinician_is_ill(way: str) -> None:
    clinic, stands = here(way)
    record(clinic, *morning(stands, status=OFF, reason=CancelReason.CLINICIAN))
    assert (near(clinic, stands), told(clinic)) == (0, [stands.id])


def test_visit_that_the_file_has_moved_since_is_one_that_it_knows_of() -> None:
    clinic, stands = here("moved")
    back = {"clinician": stands.clinician, "site": stands.site}
    quarter = stands.starts_at + QUARTER
    record(clinic, booking("MOVED", person(399, "Paul Everett"), start=quarter, **back))
    factories.advance(timedelta(hours=25))
    record(clinic, *morning(stands, status=OFF))
    assert (near(clinic, stands), told(clinic)) == (4, [])


def brings_there(clinic: UUID, stands: Appointment) -> UUID:
    """Staff have typed into the other system what they moved here, and its next file says so; the id of that import."""
    run_id = new_id()
    same = {"start": stands.starts_at, "clinician": stands.clinician, "site": stands.site, "service": stands.service}
    asked: Any = {"source": "csv", "announce": Announce.AUTO, "by": Actor(ActorKind.IMPORT, str(run_id))}
    told_of = booking("MOVED", person(399, "Paul Everett"), **same)
    assert actions.record_bookings(clinic_id=clinic, bookings=[told_of], **asked).changed == 1
    return run_id


def test_visit_of_which_the_file_says_the_time_to_which_it_was_moved_here_is_one_that_it_knows_of() -> None:
    clinic, stands = here("moved")
    brings_there(clinic, stands)
    record(clinic, *morning(stands, status=OFF))
    assert (near(clinic, stands), told(clinic)) == (4, []), "it stands there too"


@pytest.mark.parametrize("way", ["moved again", "import taken back"])
def test_visit_that_left_the_time_of_which_the_file_knew_is_unknown_to_it_again(way: str) -> None:
    clinic, stands = here("moved")
    run_id = brings_there(clinic, stands)
    if way == "import taken back":
        assert actions.take_some_back(clinic_id=clinic, run_id=run_id, after=None, by=OPERATOR).put_back == 1
    else:
        start = stands.starts_at + 5 * QUARTER
        with clinic_scope(clinic):
            service = Service.objects.get(clinic_id=clinic)
            free = queries.free_slots(clinic, service_id=service.id, start=start, end=start + timedelta(hours=1))
        wish = calendars.wish(free[0])
        assert actions.move(clinic_id=clinic, visit_id=stands.id, wish=wish, by=DESK, tell=False) is Outcome.DONE
    record(clinic, *morning(stands, status=OFF))
    assert told(clinic) == [stands.id]
