"""When does which step of a journey go? Pure: values in, values out, the clock is an argument.

`plan_steps` lays out everything still to come, as things stand, whenever the event changes or a step was done that others
count from; `due_step` decides once more when a step is due, since by then the person may have answered, stopped or been
moved. Neither remembers anything. A plan is a list that is only read forward, so no journey can go round in circles.

Hours. A text told at once (booked, moved, cancelled) waits in quiet hours for the next opening, but where the person has just
set the time themselves. A reminder goes *earlier*,
to the last allowed moment before its own (early-morning rule): later could be too late, and a reminder never vanishes
while there is an allowed moment before the visit. What follows an event waits for the next opening. A dose goes at the
hour that the patient chose. Only texts wait for hours.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from recado.journeys.conditions import chosen_arm, drawn_arm
from recado.journeys.looks import Look, is_question
from recado.journeys.moments import Dated, lateness, others, reminders
from recado.journeys.news import next_key, unsaid
from recado.journeys.refusals import is_held_out, is_worth_telling, refusal
from recado.journeys.types import (
    REASSIGNED,
    Anchor,
    Answers,
    At,
    Branch,
    Decision,
    Do,
    DroppedStep,
    Facts,
    HoldOut,
    Placed,
    Plan,
    PlannedStep,
    PlanStep,
    Schedule,
    Skip,
    Text,
    Variant,
    Wait,
)


def plan_steps(plan: Plan, anchor: Anchor, facts: Facts, now: datetime, answers: Answers = ()) -> Schedule:
    """Everything that is still to come for this revision of the event as things stand, and what is left out and why.

    Replaces whatever was planned before. `answers` are those given in this revision, of any kind.
    """
    look = Look(plan, anchor, facts, answers, now, is_due=False)
    dropped: list[DroppedStep] = []
    still_open: list[Placed] = []
    for placed in plan.placed:
        reason = refusal(look, placed)
        if reason is None:
            still_open.append(placed)
        elif is_worth_telling(look, placed.step, reason):
            dropped.append(DroppedStep(placed.step.key, reason))
    told = [one.step for one in still_open if one.step.when.at is At.ON and isinstance(one.step.does, Text)]
    news = [replace(step, key=next_key(facts.done, step.key)) for step in told if step.when.state == REASSIGNED]
    told = [step for step in told if step.when.state != REASSIGNED]
    soonest = look.window.next_open(now)
    at_once = now.astimezone(UTC) if anchor.has_just_acted else soonest
    dated, passed = reminders(look, still_open, soonest if told else now)
    coming, gone = others(look, still_open)
    dropped += [DroppedStep(step.key, "moment_passed") for step in (*passed, *gone)]
    is_asked_later = any(is_question(step) for step, _ in dated)
    for step in (*_at_once(look, told, still_open, is_asked_later), *news):
        if isinstance(step, DroppedStep):
            dropped.append(step)
        elif look.has_limit(step) and at_once >= anchor.start:
            dropped.append(DroppedStep(step.key, "no_allowed_moment"))
        else:
            coming.append((step, at_once))
    return Schedule(_as_planned(look, sorted([*coming, *dated], key=lambda one: one[1])), tuple(dropped))


def following_steps(
    plan: Plan, anchor: Anchor, facts: Facts, now: datetime, answers: Answers = ()
) -> list[PlannedStep]:
    """What counts from a step that was just done (`facts.done` holds it); what was planned before stands."""
    return [
        coming
        for coming in plan_steps(plan, anchor, facts, now, answers).steps
        # What was skipped a moment ago would come at once again.
        if coming.key not in facts.done and _follows(plan.at(coming.key))
    ]


def _follows(placed: Placed) -> bool:
    return placed.step.when.at in (At.NEXT, At.EACH) or bool(placed.arms)


def due_step(
    plan: Plan,
    step_key: str,
    anchor: Anchor,
    facts: Facts,
    answers: Answers,
    now: datetime,
    due: datetime | None = None,
) -> Decision:
    """Decides again when a planned step is due: do it, skip it, or wait. `due`: the moment for which it was planned; None: now.

    The caller must have seen that the step belongs to the event's present revision. Raises UnknownStep.
    """
    look = Look(plan, anchor, facts, answers, now, is_due=True)
    placed = plan.at(step_key)
    reason = refusal(look, placed, step_key)
    if reason is not None:
        return Skip(reason)
    late = lateness(look, placed, step_key, due or now)
    if late is not None:
        return late
    step = placed.step
    if not isinstance(step.does, Text):
        return Do(step.does, _arm(look, step))
    if (step.when.at is At.EACH and plan.event.are_hours_chosen) or look.window.is_open(now):
        return Do(_worded(step.does, look.has_asked), _arm(look, step))
    if step.when.at is At.ON and anchor.has_just_acted and step.when.state != REASSIGNED:
        return Do(_worded(step.does, look.has_asked), _arm(look, step))
    opening = look.window.next_open(now)
    if look.has_limit(step) and opening >= anchor.start:
        return Skip("no_allowed_moment")
    return Wait(opening, "quiet_hours")


def _at_once(
    look: Look, told: Sequence[PlanStep], still_open: Sequence[Placed], is_asked_later: bool
) -> list[PlanStep | DroppedStep]:
    """What goes at once: the notices; or the question in a notice's place, where none can follow; or the late question."""
    stand_ins = {step.stands_in_for: step for step in told if step.stands_in_for}
    told_keys = {step.key for step in told}
    at_once: list[PlanStep | DroppedStep] = []
    for step in told:
        if step.stands_in_for in told_keys:
            continue  # its notice, below, says which of the two
        at_once.append(step if is_asked_later else stand_ins.get(step.key, step))
    late = next((one.step for one in still_open if one.step.when.at is At.LATE), None)
    if late is None or at_once or is_asked_later:
        return at_once
    is_close = look.anchor.start - look.now <= look.plan.least_notice
    return [DroppedStep(late.key, "too_close") if is_close else late]


def _arm(look: Look, step: PlanStep) -> str:
    match step.does:
        case Branch(arms):
            return chosen_arm(arms, look.known, look.answers)
        case Variant(arms):
            return drawn_arm(arms, look.facts.seed, step.key)
        case HoldOut(percent):
            return "held_out" if is_held_out(look, step.key, percent) else "in"
        case Text() if step.when.state == REASSIGNED:
            return unsaid(look.anchor, look.facts.done, step.key)
    return ""


def _worded(text: Text, has_asked: bool) -> Text:
    template = text.template if has_asked or text.template_if_first is None else text.template_if_first
    return replace(text, template=template, template_if_first=None)


def _as_planned(look: Look, dated: Sequence[Dated]) -> tuple[PlannedStep, ...]:
    has_asked = look.has_asked
    planned: list[PlannedStep] = []
    for step, due in dated:
        does = _worded(step.does, has_asked) if isinstance(step.does, Text) else step.does
        planned.append(PlannedStep(step.key, due, does))
        has_asked = has_asked or is_question(step)
    return tuple(planned)
