"""The page of ready journeys, from the gallery and the texts: what goes when, and its English words."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from recado.appointments import wordings as of_visits
from recado.care_events import wordings as of_care
from recado.journeys.gallery import GALLERY, THEMES, Ready
from recado.journeys.types import At, Condition, Kind, Moment, Op, Placed, PlanStep, Task, Text

TEXTS = {**of_visits.WORDINGS, **of_care.WORDINGS}
INTRODUCTION = """The journeys that come with the product. Those of a clinic's first day are live; the others are ready to be taken, as they
are or changed. Why each is as it is: [Journeys](../explain/journeys.md). The words are English; each text is also in French, Dutch,
Polish, Spanish, Indonesian, German, Italian and Portuguese. Parts in `[[ ]]` are left out where their value is missing.
"""
_OPS = {Op.IS: "is", Op.IS_NOT: "is not", Op.AT_LEAST: "is at least", Op.BELOW: "is below"}


def journeys_page() -> str:
    """Every ready journey, by theme."""
    lines = ["# Ready journeys\n", INTRODUCTION]
    for theme, title in THEMES.items():
        ours = [ready for ready in GALLERY if ready.theme is theme]
        if ours:
            lines += [f"## {title}\n", *(line for ready in ours for line in _journey(ready))]
    return "\n".join(lines)


def _journey(ready: Ready) -> Iterator[str]:
    plan = ready.plan
    yield f"### {ready.title}\n"
    state = "Live from the first day." if ready.is_by_default else "To be taken."
    yield f"{ready.what_for} {state} `{plan.key}`, version {plan.version}, hangs on `{plan.event.key}`.\n"
    yield "| step | when | only if | what |"
    yield "|---|---|---|---|"
    for placed in plan.placed:
        step = placed.step
        yield f"| `{step.key}` | {_when(placed)} | {_conditions(step.only_if)} | {_what(step)} |"
    yield ""
    for template in dict.fromkeys(_templates([placed.step for placed in plan.placed])):
        if template in TEXTS:
            yield f"- `{template}`: `{TEXTS[template]['en']}`"
    yield ""


def _templates(steps: Sequence[PlanStep]) -> Iterator[str]:
    for step in steps:
        if isinstance(step.does, Text):
            yield step.does.template


def _when(placed: Placed) -> str:
    when, arms = placed.step.when, "".join(f" (in {name})" for _, name in placed.arms)
    return _moment(when) + (f", while `{when.state}`" if when.state and when.at is not At.ON else "") + arms


def _moment(when: Moment) -> str:
    match when.at:
        case At.ON:
            return f"at `{when.state}`"
        case At.BEFORE:
            return f"{_span(when.by)} before"
        case At.AFTER:
            return f"{_span(when.by)} after" if when.by else "when it comes"
        case At.NEXT:
            return f"{_span(when.by)} after the step above" if when.by else "after the step above"
        case At.EACH:
            return "at each of its times"
    return "as soon as may be, where no dated question can follow"


def _span(by: timedelta) -> str:
    for unit, word in ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute")):
        if by >= unit and not by % unit:
            count = by // unit
            return f"{count} {word}{'s' if count > 1 else ''}"
    return str(by)


def _conditions(conditions: Sequence[Condition]) -> str:
    return ", ".join(f"`{one.fact}` {_OPS[one.op]} `{str(one.value).lower()}`" for one in conditions)


def _what(step: PlanStep) -> str:
    match step.does:
        case Text(template, kind, _, _, answers):
            asks = ", ".join(f"{number} = {answer}" for number, answer in enumerate(answers, 1))
            word = "question" if kind is Kind.QUESTION else "text"
            return f"{word} `{template}`" + (f" ({asks})" if asks else "")
        case Task(kind, about):
            return f"a person: {kind}, {about}".rstrip(", ")
    return type(step.does).__name__.lower()
