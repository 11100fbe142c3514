"""A plan changed by one step keeps every other, also in arms."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.journeys import editing, plans
from recado.journeys.events import PRESCRIPTION
from recado.journeys.types import Arm, At, End, Moment, Pause, Plan, PlanStep, UnknownStep, Variant
from recado.journeys.writing import from_json, to_json

NOW = Moment(At.NEXT)


def step(key: str, *arms: tuple[str, ...]) -> PlanStep:
    made = tuple(Arm(f"arm{number}", tuple(map(step, keys))) for number, keys in enumerate(arms))
    return PlanStep(key, NOW, Variant(made) if made else Pause())


PLAN = Plan("own", 0, PRESCRIPTION, (step("a"), step("b", ("c", "d"), ("e",)), step("f")))


def keys(plan: Plan) -> str:
    return "".join(placed.step.key for placed in plan.placed)


def test_a_step_is_changed_where_it_lies() -> None:
    assert editing.change_step(PLAN, PlanStep("d", NOW, End())).step("d").does == End()
    assert keys(editing.change_step(PLAN, PlanStep("d", NOW, End()))) == "abcdef"


def test_a_step_goes_with_what_lies_in_its_arms() -> None:
    assert keys(editing.remove_step(PLAN, "d")) == "abcef"
    assert keys(editing.remove_step(PLAN, "b")) == "af"


def test_what_stood_in_for_a_removed_step_stands_for_itself() -> None:
    plan = editing.remove_step(plans.APPOINTMENT, "booked")
    assert plan.step("booked_question").stands_in_for is None


@pytest.mark.parametrize(
    ("key", "by", "after"),
    [("f", -1, "afbcde"), ("a", 9, "bcdefa"), ("d", -1, "abdcef"), ("c", 1, "abdcef"), ("e", 1, "abcdef")],
)
def test_a_step_moves_among_those_it_stands_with(key: str, by: int, after: str) -> None:
    assert keys(editing.move_step(PLAN, key, by)) == after


@pytest.mark.parametrize(
    ("key", "before", "after"), [("f", "a", "fabcde"), ("a", "d", "bcadef"), ("d", "a", "dabcef"), ("b", "c", "abcdef")]
)
def test_a_step_is_placed_before_another_and_never_into_itself(key: str, before: str, after: str) -> None:
    assert keys(editing.place_step(PLAN, key, before)) == after


def test_a_step_is_added_behind_another_in_an_arm_or_last() -> None:
    new = step("n")
    assert keys(editing.add_step(PLAN, new, after="a")) == "anbcdef"
    assert keys(editing.add_step(PLAN, new, after="c")) == "abcndef"
    assert keys(editing.add_step(PLAN, new, arm=("b", "arm1"))) == "abcdenf"
    assert keys(editing.add_step(PLAN, new)) == "abcdefn"


def test_what_is_not_there_is_refused() -> None:
    for change in (
        lambda: editing.remove_step(PLAN, "x"),
        lambda: editing.move_step(PLAN, "x", 1),
        lambda: editing.place_step(PLAN, "a", "x"),
        lambda: editing.add_step(PLAN, step("n"), after="x"),
        lambda: editing.add_step(PLAN, step("n"), arm=("a", "arm0")),
    ):
        with pytest.raises(UnknownStep):
            change()


def test_a_key_is_never_used_twice() -> None:
    assert editing.free_key("text", ("text", "text_2")) == "text_3"


@given(st.data())
def test_any_row_of_changes_keeps_a_plan_that_can_be_stored(data: st.DataObject) -> None:
    plan = data.draw(st.sampled_from([PLAN, *plans.READY]))
    for number in range(data.draw(st.integers(0, 6))):
        if not plan.placed:
            break
        before = sorted(plan.by_key)
        key, other = (data.draw(st.sampled_from(before)) for _ in range(2))
        match data.draw(st.integers(0, 3)):
            case 0:
                plan = editing.move_step(plan, key, data.draw(st.integers(-3, 3)))
            case 1:
                plan = editing.place_step(plan, key, other)
            case 2:
                plan = editing.add_step(plan, step(f"new{number}"), after=key)
                assert sorted(plan.by_key) == sorted([*before, f"new{number}"])
                continue
            case _:
                plan = editing.change_step(plan, replace(plan.step(key), only_if=()))
        assert sorted(plan.by_key) == before
    assert from_json(plan.key, plan.version, to_json(plan)) == plan
