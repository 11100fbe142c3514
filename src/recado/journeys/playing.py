"""What one person's journey will do, played forward from now. Pure: the very decisions of `engine`, with nothing done.

It takes what stands now for what will stand: nobody answers, nothing moves. Every text that comes due counts as gone.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from recado.journeys.engine import due_step, following_steps, plan_steps
from recado.journeys.types import (
    Anchor,
    Answers,
    Arm,
    Branch,
    Do,
    Done,
    Facts,
    HoldOut,
    Plan,
    PlanStep,
    Skip,
    Text,
    Variant,
    Wait,
)

MOST_STEPS = 400  # of one person: four doses a day for a quarter, and no endless loop whatever the plan


@dataclass(frozen=True, slots=True)
class Timed:
    """A step that waits for its moment. `held_for`: it waits for something else too."""

    key: str
    due: datetime
    held_for: str | None = None


@dataclass(frozen=True, slots=True)
class Played:
    """What comes of a step. `text` None: it says nothing, or why it stays out is in `reason`."""

    key: str
    at: datetime
    text: Text | None
    reason: str = ""
    held_for: str | None = None


def play(
    plan: Plan,
    anchor: Anchor,
    facts: Facts,
    answers: Answers,
    timers: Sequence[Timed],
    now: datetime,
    until: datetime,
) -> Iterator[Played]:
    """Texts of these timers, and of all that follows from them, before `until`, in order; and those that stay out with why."""
    coming = [(max(one.due, now), number, one.key, one.held_for) for number, one in enumerate(timers)]
    heapq.heapify(coming)
    planned, done, count = {one.key: one.due for one in timers}, dict(facts.done), len(coming)
    while coming and count < MOST_STEPS:
        at, _, key, held = heapq.heappop(coming)
        if at >= until:
            return
        count += 1
        known = replace(facts, done=done)
        match due_step(plan, key, anchor, known, answers, at, planned[key]):
            case Wait(later):
                planned[key] = later
                heapq.heappush(coming, (later, count, key, held))
                continue
            case Skip(reason):
                done[key] = Done(at, "skipped")
                if isinstance(plan.step(key).does, Text):
                    yield Played(key, at, None, reason, held)
            case Do(does, arm):
                done[key] = Done(at, "sent" if isinstance(does, Text) else "done", arm)
                if isinstance(does, Text):
                    yield Played(key, at, does, held_for=held)
        if plan.is_stepwise:
            for one in following_steps(plan, anchor, replace(facts, done=done), at, answers):
                if one.key not in planned:
                    planned[one.key] = one.due
                    count += 1
                    heapq.heappush(coming, (max(one.due, at), count, one.key, held))


def held_out(plan: Plan, anchor: Anchor, facts: Facts, answers: Answers, now: datetime) -> list[Timed]:
    """Texts that this person would be sent were they not in a comparison group, with their moments."""
    dropped = {one.key for one in plan_steps(plan, anchor, facts, now, answers).dropped if one.reason == "held_out"}
    if not dropped:
        return []
    everybody = replace(plan, steps=_without_hold_outs(plan.steps))
    steps = plan_steps(everybody, anchor, facts, now, answers).steps
    return [Timed(one.key, one.due) for one in steps if one.key in dropped and isinstance(one.does, Text)]


def has_hold_out(plan: Plan) -> bool:
    return any(isinstance(one.step.does, HoldOut) for one in plan.placed)


def _without_hold_outs(steps: Sequence[PlanStep]) -> tuple[PlanStep, ...]:
    kept = [step for step in steps if not isinstance(step.does, HoldOut)]
    return tuple(
        replace(step, does=replace(step.does, arms=_arms(step.does.arms)))
        if isinstance(step.does, Branch | Variant)
        else step
        for step in kept
    )


def _arms(arms: Sequence[Arm]) -> tuple[Arm, ...]:
    return tuple(replace(arm, steps=_without_hold_outs(arm.steps)) for arm in arms)
