"""When does a step go? Pure.

Whole days go by the wall clock of the clinic: three days before a visit at 10:30 is 10:30, clock change or not.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from recado.journeys.looks import Look
from recado.journeys.marks import is_again
from recado.journeys.types import At, Placed, PlanStep, Skip, Text, Wait

# Reminders leave at least this long before closing time: at the stroke of closing, a busy queue would run into quiet hours
# and the text would be held until the next day, when it may be too late.
LAST_CALL = timedelta(minutes=15)
# A dose that comes later than this is left out: taking it late may be worse than not at all, and the next one is near.
LATEST_DOSE = timedelta(hours=1)

Dated = tuple[PlanStep, datetime]


def shifted(look: Look, start: datetime, by: timedelta) -> datetime:
    """`by` later (or earlier), in UTC."""
    if by % timedelta(days=1):
        return start.astimezone(UTC) + by
    return (start.astimezone(ZoneInfo(look.window.time_zone)) + by).astimezone(UTC)


def before(look: Look, step: PlanStep) -> datetime:
    """The moment of a step before the event; a text is moved earlier into the allowed hours."""
    ideal = shifted(look, look.anchor.start, -step.when.by)
    return look.window.last_open(ideal, LAST_CALL) if isinstance(step.does, Text) else ideal


def following(look: Look, placed: Placed) -> datetime | None:
    """The moment of a step that counts from the event's end or from the step before it, not before the allowed hours if it
    is a text. None: what it counts from has not been done."""
    step = placed.step
    if step.when.at is At.AFTER:
        start = look.anchor.end or look.anchor.start
    else:
        done = look.facts.done.get(placed.before or "")
        if done is None:
            return None
        start = done.at
    due = shifted(look, start, step.when.by)
    return look.window.next_open(due) if isinstance(step.does, Text) else due


def next_time(look: Look, step: PlanStep) -> Dated | None:
    """The next of the event's own times, with a key of its own: "dose#3". Where nobody chose the hour, one that has just
    passed still goes, and in the allowed hours."""
    chosen = look.plan.event.are_hours_chosen
    oldest = look.now if chosen else look.now - look.plan.patience
    for number, when in enumerate(look.anchor.times):
        if when >= oldest and (key := f"{step.key}#{number}") not in look.facts.done:
            due = when.astimezone(UTC) if chosen else look.window.next_open(max(when, look.now))
            return replace(step, key=key), due
    return None


def reminders(look: Look, steps: Sequence[Placed], after: datetime) -> tuple[list[Dated], list[PlanStep]]:
    """Texts before the event whose moment is still to come, in order, and those whose moment has passed.

    Two that the allowed hours push onto one moment become the later of them.
    """
    dated = [one.step for one in steps if one.step.when.at is At.BEFORE and isinstance(one.step.does, Text)]
    coming: list[Dated] = []
    passed: list[PlanStep] = []
    for step in sorted(dated, key=lambda step: step.when.by):
        due = before(look, step)
        if due <= after or (coming and due >= coming[0][1]):
            passed.insert(0, step)
        else:
            coming.insert(0, (step, due))
    return coming, passed


def others(look: Look, steps: Sequence[Placed]) -> tuple[list[Dated], list[PlanStep]]:
    """As `reminders`, for everything that is neither a reminder nor a text told at once."""
    coming: list[Dated] = []
    passed: list[PlanStep] = []
    for placed in steps:
        step, is_text = placed.step, isinstance(placed.step.does, Text)
        match step.when.at:
            case At.ON if not is_text:
                coming.append((step, look.now.astimezone(UTC)))
            case At.BEFORE if not is_text:
                due = before(look, step)
                (passed.append(step) if due < look.now else coming.append((step, due)))
            case At.EACH if (dose := next_time(look, step)) is not None:
                coming.append(dose)
            case At.AFTER | At.NEXT if (moment := following(look, placed)) is not None:
                if step.when.at is At.AFTER and look.now - moment > look.plan.patience:
                    passed.append(step)
                else:
                    soonest = look.window.next_open(look.now) if is_text else look.now.astimezone(UTC)
                    coming.append((step, max(moment, soonest)))
    return coming, passed


def lateness(look: Look, placed: Placed, key: str, since: datetime) -> Wait | Skip | None:
    """Not yet, or not any more, or neither. What is written anew was in time once, and waited in the outbox: patience with it
    counts from when it was called off (`since`). A dose at a chosen hour stays bound to that hour."""
    step = placed.step

    def is_past(moment: datetime) -> bool:
        return look.now - (max(moment, since) if is_again(key) else moment) > look.plan.patience

    match step.when.at:
        case At.BEFORE:
            due = before(look, step)
            if look.now < due:
                return Wait(due, "not_yet")
            return Skip("superseded") if _is_superseded(look, step) else None
        case At.EACH:
            number = int([*key.split("#"), "0"][1])  # "dose#3", and "dose#3#0fa31c2" where it is written anew
            if number >= len(look.anchor.times):
                return Skip("moved")
            when = look.anchor.times[number]
            if look.now < when:
                return Wait(when.astimezone(UTC), "not_yet")
            is_late = look.now - when > LATEST_DOSE if look.plan.event.are_hours_chosen else is_past(when)
            return Skip("too_late") if is_late else None
        case At.AFTER | At.NEXT if (moment := following(look, placed)) is not None:
            if look.now < moment:
                return Wait(moment, "quiet_hours" if isinstance(step.does, Text) else "not_yet")
            if isinstance(step.does, Text) and is_past(moment):
                return Skip("too_late")
    return None


def _is_superseded(look: Look, step: PlanStep) -> bool:
    """After a long standstill two reminders may be due together; the person gets the newer one."""
    return isinstance(step.does, Text) and any(
        before(look, one.step) <= look.now
        for one in look.plan.placed
        if one.step.when.at is At.BEFORE and isinstance(one.step.does, Text) and one.step.when.by < step.when.by
    )
