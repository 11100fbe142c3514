"""Where events stand in the circle, and who is stuck."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from recado.appointments import actions as appointments
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import keeping, queries, worker
from recado.journeys.plans import APPOINTMENT
from recado.journeys.stages import Stage, circle_of
from recado.journeys.types import At, HoldOut, Moment, PlanStep
from tests import factories
from tests.factories import DAY, booking, person, record, release

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


def work(step: timedelta = timedelta(0)) -> None:
    factories.advance(step)
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        while worker.run_due(maintenance):
            pass


def stand_of(clinic_id: UUID, name: str = "A-1") -> Any:
    visit = factories.visit(clinic_id, name)
    with clinic_scope(clinic_id):
        (found,) = queries.circles_of(clinic_id, visit.patient_id)
    return found.standing


def test_circle_of_a_visit_has_the_stages_that_its_journey_can_come_to() -> None:
    stages = [Stage.BEGUN, Stage.TOLD, Stage.ASKED, Stage.ANSWERED, Stage.REMINDED, Stage.ARRIVED, Stage.FINISHED]
    assert list(circle_of([APPOINTMENT])) == stages


def test_a_visit_goes_round_from_booked_to_finished(clinic: UUID) -> None:
    record(clinic, booking(ahead=4 * DAY))
    assert stand_of(clinic).stage is Stage.BEGUN
    release(clinic)
    work()
    assert stand_of(clinic).stage is Stage.TOLD
    work(DAY + timedelta(hours=1))
    assert stand_of(clinic).stage is Stage.ASKED
    factories.hear(clinic, "1")
    standing = stand_of(clinic)
    assert standing.stage is Stage.ANSWERED and standing.stuck == ""
    assert list(standing.reached) == [Stage.BEGUN, Stage.TOLD, Stage.ASKED, Stage.ANSWERED]


def test_who_does_not_answer_within_a_day_is_stuck_since_the_question(clinic: UUID) -> None:
    record(clinic, booking(ahead=4 * DAY))
    release(clinic)
    work()
    work(DAY + timedelta(hours=1))
    asked = business_time.now()
    assert stand_of(clinic).stuck == ""
    factories.advance(DAY)
    standing = stand_of(clinic)
    assert standing.stuck == "no_answer"
    assert abs(standing.since - asked) < timedelta(minutes=1)


def test_who_has_no_phone_or_waits_for_a_word_is_stuck_and_counted(clinic: UUID) -> None:
    record(clinic, booking("A-1", person(1, phone=None), ahead=6 * DAY), booking("A-2", person(2), ahead=7 * DAY))
    assert stand_of(clinic, "A-2").stuck == "word"
    release(clinic)
    work()
    assert stand_of(clinic, "A-1").stuck == "no_phone"
    with clinic_scope(clinic):
        found = queries.round_of(clinic, APPOINTMENT)
    assert found.counts == {Stage.BEGUN: 1, Stage.TOLD: 1}
    assert [one.standing.stuck for one in found.stuck] == ["no_phone"]
    assert not found.is_cut and found.people == 2


def test_a_cancelled_visit_holds_nobody_up(clinic: UUID) -> None:
    from recado.appointments.types import CancelReason

    record(clinic, booking(ahead=6 * DAY))
    visit = factories.visit(clinic)
    with clinic_scope(clinic):
        appointments.cancel(clinic_id=clinic, visit_id=visit.id, reason=CancelReason.CLINIC, tell=False, by=OPERATOR)
    assert stand_of(clinic).stuck == ""


def done(clinic_id: UUID, name: str, act: Any) -> None:
    visit = factories.visit(clinic_id, name)
    with clinic_scope(clinic_id):
        act(clinic_id=clinic_id, visit_id=visit.id, by=OPERATOR)


def test_what_each_stage_achieved_is_counted_of_events_that_are_over(clinic: UUID) -> None:
    record(clinic, *(booking(f"A-{n}", person(n), ahead=4 * DAY) for n in (1, 2, 3)), booking("A-4", person(4)))
    release(clinic)
    work()
    work(DAY + timedelta(hours=1))
    factories.hear(clinic, "1", 1)
    factories.hear(clinic, "3", 2)
    for _ in range(3):
        work(DAY)
    done(clinic, "A-1", appointments.note_finished)
    done(clinic, "A-3", appointments.note_missed)
    with clinic_scope(clinic):
        found = queries.achievements_of(clinic, APPOINTMENT)
    assert found.events == 3 and found.held is None and not found.is_cut, "who comes in a week is not over"
    asked, answered = found.by_stage[Stage.ASKED], found.by_stage[Stage.ANSWERED]
    assert (asked.came, asked.became["confirmed"], asked.became["cancelled"], asked.became["missed"]) == (3, 1, 1, 1)
    assert asked.went_on == 3, "one was reminded, two answered"
    assert answered.came == 2 and answered.became["finished"] == 1 and answered.went_on == 1
    assert found.by_stage[Stage.FINISHED].went_on == 0
    assert found.words[:2] == ("confirmed", "moved")


def test_comparison_group_is_counted_for_itself(clinic: UUID) -> None:
    steps = (PlanStep("group", Moment(At.ON, state="booked"), HoldOut(50)), *APPOINTMENT.steps)
    with clinic_scope(clinic):
        keeping.begin(clinic_id=clinic, key="appointment", name="Visits", plan=APPOINTMENT, by=OPERATOR)
        keeping.save_draft(clinic_id=clinic, key="appointment", draft=replace(APPOINTMENT, steps=steps), by=OPERATOR)
        keeping.publish(clinic_id=clinic, key="appointment", by=OPERATOR, moves_people=False)
    record(clinic, *(booking(f"A-{n}", person(n), ahead=4 * DAY) for n in range(1, 31)))
    release(clinic)
    work()
    work(5 * DAY)
    with clinic_scope(clinic):
        found = queries.achievements_of(clinic, queries.opened(clinic, "appointment").shown)
    told, held = found.by_stage[Stage.TOLD], found.held
    assert held is not None and 0 < held.came < 30
    assert told.came + held.came == 30 == found.events
    assert found.by_stage[Stage.BEGUN].came == told.came
