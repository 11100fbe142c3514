"""May a step go at all, whatever its moment? Pure."""

from recado.foundation.text import gettext_noop as _
from recado.journeys.conditions import draw, drawn_arm, first_unmet
from recado.journeys.looks import Look, is_question
from recado.journeys.news import unsaid
from recado.journeys.types import (
    FIRST_REVISION,
    MOVED,
    REASSIGNED,
    At,
    Condition,
    End,
    HoldOut,
    Op,
    Placed,
    PlanStep,
    Text,
    Variant,
)

# Why a step does not go, with its sentence. The names are stored: never rename one.
REASONS: dict[str, str] = {
    "already_sent": _("This text has gone already."),
    "stopped": _("The person asked us to stop."),
    "started": _("The visit has begun."),
    "cancelled": _("The visit is cancelled."),
    "not_cancelled": _("The visit is not cancelled."),
    "cancelled_by_patient": _("The person cancelled and has had the answer to that."),
    "moved": _("The visit was moved: the texts for its old time are off."),
    "not_moved": _("The visit was not moved."),
    "as_known": _("The visit is with whom the person knows of."),
    "not_announced": _("This change was entered without telling the person."),
    "confirmed": _("The visit is confirmed."),
    "answered": _("The person has answered."),
    "moment_passed": _("Its moment had passed when the visit was planned."),
    "superseded": _("A later text is due as well: only that one goes."),
    "no_allowed_moment": _("There is no allowed hour left before the visit."),
    "too_close": _("The visit was too close for a question when it was planned."),
    "quiet_hours": _("It waits for the allowed hours."),
    "not_yet": _("Its moment has not come."),
    "other_state": _("The event has come to another point by then."),
    "condition": _("What the step asks for did not hold."),
    "other_arm": _("The journey went another way."),
    "held_out": _("This person is in the comparison group that gets no texts of this journey."),
    "ended": _("The journey had ended."),
    "no_endpoint": _("The system that the step calls was turned off."),
    "not_cancelled_time": _("The visit stands: its time is nobody else's."),
    "time_on_offer": _("Its time is on offer already."),
    "time_gone": _("Somebody else has its time by now, or staff took it off offer."),
    "no_time_to_offer": _("Nobody could be asked in time, or the visit is so far ahead that it is booked as usual."),
    "nobody_waits": _("Nobody waits for a time."),
    "nobody_there": _("The clinic cancelled it, or its clinician is away: nobody could be seen then."),
    "too_late": _("It came due while nothing could be sent, and would have come too late."),
}


def refusal(look: Look, placed: Placed, key: str | None = None) -> str | None:
    """Why this step can't go whatever its moment, or None. `key` where it is one of a step's several times."""
    step = placed.step
    if (key or step.key) in look.over:
        return "already_sent"
    if look.facts.has_stopped:
        return "stopped"
    if look.has_limit(step) and look.anchor.start <= look.now:
        return "started"
    return _by_state(look, step) or _by_way(look, placed) or _by_twin(look, step) or _by_condition(look, step)


def _by_state(look: Look, step: PlanStep) -> str | None:
    event, state, wanted = look.plan.event, look.anchor.state, step.when.state
    if step.when.at is At.NEXT and not wanted:
        return None  # it follows what was done, whatever has become of the event since: conditions may ask
    if step.when.at is not At.ON:
        fits = state == wanted if wanted else state in event.open
        return None if fits else _named(state)
    if wanted == REASSIGNED:
        if state not in event.open:
            return _named(state)
        if not unsaid(look.anchor, look.facts.done, step.key):
            return "as_known"
    elif wanted not in (event.opening, MOVED):
        if state != wanted:
            return "not_cancelled" if wanted == "cancelled" else _named(state)
    elif state not in event.open:
        return _named(state)
    elif (wanted == MOVED) is (look.anchor.revision == FIRST_REVISION):
        return "not_moved" if wanted == MOVED else "moved"
    if wanted == "cancelled" and "cancel" in look.answers and not (look.facts.announce and is_for_who_cancelled(step)):
        return "cancelled_by_patient"
    return "not_announced" if isinstance(step.does, Text) and not look.facts.announce else None


def is_for_who_cancelled(step: PlanStep) -> bool:
    """Whether the step says once more to whoever cancelled what they know: nobody need phone them where it can't go."""
    return any(one.fact == "answer" and one.op is Op.IS and one.value == "cancel" for one in step.only_if)


def _named(state: str) -> str:
    """Some states are reasons themselves, with a sentence of their own."""
    return state if state in REASONS else "other_state"


def _by_way(look: Look, placed: Placed) -> str | None:
    """Arms that were not taken, the comparison group, and the end of the journey."""
    if any(_arm_taken(look, key) != arm for key, arm in placed.arms):
        return "other_arm"
    for one in look.plan.placed:
        if one.step.key == placed.step.key:
            break
        match one.step.does:
            case HoldOut(percent) if isinstance(placed.step.does, Text) and is_held_out(look, one.step.key, percent):
                return "held_out"
            case End() if one.step.key in look.over:
                return "ended"
    return None


def _arm_taken(look: Look, key: str) -> str | None:
    does = look.plan.step(key).does
    if isinstance(does, Variant):
        return drawn_arm(does.arms, look.facts.seed, key)
    done = look.facts.done.get(key)
    return done.arm if done else None


def is_held_out(look: Look, key: str, percent: int) -> bool:
    return draw(look.facts.seed, key) * 100 < percent


def _by_twin(look: Look, step: PlanStep) -> str | None:
    """A step and what stands in for it are one; a late question is for those who were asked nothing."""
    twins = {one.step.key for one in look.plan.placed if one.step.stands_in_for == step.key} | {step.stands_in_for}
    asked = {one.step.key for one in look.plan.placed if is_question(one.step)} - {
        step.key
    }  # itself: it is written anew
    if twins & look.over or (step.when.at is At.LATE and asked & look.over):
        return "already_sent"
    return None


def _by_condition(look: Look, step: PlanStep) -> str | None:
    if step.when.at is At.NEXT and not look.is_due:
        return None  # decided when it is due, so that what counts from it can go on
    unmet = first_unmet(step.only_if, look.known, look.answers, at_once_only=not look.is_due)
    return None if unmet is None else _named_unmet(look, unmet)


def _named_unmet(look: Look, unmet: Condition) -> str:
    if unmet.fact == "answered" and unmet.value is False:
        return "confirmed" if look.anchor.state == "confirmed" else "answered"
    return "condition"


def is_worth_telling(look: Look, step: PlanStep, reason: str) -> bool:
    """Leaves out of the story what never was to come: the notice of a move where nothing moved, a stand-in, and the word to
    who cancelled, of which the clinic's own notice says why it is not told."""
    if reason in ("already_sent", "other_arm") or step.when.at is At.LATE or is_for_who_cancelled(step):
        return False
    return step.when.at is not At.ON or (step.when.state == _present_state(look) and not is_question(step))


def _present_state(look: Look) -> str:
    event, anchor = look.plan.event, look.anchor
    if anchor.state not in event.open:
        return anchor.state
    return MOVED if anchor.revision > FIRST_REVISION else event.opening
