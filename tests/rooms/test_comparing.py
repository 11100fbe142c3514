"""A draft against what is live, over the events of the calendar."""

from collections import Counter
from datetime import time, timedelta
from typing import Any
from uuid import UUID

import pytest

from recado.clinics.types import QuietHours
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions
from recado.journeys.comparing import Comparison, compare
from recado.journeys.foresight import looking
from recado.journeys.plans import APPOINTMENT
from recado.journeys.types import NoSuchJourney
from recado.journeys.writing import to_json
from tests import factories
from tests.factories import DAY, booking, person, record, sql

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic(database: None) -> UUID:
    """Six visits, two of them early in the morning, each to be asked about in the days that follow."""
    clinic_id = factories.make_furnished(quiet_hours=QuietHours(time(9), time(18))).id
    start = (business_time.now() + 5 * DAY).replace(hour=11, minute=0)
    visits = [booking(f"A-{n}", person(n), start=start.replace(hour=7 if n > 4 else 11)) for n in range(1, 7)]
    record(clinic_id, *visits, is_first_import=True)
    return clinic_id


def draft(clinic_id: UUID, change: Any) -> Comparison:
    steps = to_json(APPOINTMENT)
    change(steps)
    with clinic_scope(clinic_id):
        actions.begin(clinic_id=clinic_id, key="appointment", name="Visits", plan=APPOINTMENT, by=OPERATOR)
        actions.save_draft(clinic_id=clinic_id, key="appointment", draft=steps, by=OPERATOR)
    with looking(clinic_id):
        found = compare(clinic_id, "appointment", 7 * DAY)
    assert found is not None
    return found


def step(plan: Any, key: str) -> Any:
    return next(one for one in plan["steps"] if one["key"] == key)


def test_unchanged_draft_says_the_same_for_every_person(clinic: UUID) -> None:
    found = draft(clinic, lambda plan: None)
    assert found.events == 6 and not found.is_cut
    assert found.counts() == Counter({"same": 12})
    assert found.by_step() == {"question": (6, 6), "second_question": (6, 6)}
    assert found.now.at_night == found.then.at_night == 4


def test_step_moved_added_and_taken_out_are_told_by_person_and_step(clinic: UUID) -> None:
    def change(plan: Any) -> None:
        step(plan, "question")["when"]["by"] = 4 * 24 * 60
        plan["steps"] = [one for one in plan["steps"] if one["key"] != "second_question"]
        plan["steps"].insert(
            1,
            {
                "key": "soon",
                "when": {"at": "before", "by": 120},
                "does": {"kind": "text", "template": "visit_question"},
            },
        )

    found = draft(clinic, change)
    assert found.counts() == Counter({"time": 6, "new": 6, "gone": 6})
    assert found.by_step() == {"soon": (0, 6), "question": (6, 6), "second_question": (6, 0)}


def test_other_words_at_the_same_moment_are_a_changed_text(clinic: UUID) -> None:
    def change(plan: Any) -> None:
        step(plan, "question")["does"]["template"] = "visit_second_question"

    found = draft(clinic, change)
    assert found.counts() == Counter({"text": 6, "same": 6})


def test_who_is_answered_or_stopped_is_in_neither(clinic: UUID) -> None:
    factories.stop(clinic, 1)
    sql("UPDATE appointments_appointment SET state = 'confirmed', answer = 'confirm' WHERE external_id = 'A-2'")
    found = draft(clinic, lambda plan: None)
    assert found.counts() == Counter({"same": 8})


def test_comparing_writes_nothing_and_needs_a_draft(clinic: UUID) -> None:
    before = sql("SELECT count(*) FROM journeys_timer"), sql("SELECT count(*) FROM journeys_run")
    draft(clinic, lambda plan: None)
    assert before == (sql("SELECT count(*) FROM journeys_timer"), sql("SELECT count(*) FROM journeys_run"))
    with looking(clinic):
        assert compare(clinic, "prescription", timedelta(days=7)) is None
        with pytest.raises(NoSuchJourney):
            compare(clinic, "nothing", timedelta(days=7))


def test_visits_of_one_day_at_one_phone_are_compared_as_the_one_text_that_goes(clinic: UUID) -> None:
    start = (business_time.now() + 5 * DAY).replace(hour=11, minute=0)
    same = [booking(f"B-{n}", person(30), start=start + timedelta(hours=n)) for n in (1, 2, 3)]
    record(clinic, *same, is_first_import=True)
    found = draft(clinic, lambda plan: None)
    assert found.events == 9 and found.counts() == Counter({"same": 14}), "three visits, one text a step"
    assert [len(one.others) for one in found.now.going if one.others] == [2, 2]
    assert {one.outcome for one in found.now.texts if not one.goes} == {"joined"}
