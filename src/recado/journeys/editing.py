"""A plan changed by one step: pure, whatever its faults. Steps are named by their keys, also those that lie in arms."""

from collections.abc import Callable, Collection
from dataclasses import replace

from recado.journeys.types import Branch, Plan, PlanStep, UnknownStep, Variant

Steps = tuple[PlanStep, ...]


def change_step(plan: Plan, step: PlanStep) -> Plan:
    """The step of the same key becomes this one. Raises UnknownStep."""
    plan.step(step.key)

    def changed(steps: Steps) -> Steps:
        return tuple(step if one.key == step.key else one for one in steps)

    return _everywhere(plan, changed)


def remove_step(plan: Plan, key: str) -> Plan:
    """Without the step, and without what lies in its arms. What stood in for it stands for itself. Raises UnknownStep."""
    plan.step(key)

    def without(steps: Steps) -> Steps:
        kept = (one for one in steps if one.key != key)
        return tuple(replace(one, stands_in_for=None) if one.stands_in_for == key else one for one in kept)

    return _everywhere(plan, without)


def move_step(plan: Plan, key: str, by: int) -> Plan:
    """So many places down (or up, below 0) among the steps it stands with; no further than they go. Raises UnknownStep."""
    plan.step(key)

    def moved(steps: Steps) -> Steps:
        place = next((at for at, one in enumerate(steps) if one.key == key), None)
        if place is None:
            return steps
        rest = steps[:place] + steps[place + 1 :]
        to = min(max(place + by, 0), len(rest))
        return (*rest[:to], steps[place], *rest[to:])

    return _everywhere(plan, moved)


def place_step(plan: Plan, key: str, before: str) -> Plan:
    """Before another step, wherever that stands; a step never goes into an arm of its own. Raises UnknownStep."""
    step = plan.step(key)
    if key == before or any(arm_of == key for arm_of, _ in plan.at(before).arms):
        return plan

    def placed(steps: Steps) -> Steps:
        found: list[PlanStep] = []
        for one in steps:
            if one.key == before:
                found.append(step)
            if one.key != key:
                found.append(one)
        return tuple(found)

    return _everywhere(plan, placed)


def add_step(plan: Plan, step: PlanStep, *, after: str = "", arm: tuple[str, str] | None = None) -> Plan:
    """Behind another step; or as the last of an arm (the key of its choice, its name); or as the last of all. Raises
    UnknownStep."""
    if arm is not None:
        choice = plan.step(arm[0])
        if not isinstance(choice.does, Branch | Variant):
            raise UnknownStep(f"{arm[0]} has no arms")
        arms = tuple(replace(one, steps=(*one.steps, step)) if one.name == arm[1] else one for one in choice.does.arms)
        return change_step(plan, replace(choice, does=replace(choice.does, arms=arms)))
    if not after:
        return replace(plan, steps=(*plan.steps, step))
    plan.step(after)

    def added(steps: Steps) -> Steps:
        return tuple(new for one in steps for new in ((one, step) if one.key == after else (one,)))

    return _everywhere(plan, added)


def free_key(wish: str, taken: Collection[str]) -> str:
    """A key that no version has used: what was done is stored by it."""
    return next(key for key in (wish, *(f"{wish}_{number}" for number in range(2, 10_000))) if key not in taken)


def _everywhere(plan: Plan, change: Callable[[Steps], Steps]) -> Plan:
    return replace(plan, steps=_within(plan.steps, change))


def _within(steps: Steps, change: Callable[[Steps], Steps]) -> Steps:
    """`change` of these steps, and of those in their arms as they were."""
    inner: list[PlanStep] = []
    for step in steps:
        if isinstance(step.does, Branch | Variant):
            arms = tuple(replace(arm, steps=_within(arm.steps, change)) for arm in step.does.arms)
            step = replace(step, does=replace(step.does, arms=arms))
        inner.append(step)
    return change(tuple(inner))
