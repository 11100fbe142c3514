"""What staff do to a visit, and the results of calls."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.appointments import actions as appointments
from recado.appointments import queries, replies, steps
from recado.appointments.models import Appointment
from recado.appointments.types import CancelReason, Outcome, VisitState
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions as journeys
from recado.journeys import plans
from recado.journeys.models import Timer
from recado.tasks import queries as tasks
from recado.tasks.actions import set_done
from recado.tasks.types import CallResult, TaskKind
from tests import factories
from tests.factories import DAY, booking, sql

pytestmark = pytest.mark.usefixtures("database")
MARTA = Actor(ActorKind.STAFF, str(uuid4()))


@pytest.fixture
def clinic() -> UUID:
    made = factories.make_furnished().id
    factories.record(made, booking(ahead=2 * DAY), is_first_import=True)
    return made


def do(act: object, clinic: UUID, **more: object) -> Outcome:
    with clinic_scope(clinic):
        return act(clinic_id=clinic, visit_id=factories.visit(clinic).id, by=MARTA, **more)  # type: ignore[operator,no-any-return]


def planned(clinic: UUID) -> list[str]:
    with clinic_scope(clinic):
        return sorted(Timer.objects.values_list("step", flat=True))


def open_kinds(clinic: UUID) -> list[TaskKind]:
    with clinic_scope(clinic):
        return [task.kind for task in tasks.open_tasks(clinic)]


def standing(visit: Appointment) -> tuple[str, str, bool]:
    return visit.state, visit.answer, visit.wants_another_time


def test_confirming_ends_the_reminders_and_is_audited(clinic: UUID) -> None:
    assert planned(clinic) == ["second_question"]
    assert do(appointments.confirm, clinic) is Outcome.DONE
    assert (standing(factories.visit(clinic)), planned(clinic)) == (("confirmed", "confirm", False), [])
    assert sql("SELECT actor_kind FROM foundation_auditevent WHERE action = 'appointment.confirmed'") == [("staff",)]


def test_taking_back_a_confirmation_plans_the_reminders_again(clinic: UUID) -> None:
    do(appointments.confirm, clinic)
    assert do(appointments.take_back, clinic) is Outcome.DONE
    assert (standing(factories.visit(clinic)), planned(clinic)) == (("booked", "", False), ["second_question"])
    assert do(appointments.take_back, clinic) is Outcome.TOO_LATE


def test_cancelled_by_the_clinic_is_told_after_a_moment(clinic: UUID) -> None:
    assert do(appointments.cancel, clinic, reason=CancelReason.CLINICIAN, tell=True) is Outcome.DONE
    assert (standing(factories.visit(clinic)), planned(clinic)) == (("cancelled", "", False), ["cancelled"])
    assert sql("SELECT reason FROM appointments_change WHERE kind = 'cancelled'") == [("clinician",)]
    assert do(appointments.cancel, clinic, reason=CancelReason.OTHER, tell=True) is Outcome.TOO_LATE


@pytest.mark.parametrize(("reason", "tell"), [(CancelReason.CLINIC, False), (CancelReason.PATIENT, False)])
def test_who_knows_already_gets_no_text(clinic: UUID, reason: CancelReason, tell: bool) -> None:
    do(appointments.cancel, clinic, reason=reason, tell=tell)
    assert planned(clinic) == []


def test_who_cancels_by_phone_has_it_in_writing(clinic: UUID) -> None:
    do(appointments.cancel, clinic, reason=CancelReason.PATIENT, tell=True)
    assert (standing(factories.visit(clinic)), planned(clinic)) == (
        ("cancelled", "cancel", False),
        ["cancel_confirmed"],
    )
    assert do(appointments.take_back, clinic) is Outcome.DONE
    assert "cancel_confirmed" not in planned(clinic)


def test_who_cancels_is_said_to_be_untold_when_the_clinics_own_journey_has_no_text_for_it(clinic: UUID) -> None:
    bare = replace(plans.APPOINTMENT, steps=tuple(s for s in plans.APPOINTMENT.steps if s.key != "cancel_confirmed"))
    with clinic_scope(clinic):
        journeys.begin(clinic_id=clinic, key="appointment", name="Visits", plan=plans.APPOINTMENT, by=MARTA)
        journeys.save_draft(clinic_id=clinic, key="appointment", draft=bare, by=MARTA)
        journeys.publish(clinic_id=clinic, key="appointment", by=MARTA, moves_people=False)
    factories.record(clinic, booking("A-2", factories.person(322)), announce=factories.Announce.NONE)
    cancel = {"reason": CancelReason.PATIENT, "tell": True}
    with clinic_scope(clinic):
        its = factories.visit(clinic, "A-2").id
        assert appointments.cancel(clinic_id=clinic, visit_id=its, by=MARTA, **cancel) is Outcome.UNTOLD
    assert do(appointments.cancel, clinic, **cancel) is Outcome.DONE, "it is on the journey as it was"


def test_cancel_taken_back_is_what_it_was_before(clinic: UUID) -> None:
    do(appointments.confirm, clinic)
    do(appointments.cancel, clinic, reason=CancelReason.DOUBLE, tell=True)
    do(appointments.take_back, clinic)
    do(appointments.cancel, clinic, reason=CancelReason.DOUBLE, tell=True)
    assert do(appointments.take_back, clinic) is Outcome.DONE
    assert (standing(factories.visit(clinic)), planned(clinic)) == (("confirmed", "confirm", False), [])


def test_who_was_told_that_it_is_off_must_be_phoned(clinic: UUID) -> None:
    from recado.foundation.database import Role, connect
    from recado.journeys import worker

    do(appointments.cancel, clinic, reason=CancelReason.CLINIC, tell=True)
    factories.advance(timedelta(seconds=20))
    with connect(Role.MAINTENANCE) as connection:
        worker.run_due(connection)
    sql("DELETE FROM messaging_outbox")
    assert do(appointments.take_back, clinic) is Outcome.TOLD_ALREADY
    assert open_kinds(clinic) == [TaskKind.CALL]
    assert factories.visit(clinic).revision == 2
    do(appointments.cancel, clinic, reason=CancelReason.CLINIC, tell=True)
    assert planned(clinic) == ["cancelled"]


def test_what_was_to_do_for_a_visit_is_there_again_once_it_stands_again(clinic: UUID) -> None:
    from recado.foundation.database import Role, connect
    from recado.journeys import worker

    do(appointments.note_wish, clinic)
    assert open_kinds(clinic) == [TaskKind.ANOTHER_TIME]
    for times_told in (1, 2):
        do(appointments.cancel, clinic, reason=CancelReason.CLINIC, tell=True)
        assert open_kinds(clinic) == []
        factories.advance(timedelta(seconds=20))
        with connect(Role.MAINTENANCE) as connection:
            worker.run_due(connection)
        sql("DELETE FROM messaging_outbox")
        assert do(appointments.take_back, clinic) is Outcome.TOLD_ALREADY
        assert factories.visit(clinic).revision == 1 + times_told
        assert sorted(open_kinds(clinic)) == [TaskKind.ANOTHER_TIME, TaskKind.CALL]
    factories.advance(2 * DAY)
    do(appointments.note_missed, clinic)
    assert open_kinds(clinic) == []
    assert do(appointments.take_back, clinic) is Outcome.DONE
    assert sorted(open_kinds(clinic)) == [TaskKind.ANOTHER_TIME, TaskKind.CALL], "the wrong button ends nothing"


def test_a_wish_noted_again_after_it_was_taken_back_is_somebodys_again(clinic: UUID) -> None:
    for times_noted in (1, 2):
        assert do(appointments.note_wish, clinic) is Outcome.DONE
        assert open_kinds(clinic) == [TaskKind.ANOTHER_TIME], times_noted
        do(appointments.take_back, clinic)
        assert open_kinds(clinic) == []


@pytest.mark.parametrize("is_done", [True, False])
def test_a_note_of_a_wish_taken_back_leaves_the_patients_own_as_a_person_left_it(clinic: UUID, is_done: bool) -> None:
    assert factories.hear(clinic, "I need another time") == "change_noted"
    do(appointments.note_wish, clinic)
    with clinic_scope(clinic):
        (task,) = tasks.open_tasks(clinic)
        if is_done:
            set_done(clinic_id=clinic, task_id=task.id, is_done=True, by=MARTA)
    assert do(appointments.take_back, clinic) is Outcome.DONE
    assert standing(factories.visit(clinic)) == ("booked", "change", True)
    assert open_kinds(clinic) == ([] if is_done else [TaskKind.ANOTHER_TIME])


@pytest.mark.parametrize("first", ["by text", "at the desk"])
def test_who_wishes_again_by_text_after_a_confirmation_is_somebodys_again(clinic: UUID, first: str) -> None:
    if first == "by text":
        assert factories.hear(clinic, "I need another time") == "change_noted"
    else:
        do(appointments.note_wish, clinic)
    do(appointments.confirm, clinic)
    assert open_kinds(clinic) == []
    factories.advance(timedelta(hours=1))
    assert factories.hear(clinic, "I need another time") == "change_noted"
    assert open_kinds(clinic) == [TaskKind.ANOTHER_TIME]


def test_visit_that_has_begun_stays(clinic: UUID) -> None:
    factories.advance(3 * DAY)
    assert do(appointments.confirm, clinic) is Outcome.TOO_LATE
    assert do(appointments.cancel, clinic, reason=CancelReason.OTHER, tell=True) is Outcome.TOO_LATE


def test_another_clinics_visit_is_not_there(clinic: UUID) -> None:
    other = factories.make_furnished("elsewhere", number="+447700900101").id
    visit = factories.visit(clinic)
    with clinic_scope(other), pytest.raises(LookupError):
        appointments.confirm(clinic_id=other, visit_id=visit.id, by=MARTA)


def call(clinic: UUID, result: CallResult) -> UUID:
    with clinic_scope(clinic):
        outcome, made = appointments.note_call(
            clinic_id=clinic, visit_id=factories.visit(clinic).id, result=result, by=MARTA
        )
    assert outcome is Outcome.DONE and made is not None
    return made


@pytest.mark.parametrize(
    ("result", "state", "tasks_after"),
    [
        (CallResult.CONFIRMED, ("confirmed", "confirm", False), []),
        (CallResult.CANCELLED, ("cancelled", "cancel", False), []),
        (CallResult.ANOTHER_TIME, ("booked", "change", True), [TaskKind.ANOTHER_TIME]),
        (CallResult.NO_ANSWER, ("booked", "", False), []),
    ],
)
def test_result_of_a_call_is_written_back_and_taken_back(
    clinic: UUID, result: CallResult, state: tuple[str, str, bool], tasks_after: list[TaskKind]
) -> None:
    made = call(clinic, result)
    visit = factories.visit(clinic)
    with clinic_scope(clinic):
        assert [one.result for one in tasks.calls_about(clinic, [visit.id])[visit.id]] == [result]
    assert (standing(visit), open_kinds(clinic)) == (state, tasks_after)
    with clinic_scope(clinic):
        assert appointments.undo_call(clinic_id=clinic, call_id=made, by=MARTA) is Outcome.DONE
        assert tasks.calls_about(clinic, [visit.id]) == {}
    assert (standing(factories.visit(clinic)), open_kinds(clinic)) == (("booked", "", False), [])


def test_who_cancelled_by_text_is_not_told_again_when_a_call_says_the_same(clinic: UUID) -> None:
    with clinic_scope(clinic):
        replies.settle(clinic, factories.visit(clinic).id, "cancel", Actor(ActorKind.PATIENT, ""))
    call(clinic, CallResult.CANCELLED)
    assert (factories.visit(clinic).state, planned(clinic)) == ("cancelled", [])


def test_wrong_number_asks_for_the_right_one(clinic: UUID) -> None:
    made = call(clinic, CallResult.WRONG_NUMBER)
    assert open_kinds(clinic) == [TaskKind.WRONG_NUMBER]
    with clinic_scope(clinic):
        assert appointments.undo_call(clinic_id=clinic, call_id=made, by=MARTA) is Outcome.TOO_LATE


def test_visits_of_a_day_say_what_was_last_done(clinic: UUID) -> None:
    do(appointments.confirm, clinic)
    visit = factories.visit(clinic)
    with clinic_scope(clinic):
        (row,) = queries.between(clinic, visit.starts_at, visit.starts_at + timedelta(minutes=1))
        assert queries.these(clinic, [visit.id]) == [row]
        assert queries.between(clinic, visit.starts_at - DAY, visit.starts_at) == []
    assert (row.changed, row.changed_by, row.changed_ref) == ("confirmed", "staff", MARTA.ref)


def begun(clinic: UUID) -> None:
    sql("UPDATE appointments_appointment SET starts_at = starts_at - interval '2 days'")


def test_who_arrived_and_was_seen_is_told_to_journeys_and_to_the_day(clinic: UUID) -> None:
    assert do(appointments.note_arrived, clinic) is Outcome.TOO_LATE, "two days ahead nobody arrives"
    do(appointments.confirm, clinic)
    begun(clinic)
    assert do(appointments.note_arrived, clinic) is Outcome.DONE
    assert do(appointments.note_missed, clinic) is Outcome.TOO_LATE
    assert do(appointments.note_finished, clinic) is Outcome.DONE
    assert standing(factories.visit(clinic)) == ("finished", "confirm", False)
    with clinic_scope(clinic):
        view = steps.load(clinic, [factories.visit(clinic).id]).popitem()[1]
    assert (view.anchor.state, planned(clinic)) == ("finished", ["ask"])


def test_missed_can_be_taken_back_after_the_visit_has_begun(clinic: UUID) -> None:
    do(appointments.confirm, clinic)
    begun(clinic)
    do(appointments.note_missed, clinic)
    assert do(appointments.cancel, clinic, reason=CancelReason.CLINIC, tell=False) is Outcome.TOO_LATE
    assert do(appointments.take_back, clinic) is Outcome.DONE
    assert standing(factories.visit(clinic)) == ("confirmed", "confirm", False)


@given(state=st.sampled_from(VisitState), hours=st.integers(-48, 48))
def test_nobody_is_missed_before_the_visit_nor_here_when_it_is_off(state: VisitState, hours: int) -> None:
    now = datetime(2026, 11, 29, 12, tzinfo=UTC)
    said = queries.may_be_said(state, now + timedelta(hours=hours), now)
    assert not said or (state is not VisitState.CANCELLED and hours <= 12)
    assert hours <= 0 or "missed" not in said
