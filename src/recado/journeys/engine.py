"""When does which text of a journey go? Pure: values in, values out, the clock is an argument.

`plan_steps` lays out everything still to come whenever the anchor changes; `due_step` decides once more when a step is
due, since by then the person may have answered, stopped or been moved. Neither remembers anything.

Hours. A text told at once (booked, moved, cancelled) waits in quiet hours for the next opening. A reminder goes *earlier*,
to the last allowed moment before its own (early-morning rule): later could be too late, and a reminder never vanishes
while there is an allowed moment before the visit.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from recado.foundation.day_window import DayWindow
from recado.journeys.types import (
    AT_ONCE,
    FIRST_REVISION,
    Anchor,
    AnchorState,
    Condition,
    Decision,
    DroppedStep,
    Facts,
    Kind,
    MessageStep,
    Occasion,
    Plan,
    PlannedStep,
    Schedule,
    Send,
    Skip,
    Wait,
)

# Reminders leave at least this long before closing time: at the stroke of closing, a busy queue would run into quiet hours
# and the text would be held until the next day, when it may be too late.
LAST_CALL = timedelta(minutes=15)

# Why a step does not go, with its sentence. The names are stored: never rename one.
REASONS: dict[str, str] = {
    "already_sent": "This text has gone already.",
    "stopped": "The person asked us to stop.",
    "started": "The visit has begun.",
    "cancelled": "The visit is cancelled.",
    "not_cancelled": "The visit is not cancelled.",
    "cancelled_by_patient": "The person cancelled and has had the answer to that.",
    "moved": "The visit was moved: the texts for its old time are off.",
    "not_moved": "The visit was not moved.",
    "not_announced": "This change was entered without telling the person.",
    "confirmed": "The visit is confirmed.",
    "answered": "The person has answered.",
    "moment_passed": "Its moment had passed when the visit was planned.",
    "superseded": "A later text is due as well: only that one goes.",
    "no_allowed_moment": "There is no allowed hour left before the visit.",
    "too_close": "The visit was too close for a question when it was planned.",
    "quiet_hours": "It waits for the allowed hours.",
    "not_yet": "Its moment has not come.",
}


def plan_steps(plan: Plan, anchor: Anchor, facts: Facts, now: datetime, answers: Collection[str] = ()) -> Schedule:
    """Everything that is still to come for this revision of the anchor, and what is left out and why.

    Replaces whatever was planned before. `answers` are those given in this revision, of any kind.
    """
    window = _window(facts)
    soonest = window.next_open(now)
    dropped: list[DroppedStep] = []
    open_steps: list[MessageStep] = []
    for step in plan.steps:
        reason = _refusal(step, plan, anchor, facts, answers, now)
        if reason is None:
            open_steps.append(step)
        elif _is_worth_telling(step, anchor, reason):
            dropped.append(DroppedStep(step.key, reason))
    told = [step for step in open_steps if step.when.occasion in AT_ONCE]
    dated, passed = _dated(open_steps, anchor, window, soonest if told else now)
    dropped += [DroppedStep(step.key, "moment_passed") for step in passed]
    first = _first_text(plan, open_steps, told, bool(dated), anchor, facts, now)
    if isinstance(first, DroppedStep):
        dropped.append(first)
    elif first is not None and soonest >= anchor.start:
        dropped.append(DroppedStep(first.key, "no_allowed_moment"))
    elif first is not None:
        dated = [(first, soonest), *dated]
    return Schedule(_as_planned(plan, dated, facts), tuple(dropped))


def due_step(
    plan: Plan, step_key: str, anchor: Anchor, facts: Facts, answers: Collection[str], now: datetime
) -> Decision:
    """Decides again when a planned step is due: send it, skip it, or wait for the allowed hours.

    The caller must have seen that the step belongs to the anchor's present revision. Raises UnknownStep.
    """
    step = plan.step(step_key)
    reason = _refusal(step, plan, anchor, facts, answers, now)
    if reason is not None:
        return Skip(reason)
    window = _window(facts)
    if step.when.occasion is Occasion.BEFORE_START:
        due = _moment_before(step, anchor, window)
        if now < due:
            return Wait(due, "not_yet")
        if _is_superseded(step, plan, anchor, window, now):
            return Skip("superseded")
    if not window.is_open(now):
        opening = window.next_open(now)
        return Wait(opening, "quiet_hours") if opening < anchor.start else Skip("no_allowed_moment")
    return Send(_template(step, _has_asked(plan, facts.done)), step.kind)


def _window(facts: Facts) -> DayWindow:
    return facts.quiet_hours.window(facts.time_zone)


def _refusal(
    step: MessageStep, plan: Plan, anchor: Anchor, facts: Facts, answers: Collection[str], now: datetime
) -> str | None:
    """Why this step can't go whatever its moment, or None."""
    if step.key in facts.done:
        return "already_sent"
    if facts.has_stopped:
        return "stopped"
    if anchor.start <= now:
        return "started"
    return _refusal_by_occasion(step, plan, anchor, facts, answers) or _refusal_by_answer(step, anchor, answers)


def _refusal_by_occasion(
    step: MessageStep, plan: Plan, anchor: Anchor, facts: Facts, answers: Collection[str]
) -> str | None:
    occasion = step.when.occasion
    if (anchor.state is AnchorState.CANCELLED) != (occasion is Occasion.CANCELLED):
        return "not_cancelled" if occasion is Occasion.CANCELLED else "cancelled"
    if occasion is Occasion.CANCELLED and "cancel" in answers:
        return "cancelled_by_patient"
    if occasion is Occasion.BOOKED and anchor.revision > FIRST_REVISION:
        return "moved"
    if occasion is Occasion.MOVED and anchor.revision == FIRST_REVISION:
        return "not_moved"
    if occasion in AT_ONCE:
        if not facts.announce:
            return "not_announced"
        # A notice and the question in its place are one text.
        if any(other.key in facts.done for other in plan.steps if other.when.occasion is occasion):
            return "already_sent"
    if occasion is Occasion.LATE and _has_asked(plan, facts.done):
        return "already_sent"
    return None


def _refusal_by_answer(step: MessageStep, anchor: Anchor, answers: Collection[str]) -> str | None:
    if step.only_if is Condition.ALWAYS:
        return None
    if anchor.state is AnchorState.CONFIRMED:
        return "confirmed"
    return "answered" if answers else None


def _is_worth_telling(step: MessageStep, anchor: Anchor, reason: str) -> bool:
    """Leaves out of the story what never was to come: the notice of a move where nothing moved, a stand-in question."""
    occasion = step.when.occasion
    if reason == "already_sent" or occasion is Occasion.LATE:
        return False
    return occasion not in AT_ONCE or (occasion is _present_occasion(anchor) and step.kind is Kind.NOTICE)


def _present_occasion(anchor: Anchor) -> Occasion:
    if anchor.state is AnchorState.CANCELLED:
        return Occasion.CANCELLED
    return Occasion.MOVED if anchor.revision > FIRST_REVISION else Occasion.BOOKED


def _moment_before(step: MessageStep, anchor: Anchor, window: DayWindow) -> datetime:
    """The step's moment, moved earlier into the allowed hours; in UTC.

    Whole days go by the wall clock of the clinic: three days before a visit at 10:30 is 10:30, clock change or not.
    """
    before = step.when.before
    if before % timedelta(days=1):
        ideal = anchor.start.astimezone(UTC) - before
    else:
        ideal = (anchor.start.astimezone(ZoneInfo(window.time_zone)) - before).astimezone(UTC)
    return window.last_open(ideal, LAST_CALL)


def _dated(
    steps: list[MessageStep], anchor: Anchor, window: DayWindow, after: datetime
) -> tuple[list[tuple[MessageStep, datetime]], list[MessageStep]]:
    """Dated steps whose moment is still to come, in order, and those whose moment has passed.

    Two that the allowed hours push onto one moment become the later of them.
    """
    dated = [step for step in steps if step.when.occasion is Occasion.BEFORE_START]
    coming: list[tuple[MessageStep, datetime]] = []
    passed: list[MessageStep] = []
    for step in sorted(dated, key=lambda step: step.when.before):
        due = _moment_before(step, anchor, window)
        if due <= after or (coming and due >= coming[0][1]):
            passed.insert(0, step)
        else:
            coming.insert(0, (step, due))
    return coming, passed


def _first_text(
    plan: Plan,
    open_steps: list[MessageStep],
    told: list[MessageStep],
    is_asked_later: bool,
    anchor: Anchor,
    facts: Facts,
    now: datetime,
) -> MessageStep | DroppedStep | None:
    """What goes at once: the notice; or the question in its place, where none can follow; or the late question."""
    if told:
        wanted = Kind.NOTICE if is_asked_later else Kind.QUESTION
        return next((step for step in told if step.kind is wanted), told[0])
    late = next((step for step in open_steps if step.when.occasion is Occasion.LATE), None)
    if late is None or is_asked_later:
        return None
    if anchor.start - now <= plan.least_notice:
        return DroppedStep(late.key, "too_close")
    return late


def _is_superseded(step: MessageStep, plan: Plan, anchor: Anchor, window: DayWindow, now: datetime) -> bool:
    """After a long standstill two reminders may be due together; the person gets the newer one."""
    return any(
        _moment_before(other, anchor, window) <= now
        for other in plan.steps
        if other.when.occasion is Occasion.BEFORE_START and other.when.before < step.when.before
    )


def _has_asked(plan: Plan, done: Collection[str]) -> bool:
    return any(step.kind is Kind.QUESTION and step.key in done for step in plan.steps)


def _template(step: MessageStep, has_asked: bool) -> str:
    return step.template if has_asked or step.template_if_first is None else step.template_if_first


def _as_planned(plan: Plan, dated: list[tuple[MessageStep, datetime]], facts: Facts) -> tuple[PlannedStep, ...]:
    has_asked = _has_asked(plan, facts.done)
    planned: list[PlannedStep] = []
    for step, due in dated:
        planned.append(PlannedStep(step.key, due, _template(step, has_asked), step.kind))
        has_asked = has_asked or step.kind is Kind.QUESTION
    return tuple(planned)
