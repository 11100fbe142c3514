"""A journey tried on an invented event: what the page shows is what the engine would do."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.consent.types import QuietHours
from recado.journeys import plans, trying
from recado.journeys.trying import Case, Wish
from recado.journeys.types import Facts, Plan, Text

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
FACTS = Facts("Europe/London", QuietHours(time(9), time(18)), seed=b"one")
VISIT = {"confirm": "confirmed", "change": "booked", "cancel": "cancelled"}
BY_KEY = {plan.key: plan for plan in plans.READY}
DAY = timedelta(days=1)


def tried(plan: Plan, wish: Wish | None = None, ahead: timedelta = 10 * DAY, **fields: bool) -> list[tuple[str, str]]:
    anchor = trying.invented(plan, NOW, ahead, fields)
    return [(one.what.value, one.step or one.detail) for one in trying.try_out(plan, anchor, FACTS, wish or Wish())]


def test_who_never_answers_a_visit_is_asked_twice() -> None:
    assert tried(BY_KEY["appointment"]) == [("sent", "booked"), ("asked", "question"), ("asked", "second_question")]


def test_who_answers_the_first_question_is_not_asked_again() -> None:
    wish = Wish(Case.FIRST, "confirm", VISIT)
    assert tried(BY_KEY["appointment"], wish) == [
        *(("sent", "booked"), ("asked", "question"), ("answered", "confirm"), ("skipped", "second_question")),
    ]


def test_a_visit_that_is_moved_is_told_and_asked_about_anew() -> None:
    wish = Wish(Case.MOVED)
    happened = tried(BY_KEY["appointment"], wish)
    assert happened[:3] == [("sent", "booked"), ("moved", ""), ("sent", "moved")]
    assert happened[-2:] == [("asked", "question"), ("asked", "second_question")]


def test_a_visit_that_is_cancelled_is_told_and_nothing_more() -> None:
    happened = tried(BY_KEY["appointment"], Wish(Case.CLOSED, ends_as="cancelled"))
    assert ("sent", "cancelled") in happened and not [one for one in happened if one[0] == "asked"]


def test_what_follows_counts_from_the_step_before() -> None:
    plan = BY_KEY["prescription"]
    anchor = trying.invented(plan, NOW, DAY, {})
    told, again = trying.try_out(plan, anchor, FACTS, Wish())
    assert (told.at, again.at) == (NOW, NOW + 3 * DAY)


def test_doses_go_one_after_the_other_until_the_patient_stops_them() -> None:
    asked = [one for one in tried(BY_KEY["medication"]) if one[0] == "asked"]
    assert asked == [("asked", f"dose#{number}") for number in range(6)]
    stopped = tried(BY_KEY["medication"], Wish(Case.SECOND, "stop", {"stop": "paused"}))
    assert [one for one in stopped if one[0] == "asked"] == asked[:2]


def test_fields_of_the_event_choose() -> None:
    plan = BY_KEY["result"]
    assert trying.asked_of_event(plan) == {"needs_call": [True, False], "can_book_online": [True, False]}
    assert ("asked", "call") in tried(plan, needs_call=True, can_book_online=False)
    assert ("sent", "call_link") in tried(plan, needs_call=True, can_book_online=True)
    assert ("sent", "told") in tried(plan, needs_call=False)


@pytest.mark.parametrize("key", sorted(BY_KEY))
@pytest.mark.parametrize("case", list(Case))
def test_every_ready_journey_comes_to_an_end(key: str, case: Case) -> None:
    plan = BY_KEY[key]
    closed = sorted(plan.event.closed)[0]
    assert len(tried(plan, Wish(case, "confirm", VISIT, closed))) < trying.MOST


@given(
    hours=st.integers(0, 24 * 14),
    key=st.sampled_from([(plan.key, one.step.key) for plan in plans.READY for one in plan.placed]),
)
def test_hours_move_a_text_into_the_day(hours: int, key: tuple[str, str]) -> None:
    plan, ideal = BY_KEY[key[0]], NOW + timedelta(hours=hours)
    due = trying.moved_by_hours(plan, key[1], FACTS, ideal)
    step = plan.step(key[1])
    if step.when.at == "each" or not isinstance(step.does, Text):
        assert due is None
    else:
        assert due is not None and FACTS.quiet_hours.window("Europe/London").is_open(due)
        assert abs(due - ideal) < DAY
