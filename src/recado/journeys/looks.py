"""One look at a journey: the values that every rule asks for. Pure."""

from datetime import datetime

from recado.foundation.day_window import DayWindow
from recado.journeys.conditions import facts_of
from recado.journeys.types import Anchor, Answers, At, Facts, Kind, Known, Plan, PlanStep, Text


class Look:
    """A plan, its event and all that is known, at one moment. `is_due`: a step's moment has come, so that every condition
    is asked; else the journey is laid out, and what may still change by then is left open."""

    def __init__(
        self, plan: Plan, anchor: Anchor, facts: Facts, answers: Answers, now: datetime, *, is_due: bool
    ) -> None:
        self.plan, self.anchor, self.facts, self.answers, self.now = plan, anchor, facts, answers, now
        self.is_due = is_due
        self.window: DayWindow = facts.quiet_hours.window(facts.time_zone)
        self.over = {key for key, done in facts.done.items() if done.is_over}
        self.has_asked = any(is_question(one.step) and one.step.key in self.over for one in plan.placed)
        self.known: dict[str, Known] = facts_of(anchor, facts, answers, self.has_asked)

    def has_limit(self, step: PlanStep) -> bool:
        """Whether the step is of no use from the event's time on."""
        return has_limit(self.plan, step)


def has_limit(plan: Plan, step: PlanStep) -> bool:
    """Whether the step is of no use from the event's time on."""
    until_start = plan.event.until_start
    match step.when.at:
        case At.ON:
            return step.when.state in until_start
        case At.BEFORE | At.LATE:
            return bool(until_start)
    return False


def is_told_at_once(step: PlanStep) -> bool:
    """Texts that an import tells people at once, and that may wait for a person's word."""
    return step.when.at in (At.ON, At.LATE) and isinstance(step.does, Text)


def is_question(step: PlanStep) -> bool:
    return isinstance(step.does, Text) and step.does.kind is Kind.QUESTION
