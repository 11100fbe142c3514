"""An import that is taken back leaves the calendar as it was, or stays for a reason."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recado.appointments import actions, queries, taking_back, which
from recado.appointments.booking_models import VisitChoice
from recado.appointments.models import Brought, Change
from recado.appointments.types import Announce, Booking, BookingStatus, CannotTakeBack, TakenBack
from recado.conversations.models import Question
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR, Actor, ActorKind
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.journeys import worker
from tests import factories as f

pytestmark = pytest.mark.usefixtures("database")


def bring(clinic_id: UUID, *bookings: Booking, announce: Announce = Announce.NONE) -> UUID:
    """One import; its id."""
    run_id = new_id()
    actions.record_bookings(
        clinic_id=clinic_id,
        source="csv",
        bookings=bookings,
        announce=announce,
        by=Actor(ActorKind.IMPORT, str(run_id)),
    )
    actions.settle_announcements(clinic_id=clinic_id, source="csv", announce=announce, by=OPERATOR)
    return run_id


def take_back(clinic_id: UUID, run_id: UUID) -> TakenBack:
    """All of it, piece by piece."""
    with clinic_scope(clinic_id):
        todo = actions.begin_taking_back(clinic_id, run_id)
    return go_on(clinic_id, run_id, todo.visits + todo.lines)


def go_on(clinic_id: UUID, run_id: UUID, todo: int) -> TakenBack:
    sums: Counter[str] = Counter()
    after = None
    while (made := actions.take_some_back(clinic_id=clinic_id, run_id=run_id, after=after, by=OPERATOR)).done:
        after = made.after
        sums.update({name: getattr(made, name) for name in ("removed", "put_back", "people", "stayed", "done")})
    assert sums.pop("done") == todo
    return TakenBack(**sums)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """In many pieces."""
    monkeypatch.setattr("recado.appointments.taking_back.AT_ONCE", 2)


def why_not(clinic_id: UUID, run_id: UUID) -> str:
    with clinic_scope(clinic_id):
        found = queries.why_not_take_back(clinic_id, run_id)
    if found:
        with pytest.raises(CannotTakeBack) as refusal:
            take_back(clinic_id, run_id)
        assert refusal.value.code == found
    return found


def everything(clinic_id: UUID) -> list[list[tuple[Any, ...]]]:
    """All that hangs on the calendar, but for ids of steps to come, which are made anew."""
    tables = (
        "SELECT * FROM appointments_appointment WHERE clinic_id = %s ORDER BY id",
        "SELECT * FROM appointments_change WHERE clinic_id = %s ORDER BY id",
        "SELECT * FROM journeys_run WHERE clinic_id = %s ORDER BY id",
        "SELECT run_id, step, revision, due, held_for FROM journeys_timer WHERE clinic_id = %s ORDER BY 1, 2, 3",
        "SELECT id, identity_bi FROM contacts_patient WHERE clinic_id = %s ORDER BY id",
    )
    return [f.sql(statement, (clinic_id,)) for statement in tables]


def work(clinic_id: UUID) -> None:
    """Does what is due."""
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        while worker.run_due(maintenance):
            pass


def visit(number: int, *, ahead: int = 20, status: BookingStatus = BookingStatus.BOOKED, room: str = "1") -> Booking:
    who = f.person(number, f"Person {number}")
    return f.booking(f"A-{number}", who, ahead=timedelta(days=ahead), status=status, site=room)


def test_new_visits_go_with_the_people_who_came_with_them_only() -> None:
    clinic = f.make_furnished().id
    f.make_patient(clinic, 1, name="Person 1")
    before = everything(clinic)
    run = bring(clinic, visit(1), visit(2))
    assert take_back(clinic, run) == TakenBack(removed=2, people=1)
    assert everything(clinic) == before
    with clinic_scope(clinic):
        assert not Brought.objects.filter(clinic_id=clinic).exists()
    assert why_not(clinic, run) == "nothing"


def test_which_visit_is_asked_no_more_when_one_of_them_was_taken_back() -> None:
    clinic = f.make_furnished().id
    f.record(clinic, f.booking("A-9", f.person(321), ahead=timedelta(days=9)))
    run = bring(clinic, f.booking("A-1", f.person(321), ahead=timedelta(days=20)))
    assert f.hear(clinic, "I need to cancel my appointment") == "asked_which"
    assert take_back(clinic, run).removed == 1
    business_time.advance_to(business_time.now() + timedelta(minutes=1))
    with clinic_scope(clinic):
        assert not Question.objects.filter(kind="visit_choice", closed_at=None).exists()
    assert f.hear(clinic, "the first one please")
    assert f.visit(clinic, "A-9").state == "booked"
    with clinic_scope(clinic):  # who was quicker than that
        choice = VisitChoice.objects.get().id
        assert which.moments(clinic, choice) == [] and len(which.describe(clinic, [choice], "en")) == 1
        told = which.settle(clinic, choice, "b", OPERATOR)
    assert (told.outcome, told.is_over, told.needs_person) == ("too_late", True, True)


def test_file_comes_in_anew_after_it_was_taken_back() -> None:
    clinic = f.make_furnished().id
    bookings = [visit(1), visit(2)]
    take_back(clinic, bring(clinic, *bookings))
    run = new_id()
    by = Actor(ActorKind.IMPORT, str(run))
    again = actions.record_bookings(clinic_id=clinic, source="csv", bookings=bookings, announce=Announce.NONE, by=by)
    assert again.new == 2


ROWS = st.lists(
    st.tuples(st.integers(1, 4), st.integers(5, 8), st.sampled_from(list(BookingStatus)), st.sampled_from("12")),
    max_size=5,
    unique_by=lambda row: row[0],
)


def as_bookings(rows: Sequence[tuple[int, int, BookingStatus, str]]) -> list[Booking]:
    return [visit(number, ahead=ahead, status=status, room=room) for number, ahead, status, room in rows]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=ROWS, second=ROWS, third=ROWS)
def test_import_and_undo_leave_everything_as_it_was(first: list[Any], second: list[Any], third: list[Any]) -> None:
    clinic = f.make_clinic(f"clinic-{new_id().hex[-12:]}").id
    bring(clinic, *as_bookings(first))
    before = everything(clinic)
    run = bring(clinic, *as_bookings(second))
    later = bring(clinic, *as_bookings(third))
    with clinic_scope(clinic):
        touched = set(Brought.objects.filter(clinic_id=clinic, run_id=run).values_list("appointment_id", flat=True))
        again = set(Brought.objects.filter(clinic_id=clinic, run_id=later).values_list("appointment_id", flat=True))
    if touched & again:
        assert why_not(clinic, run) == "later_import"
    if again:
        take_back(clinic, later)
    if touched:
        take_back(clinic, run)
    assert everything(clinic) == before


def test_later_import_of_other_visits_stays() -> None:
    clinic = f.make_furnished().id
    run = bring(clinic, visit(1), visit(2))
    bring(clinic, visit(3))
    assert take_back(clinic, run).removed == 2
    assert f.visit(clinic, "A-3").state == "booked"


def test_it_stays_once_a_text_has_left_and_one_that_waits_is_called_off() -> None:
    clinic = f.make_furnished().id
    run = bring(clinic, visit(1), announce=Announce.ALL)
    work(clinic)
    (waiting,) = f.queued()
    other = bring(clinic, visit(2), announce=Announce.ALL)
    assert take_back(clinic, run).removed == 1
    assert f.queued() == set()
    assert f.events_of(waiting) == [8]
    work(clinic)
    f.sql("DELETE FROM messaging_outbox")  # a carrier has it
    assert why_not(clinic, other) == "told"


def test_moved_visit_goes_back_to_its_time_and_its_reminders_come() -> None:
    clinic = f.make_furnished().id
    bring(clinic, visit(1, ahead=20))
    start = f.visit(clinic).starts_at
    before = everything(clinic)
    run = bring(clinic, visit(1, ahead=25), announce=Announce.ALL)
    assert f.visit(clinic).starts_at != start
    assert take_back(clinic, run) == TakenBack(put_back=1)
    assert everything(clinic) == before
    moved = bring(clinic, visit(1, ahead=26), announce=Announce.ALL)
    work(clinic)
    assert take_back(clinic, moved).put_back == 1
    assert f.visit(clinic).revision == 3  # a step of revision 2 was done; it is never done again
    assert f.visit(clinic).starts_at == start


def test_it_stays_once_the_patient_answered_or_somebody_changed_it() -> None:
    clinic = f.make_furnished().id
    run = bring(clinic, visit(1))
    with clinic_scope(clinic):
        found = f.visit(clinic)
        Change.objects.create(
            clinic_id=clinic,
            appointment_id=found.id,
            at=business_time.now(),
            kind="confirmed",
            actor_kind="patient",
            actor_ref="link",
        )
    assert why_not(clinic, run) == "answered"
    other = bring(clinic, visit(2))
    with clinic_scope(clinic):
        Change.objects.create(
            clinic_id=clinic,
            appointment_id=f.visit(clinic, "A-2").id,
            at=business_time.now(),
            kind="moved",
            actor_kind="staff",
            actor_ref="somebody",
        )
    assert why_not(clinic, other) == "changed"


def test_another_clinic_takes_nothing_back() -> None:
    here, there = f.make_furnished().id, f.make_clinic("elsewhere").id
    run = bring(here, visit(1))
    assert why_not(there, run) == "nothing"
    assert f.visit(here).state == "booked"


def test_only_lines_of_imports_can_be_removed_from_the_story() -> None:
    clinic = f.make_furnished().id
    f.record(clinic, f.booking())
    with pytest.raises(Exception, match="grow"):
        f.sql("DELETE FROM appointments_change WHERE clinic_id = %s", (clinic,))


def test_people_go_in_pieces_and_whoever_is_known_otherwise_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recado.contacts.actions.FORGET_AT_ONCE", 2)
    clinic = f.make_furnished().id
    run = bring(clinic, *(visit(number) for number in range(1, 6)))
    other = f.booking("B-1", f.person(3, "Person 3"), ahead=timedelta(days=30))
    f.record(clinic, other, announce=Announce.NONE, source="desk")
    assert take_back(clinic, run) == TakenBack(removed=5, people=4)
    assert f.sql("SELECT count(*) FROM contacts_patient WHERE clinic_id = %s", (clinic,)) == [(1,)]
    assert f.sql("SELECT count(*) FROM contacts_address WHERE clinic_id = %s", (clinic,)) == [(1,)]


def test_visits_that_somebody_hears_of_or_changes_meanwhile_stay_and_the_others_go() -> None:
    clinic = f.make_furnished().id
    run = bring(clinic, *(visit(number) for number in range(1, 5)), announce=Announce.ALL)
    with clinic_scope(clinic):
        todo = actions.begin_taking_back(clinic, run)
    work(clinic)
    heard = f.visit(clinic, "A-1").patient_id
    f.sql("DELETE FROM messaging_outbox o USING messaging_message m WHERE m.id = o.id AND m.patient_id = %s", (heard,))
    bring(clinic, visit(2, ahead=25))
    assert go_on(clinic, run, todo.visits + todo.lines) == TakenBack(removed=2, stayed=2)
    assert f.sql("SELECT external_id FROM appointments_appointment ORDER BY 1") == [("A-1",), ("A-2",)]
    left = f.sql(
        "SELECT count(*) FROM journeys_timer t JOIN journeys_run r ON r.id = t.run_id WHERE r.ended_at IS NULL"
    )
    assert left[0][0] > 0  # their reminders come
    assert f.queued() == set()


def test_text_that_leaves_while_its_visit_goes_keeps_the_visit(monkeypatch: pytest.MonkeyPatch) -> None:
    clinic = f.make_furnished().id
    run = bring(clinic, visit(1), visit(2), announce=Announce.ALL)
    work(clinic)
    call_off, hasty = taking_back.messaging.call_off, [True]

    def slow(*, clinic_id: UUID, message_ids: Sequence[UUID], reason: str) -> int:
        if hasty.pop():
            hasty.append(False)
            with connect(Role.DISPATCH, autocommit=True) as other:
                other.execute("DELETE FROM messaging_outbox WHERE id = %s", (message_ids[0],))
        else:
            hasty.append(False)
        return call_off(clinic_id=clinic_id, message_ids=message_ids, reason=reason)

    monkeypatch.setattr(taking_back.messaging, "call_off", slow)
    assert take_back(clinic, run) == TakenBack(removed=1, stayed=1)
