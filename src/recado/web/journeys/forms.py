"""What the forms of a journey say, read into steps; and a step as its form shows it. Codes that no form offers are refused."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recado.clinics.types import Refused
from recado.foundation.text import gettext_noop
from recado.journeys.types import (
    Arm,
    At,
    Branch,
    Condition,
    Deed,
    End,
    EventKind,
    HoldOut,
    Kind,
    Moment,
    OfferTime,
    Op,
    Pause,
    Plan,
    PlanStep,
    Task,
    Text,
    Variant,
    Webhook,
)
from recado.web.journeys import phrases

UNITS: dict[str, tuple[timedelta, Any]] = {
    "minutes": (timedelta(minutes=1), gettext_lazy("minutes")),
    "hours": (timedelta(hours=1), gettext_lazy("hours")),
    "days": (timedelta(days=1), gettext_lazy("days")),
}
MOMENTS: dict[At, Any] = {
    At.ON: gettext_lazy("At once, when it is"),
    At.BEFORE: gettext_lazy("Before it"),
    At.AFTER: gettext_lazy("After it"),
    At.NEXT: gettext_lazy("After the step before"),
    At.EACH: gettext_lazy("At each of its times"),
    At.LATE: gettext_lazy("As soon as may be, where the other questions' moments have passed"),
}
KINDS: dict[str, Any] = {
    "text": gettext_lazy("Text"),
    "task": gettext_lazy("Something for a person"),
    "webhook": gettext_lazy("Tell another system"),
    "offer_time": gettext_lazy("Offer the time to the waitlist"),
    "pause": gettext_lazy("Wait"),
    "branch": gettext_lazy("Choose by what is known"),
    "variant": gettext_lazy("Choose by chance"),
    "hold_out": gettext_lazy("Comparison group"),
    "end": gettext_lazy("End of the journey"),
}
MOST_CONDITIONS = 5
MOST_ANSWERS = 4
LARGEST = 100_000  # minutes, hours or days: the plan's own check says what is too far
LONGEST_SPAN = timedelta(days=366)
SPANS: dict[str, tuple[Any, Any]] = {
    "patience": (
        gettext_lazy("How late a step may still go"),
        gettext_lazy("It waits so long for an allowed hour, or while the journey is paused. Then it is left out."),
    ),
    "least_notice": (
        gettext_lazy("The late question needs so much time before it"),
        gettext_lazy("Whoever books later than that gets the notice alone."),
    ),
}
TOO_LONG = gettext_noop("A year at the most.")
NOT_A_NUMBER = gettext_noop("Write a whole number.")
NO_VALUE = gettext_noop("Say what it is compared with.")
NOT_OFFERED = gettext_noop("Choose one of the list.")
NO_NAME = gettext_noop("Each way needs a name of its own.")

Choice = tuple[str, str, bool]  # value, words, is chosen


@dataclass(frozen=True, slots=True)
class Offer:
    """What the forms of a journey may choose among."""

    event: EventKind
    templates: Sequence[str]
    answers: Sequence[str]
    tasks: Sequence[str] = ("call", "unopened", "read_reply")
    endpoints: Mapping[str, str] = field(default_factory=dict)  # the systems that may be called, by id

    @property
    def kinds(self) -> dict[str, Any]:
        """What a new step may be: no call where there is nobody to call, no offer where there is no time to have."""
        has = {"webhook": bool(self.endpoints), "offer_time": self.event.frees_its_time}
        return {kind: words for kind, words in KINDS.items() if has.get(kind, True)}

    def conditions(self) -> dict[str, tuple[str, Op, str | int | bool | None]]:
        """By code: a fact, how it is compared, and with what; None: the form says."""
        found: dict[str, tuple[str, Op, str | int | bool | None]] = {}
        flags = [name for name in phrases.NOT_FACTS if name in ("answered", "asked") or name in self.event.fields]
        for name in flags:
            found[f"{name}=yes"], found[f"{name}=no"] = (name, Op.IS, True), (name, Op.IS, False)
        for answer in self.answers:
            found[f"answer={answer}"] = ("answer", Op.IS, answer)
            found[f"answer!={answer}"] = ("answer", Op.IS_NOT, answer)
        for state in sorted(self.event.states):
            found[f"state={state}"] = ("state", Op.IS, state)
        for name in self.event.fields:
            if name not in phrases.NOT_FACTS:
                numeric = name in ("lead_hours", "minutes")
                for op in (Op.AT_LEAST, Op.BELOW) if numeric else (Op.IS, Op.IS_NOT):
                    found[f"{name}:{op}"] = (name, op, None)
        return found


def whole(posted: QueryDict, field: str, usual: int = 0) -> int:
    """Raises Refused."""
    given = posted.get(field, "").strip()
    if not given:
        return usual
    if not re.fullmatch(r"\d{1,6}", given, re.A) or int(given) > LARGEST:
        raise Refused(field, NOT_A_NUMBER)
    return int(given)


def one_of(posted: QueryDict, field: str, allowed: Mapping[Any, Any] | Sequence[Any]) -> str:
    """Raises Refused."""
    given = posted.get(field, "")
    if given not in allowed:
        raise Refused(field, NOT_OFFERED)
    return given


# ------------------------------------------------------------------------------------------------ reading


def read_step(posted: QueryDict, step: PlanStep, offer: Offer) -> PlanStep:
    """The step as the form changes it. Raises Refused with the field."""
    moment = read_moment(posted, step, offer)
    stands_in_for = step.stands_in_for if moment == step.when else None
    only_if = read_conditions(posted, "if", step.only_if, offer)
    return replace(
        step, when=moment, does=read_deed(posted, step.does, offer), only_if=only_if, stands_in_for=stands_in_for
    )


def read_spans(posted: QueryDict, plan: Plan) -> Plan:
    """The plan with how long a step waits, and how much notice a late question needs, as the form says; what a form does not
    show stays. Raises Refused."""
    return replace(
        plan,
        patience=_span(posted, "patience", plan.patience),
        least_notice=_span(posted, "least_notice", plan.least_notice),
    )


def _span(posted: QueryDict, name: str, old: timedelta) -> timedelta:
    if name not in posted:
        return old
    found = whole(posted, name) * UNITS[one_of(posted, f"{name}_unit", UNITS)][0]
    if found > LONGEST_SPAN:
        raise Refused(name, TOO_LONG)
    return found


def span_rows(plan: Plan) -> list[dict[str, Any]]:
    """How long a step waits; and for events that begin, how much notice a late question needs."""
    rows = []
    for name, (label, hint) in SPANS.items():
        if name == "least_notice" and not plan.event.until_start:
            continue
        unit, amount = _amount(getattr(plan, name))
        units = [(code, str(words), code == unit) for code, (_by, words) in UNITS.items()]
        rows.append(
            {"name": name, "unit_name": f"{name}_unit", "label": label, "hint": hint, "amount": amount, "unit": units}
        )
    return rows


def read_moment(posted: QueryDict, step: PlanStep, offer: Offer) -> Moment:
    at = At(one_of(posted, "at", [moment.value for moment in MOMENTS]))
    unit = UNITS[one_of(posted, "unit", UNITS)][0]
    by = whole(posted, "by") * unit if at in (At.BEFORE, At.AFTER, At.NEXT) else timedelta(0)
    state = posted.get("state", "")
    if state not in ("", *offer.event.turns):
        raise Refused("state", NOT_OFFERED)
    return Moment(at, by, state)


def read_conditions(posted: QueryDict, prefix: str, old: Sequence[Condition], offer: Offer) -> tuple[Condition, ...]:
    """Raises Refused. One that the form can't show stays as it is, unless the form says that it goes."""
    known, found = offer.conditions(), []
    for number in range(MOST_CONDITIONS):
        code = posted.get(f"{prefix}-{number}", "")
        if not code:
            continue
        if code == "kept" and number < len(old):
            found.append(old[number])
            continue
        if code not in known:
            raise Refused(f"{prefix}-{number}", NOT_OFFERED)
        fact, op, value = known[code]
        if value is None:
            field = f"{prefix}v-{number}"
            value = whole(posted, field) if op in (Op.AT_LEAST, Op.BELOW) else posted.get(field, "").strip()[:120]
            if value == "":
                raise Refused(field, NO_VALUE)
        is_as_it_was = number < len(old) and _is(
            old[number], fact, op, value
        )  # what nobody knows: "is not" holds, "is" doesn't
        found.append(old[number] if is_as_it_was else Condition(fact, op, value))
    return tuple(found)


def read_deed(posted: QueryDict, old: Deed, offer: Offer) -> Deed:
    match old:
        case Text():
            return _read_text(posted, old, offer)
        case Task():
            about = posted.get("about", "").strip()[:40]
            return Task(one_of(posted, "task", [*offer.tasks, old.kind]), about)
        case Webhook(endpoint):
            return Webhook(one_of(posted, "endpoint", [*offer.endpoints, endpoint]))
        case HoldOut():
            return HoldOut(whole(posted, "percent"))
        case Branch(arms):
            return Branch(tuple(_read_arms(posted, arms, offer, by_chance=False)))
        case Variant(arms):
            return Variant(tuple(_read_arms(posted, arms, offer, by_chance=True)))
    return old


def _read_text(posted: QueryDict, old: Text, offer: Offer) -> Text:
    template = one_of(posted, "template", [*offer.templates, old.template])
    first = posted.get("first", "")
    if first and first not in (*offer.templates, old.template_if_first):
        raise Refused("first", NOT_OFFERED)
    if posted.get("asks") != "yes":
        return replace(old, template=template, kind=Kind.NOTICE, template_if_first=first or None, answers=())
    answers = tuple(filter(None, (posted.get(f"answer-{number}", "") for number in range(MOST_ANSWERS))))
    if any(answer not in (*offer.answers, *old.answers) for answer in answers):
        raise Refused("answer-0", NOT_OFFERED)
    return replace(old, template=template, kind=Kind.QUESTION, template_if_first=first or None, answers=answers)


def _read_arms(posted: QueryDict, old: Sequence[Arm], offer: Offer, *, by_chance: bool) -> list[Arm]:
    """An arm whose name is taken out goes, with its steps; a name in the last line makes a new one."""
    found: list[Arm] = []
    for number in range(len(old) + 1):
        name = posted.get(f"arm-{number}", "").strip()[:24]
        if not name:
            continue
        if name in [arm.name for arm in found]:
            raise Refused(f"arm-{number}", NO_NAME)
        was = old[number] if number < len(old) else Arm(name, ())
        weight = whole(posted, f"weight-{number}", 1) if by_chance else was.weight
        only_if = () if by_chance else read_conditions(posted, f"arm{number}if", was.only_if, offer)
        found.append(Arm(name, was.steps, only_if, weight))
    return found


def new_moment(kind: str, event: EventKind, *, is_first: bool) -> Moment:
    """When a new step goes until somebody says more."""
    if kind == "offer_time":
        return Moment(At.BEFORE, timedelta(days=1), "cancelled")
    return Moment(At.ON, state=event.opening) if is_first else Moment(At.NEXT)


def new_deed(kind: str, offer: Offer) -> Deed:
    """What a step of this kind does until somebody says more."""
    made: dict[str, Deed] = {
        "text": Text(offer.templates[0] if offer.templates else ""),
        "task": Task("call"),
        "webhook": Webhook(next(iter(offer.endpoints), "")),
        "offer_time": OfferTime(),
        "pause": Pause(),
        "branch": Branch((Arm(_("A"), ()), Arm(_("B"), ()))),
        "variant": Variant((Arm(_("A"), ()), Arm(_("B"), ()))),
        "hold_out": HoldOut(10),
        "end": End(),
    }
    return made[kind]


# ------------------------------------------------------------------------------------------------ showing


def form_of(plan: Plan, step: PlanStep, offer: Offer) -> dict[str, Any]:
    """Everything that the form of a step shows."""
    unit, amount = _amount(step.when.by)
    shown: dict[str, Any] = {
        "at": [(at.value, str(words), at is step.when.at) for at, words in _moments(offer, step)],
        "by": amount,
        "unit": [(code, str(words), code == unit) for code, (_by, words) in UNITS.items()],
        "state": [(one, phrases.named(phrases.STATES, one), one == step.when.state) for one in offer.event.turns],
        "conditions": condition_rows("if", step.only_if, offer),
        "kind": type(step.does).__name__.lower(),
    }
    match step.does:
        case Text(template, kind, first, _purpose, answers):
            shown |= {
                "template": _templates(offer, template),
                "first": _templates(offer, first or ""),
                "asks": kind is Kind.QUESTION,
                "answers": [_answers(offer, answers, number) for number in range(MOST_ANSWERS)],
            }
        case Task(kind=task, about=about):
            names = dict.fromkeys([*offer.tasks, task])
            shown |= {"task": [(one, phrases.named(phrases.TASKS, one), one == task) for one in names], "about": about}
        case Webhook(endpoint):
            names = {**offer.endpoints, **({} if endpoint in offer.endpoints else {endpoint: _("turned off")})}
            shown["endpoint"] = [(key, name, key == endpoint) for key, name in names.items()]
        case HoldOut(percent):
            shown["percent"] = percent
        case Branch(arms) | Variant(arms):
            shown["arms"] = [_arm_row(number, arm, offer) for number, arm in enumerate((*arms, Arm("", ())))]
            shown["by_chance"] = isinstance(step.does, Variant)
    return shown


def _moments(offer: Offer, step: PlanStep) -> list[tuple[At, Any]]:
    return [
        (at, words)
        for at, words in MOMENTS.items()
        if (at is not At.EACH or offer.event.has_times)
        and (at is not At.LATE or offer.event.until_start or step.when.at is at)
    ]


def _amount(by: timedelta) -> tuple[str, int]:
    for code in ("days", "hours"):
        if by and not by % UNITS[code][0]:
            return code, by // UNITS[code][0]
    return ("minutes", by // UNITS["minutes"][0]) if by else ("days", 0)


def _templates(offer: Offer, chosen: str) -> list[Choice]:
    keys = dict.fromkeys([*offer.templates, *([chosen] if chosen else [])])
    return [(key, phrases.named(phrases.TEMPLATES, key), key == chosen) for key in keys]


def _answers(offer: Offer, answers: Sequence[str], number: int) -> list[Choice]:
    chosen = answers[number] if number < len(answers) else ""
    names = dict.fromkeys([*offer.answers, *answers])
    return [(one, phrases.named(phrases.ANSWERS, one), one == chosen) for one in names]


def condition_rows(prefix: str, conditions: Sequence[Condition], offer: Offer) -> list[dict[str, Any]]:
    """The conditions there are, and an empty one."""
    rows = []
    for number in range(min(len(conditions) + 1, MOST_CONDITIONS)):
        chosen = conditions[number] if number < len(conditions) else None
        rows.append(
            {"name": f"{prefix}-{number}", "value_name": f"{prefix}v-{number}", **_condition_row(chosen, offer)}
        )
    return rows


def _condition_row(chosen: Condition | None, offer: Offer) -> dict[str, Any]:
    choices: list[Choice] = []
    is_known, value = chosen is None, ""
    for code, (fact, op, given) in offer.conditions().items():
        is_here = chosen is not None and _is(chosen, fact, op, given)
        if is_here and given is None and chosen is not None:
            value = str(chosen.value)
        is_known = is_known or is_here
        words = phrases.condition(Condition(fact, op, "…" if given is None else given))
        choices.append((code, words, is_here))
    if not is_known and chosen is not None:
        choices.append(("kept", phrases.condition(chosen), True))
    return {"choices": choices, "value": value}


def _is(one: Condition, fact: str, op: Op, given: str | int | bool | None) -> bool:
    if one.fact != fact:
        return False
    if isinstance(given, bool):
        return isinstance(one.value, bool) and (one.value is (one.op is Op.IS)) is given
    return one.op is op and (given is None or one.value == given)


def _arm_row(number: int, arm: Arm, offer: Offer) -> dict[str, Any]:
    return {
        "number": number,
        "name": arm.name,
        "weight": arm.weight,
        "conditions": condition_rows(f"arm{number}if", arm.only_if, offer)[:2],
        "count": len(arm.steps),
    }
