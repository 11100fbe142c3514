"""What is wrong with a plan, found before it can be saved. Pure.

A plan is a list read forward, so it ends; what is left to check is that every step can ever go, and that nothing it names is
missing. Each fault names the step and what to do.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta

from recado.foundation.text import gettext_noop as _
from recado.journeys.types import At, Branch, HoldOut, Kind, OfferTime, Op, Placed, Plan, Text, Variant, Webhook

MOST_STEPS = 60
DEEPEST = 3
LONGEST = timedelta(days=731)
LONGEST_KEY = 32  # a dose adds its number to the key, which has 40 letters
LARGEST_HOLD_OUT = 50


@dataclass(frozen=True, slots=True)
class Fault:
    """`code` is a key of FAULTS; `step` empty: the whole journey."""

    step: str
    code: str


FAULTS: dict[str, str] = {
    "empty": _("There is no step yet. Add one."),
    "too_many": _("A journey has at most 60 steps. Make two of it."),
    "too_deep": _("Arms lie at most three deep. Make a journey of its own of the inner ones."),
    "same_key": _("Two steps have the same key."),
    "bad_key": _("A step's key has 1 to 32 letters a-z, digits or _."),
    "no_state": _("The event never comes to this state. Choose another."),
    "too_far": _("A step goes at most two years from its event."),
    "negative": _("A time before or after is never negative."),
    "nothing_before": _("There is no step before this one to count from. Move it down, or give it another moment."),
    "no_times": _("This event has no times of its own. Choose another moment."),
    "no_template": _("Its text does not exist. Write it, or choose another."),
    "no_endpoint": _("The system that it calls is not there, or was turned off. Choose another."),
    "one_arm": _("A choice needs two arms at least."),
    "same_arm": _("Two arms have the same name."),
    "no_weight": _("A random arm needs a weight of 1 or more."),
    "hold_out_share": _("The comparison group is 1 to 50 in a hundred."),
    "hold_out_late": _("The comparison group is drawn before the first text."),
    "no_stand_in": _("What it stands in for is not a text told at the same moment."),
    "no_number": _("At least and below compare with a number."),
    "no_time": _("This event holds no time that somebody else could have."),
    "time_taken": _(
        "Its time is free only once it is cancelled. Let the step go then, or before it while it is cancelled."
    ),
    "two_answers": _("A question names each of its answers once."),
}


def faults(plan: Plan, templates: Collection[str] | None, endpoints: Collection[str] | None = None) -> list[Fault]:
    """Every fault of a plan; empty = it can be published. `templates`: the keys of the texts there are; `endpoints`: the ids of
    the systems that may be called; None: not asked."""
    if not plan.steps:
        return [Fault("", "empty")]
    found = list(_of_plan(plan))
    for placed in plan.placed:
        found += [Fault(placed.step.key, code) for code in _of_step(plan, placed, templates, endpoints)]
    return found


def _of_plan(plan: Plan) -> Iterator[Fault]:
    if len(plan.placed) > MOST_STEPS:
        yield Fault("", "too_many")
    seen: set[str] = set()
    has_text = False
    for placed in plan.placed:
        step = placed.step
        if step.key in seen:
            yield Fault(step.key, "same_key")
        seen.add(step.key)
        if isinstance(step.does, HoldOut) and has_text:
            yield Fault(step.key, "hold_out_late")
        has_text = has_text or isinstance(step.does, Text)


def _of_step(
    plan: Plan, placed: Placed, templates: Collection[str] | None, endpoints: Collection[str] | None
) -> Iterator[str]:
    step = placed.step
    if not (0 < len(step.key) <= LONGEST_KEY and step.key.replace("_", "a").isalnum() and step.key.isascii()):
        yield "bad_key"
    if len(placed.arms) > DEEPEST:
        yield "too_deep"
    yield from _of_moment(plan, placed)
    arms = step.does.arms if isinstance(step.does, Branch) else ()
    conditions = (*step.only_if, *(one for arm in arms for one in arm.only_if))
    if any(one.op in (Op.AT_LEAST, Op.BELOW) and not isinstance(one.value, int) for one in conditions):
        yield "no_number"
    match step.does:
        case Text(template, kind, if_first, _, answers):
            if templates is not None and not {template, if_first or template} <= set(templates):
                yield "no_template"
            if answers and (kind is not Kind.QUESTION or len(set(answers)) < len(answers)):
                yield "two_answers"
        case Webhook(endpoint) if endpoints is not None and endpoint not in endpoints:
            yield "no_endpoint"
        case OfferTime() if not plan.event.frees_its_time:
            yield "no_time"
        case OfferTime() if step.when.at is not At.NEXT and step.when.state != "cancelled":
            yield "time_taken"
        case HoldOut(percent) if not 1 <= percent <= LARGEST_HOLD_OUT:
            yield "hold_out_share"
        case Branch(arms) | Variant(arms):
            if len(arms) < 2:
                yield "one_arm"
            if len({arm.name for arm in arms}) < len(arms):
                yield "same_arm"
            if any(arm.weight < 1 for arm in arms):
                yield "no_weight"


def _of_moment(plan: Plan, placed: Placed) -> Iterator[str]:
    when = placed.step.when
    if (when.at is At.ON or when.state) and when.state not in plan.event.turns:
        yield "no_state"
    if when.by < timedelta(0):
        yield "negative"
    if when.by > LONGEST:
        yield "too_far"
    if when.at is At.NEXT and placed.before is None:
        yield "nothing_before"
    if when.at is At.EACH and not plan.event.has_times:
        yield "no_times"
    if placed.step.stands_in_for:
        other = plan.by_key.get(placed.step.stands_in_for)
        if other is None or other.step.when != when or not isinstance(other.step.does, Text):
            yield "no_stand_in"
