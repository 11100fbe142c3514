"""The steps of a journey from top to bottom, as its page shows them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recado.journeys import queries as journeys
from recado.journeys.queries import Came, Fault
from recado.journeys.types import Branch, Kind, Placed, Plan, PlanStep, Text, Variant, Webhook
from recado.web import numbers
from recado.web.journeys import phrases, texts


@dataclass(frozen=True, slots=True)
class Answer:
    number: int
    words: str
    effect: str


@dataclass(frozen=True, slots=True)
class Line:
    """One step. `arm`: the words of the arm that begins with it, where one does."""

    key: str
    when: str
    only_if: str
    icon: str
    title: str
    text: str
    answers: Sequence[Answer]
    came: str
    faults: Sequence[str]
    depth: int
    arm: str
    is_selected: bool
    is_first: bool
    is_last: bool


def lines(
    plan: Plan,
    samples: texts.Samples,
    came: Iterable[Came],
    faults: Iterable[Fault],
    answers: Mapping[str, str],
    selected: str,
    called: Mapping[str, str],
) -> list[Line]:
    """`called`: the names of the systems that steps may tell, by id."""
    by_step = sums(came)
    said: dict[str, list[str]] = {}
    for fault in faults:
        said.setdefault(fault.step, []).append(_(journeys.FAULTS[fault.code]))
    opens = _arms(plan)
    edges = _edges(plan.steps)
    return [
        Line(
            placed.step.key,
            phrases.when(placed.step.when),
            ", ".join(phrases.only_if(placed.step)),
            phrases.icon(placed.step),
            phrases.does(placed.step),
            _said(placed.step, samples, called),
            offered(plan, placed.step, answers),
            came_words(placed.step, by_step.get(placed.step.key)),
            said.get(placed.step.key, ()),
            len(placed.arms),
            opens.get(placed.step.key, ""),
            placed.step.key == selected,
            *edges[placed.step.key],
        )
        for placed in plan.placed
    ]


def _said(step: PlanStep, samples: texts.Samples, called: Mapping[str, str]) -> str:
    """The words of a text; the name of the system that is told."""
    if isinstance(step.does, Webhook):
        return called.get(step.does.endpoint, "")
    return texts.reading(step, samples)


def of_journey(faults: Iterable[Fault]) -> list[str]:
    """The faults of the whole journey, which stand at no step."""
    return [_(journeys.FAULTS[fault.code]) for fault in faults if not fault.step]


def _edges(steps: Sequence[PlanStep]) -> dict[str, tuple[bool, bool]]:
    """Whether a step is the first, and the last, of those it stands among."""
    found: dict[str, tuple[bool, bool]] = {}
    for place, step in enumerate(steps):
        found[step.key] = (place == 0, place == len(steps) - 1)
        if isinstance(step.does, Branch | Variant):
            for arm in step.does.arms:
                found |= _edges(arm.steps)
    return found


def _arms(plan: Plan) -> dict[str, str]:
    """The words of each arm, by the key of its first step."""
    found: dict[str, str] = {}
    for placed in plan.placed:
        does = placed.step.does
        for arm in does.arms if isinstance(does, Branch | Variant) else ():
            if arm.steps:
                found[arm.steps[0].key] = arm_words(placed, arm.name)
    return found


def arm_words(placed: Placed, name: str) -> str:
    does = placed.step.does
    assert isinstance(does, Branch | Variant)
    arm = next(one for one in does.arms if one.name == name)
    if isinstance(does, Variant):
        total = sum(one.weight for one in does.arms) or 1
        return _("%(name)s: %(share)d in 100") % {"name": name, "share": round(100 * arm.weight / total)}
    conditions = ", ".join(phrases.condition(one) for one in arm.only_if)
    return (
        _("%(name)s: if %(conditions)s") % {"name": name, "conditions": conditions}
        if conditions
        else _("%(name)s: otherwise") % {"name": name}
    )


def offered(plan: Plan, step: PlanStep, room: Mapping[str, str]) -> list[Answer]:
    """What 1, 2, 3 mean where a step asks, and what each does."""
    if not isinstance(step.does, Text) or step.does.kind is not Kind.QUESTION:
        return []
    names, states = step.does.answers or tuple(room), {**room, **dict(plan.event.named_answers)}
    return [
        Answer(number, phrases.named(phrases.ANSWERS, name), effect(plan, states.get(name, "")))
        for number, name in enumerate(names, 1)
    ]


def effect(plan: Plan, state: str) -> str:
    if state in ("", plan.event.opening):
        return _("Noted")
    return _("It is %(state)s then") % {"state": phrases.named(phrases.STATES, state)}


@dataclass
class Sums:
    """What came of a step in all versions, or in one."""

    sent: int = 0
    answered: int = 0
    done: int = 0
    refused: int = 0
    skipped: int = 0


def sums(came: Iterable[Came]) -> dict[str, Sums]:
    found: dict[str, Sums] = {}
    for one in came:
        its = found.setdefault(one.step, Sums())
        its.sent += one.sent
        its.answered += one.answered
        its.done += one.outcomes.get("done", 0)
        its.refused += one.outcomes.get("refused", 0)
        its.skipped += one.outcomes.get("skipped", 0)
    return found


def came_words(step: PlanStep, its: Sums | None) -> str:
    """1,102 sent, 71% answered; empty: nothing came of it yet."""
    if its is None:
        return ""
    if not isinstance(step.does, Text):
        return _("%(count)s times") % {"count": numbers.counted(its.done)} if its.done else ""
    found = [_("%(count)s sent") % {"count": numbers.counted(its.sent)}]
    if step.does.kind is Kind.QUESTION and its.sent:
        found.append(_("%(share)d%% answered") % {"share": round(100 * its.answered / its.sent)})
    if its.refused:
        found.append(ngettext("%(count)d not allowed", "%(count)d not allowed", its.refused) % {"count": its.refused})
    if its.skipped:
        found.append(ngettext("%(count)d left out", "%(count)d left out", its.skipped) % {"count": its.skipped})
    return ", ".join(found)
