"""Where an event stands in the circle from booking to follow-up, and who is stuck. Pure.

A stage is reached by what was done or has happened, never by time alone. Only stages that the journeys of an event can come
to are part of its circle.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from recado.consent.types import Purpose
from recado.journeys.types import AnchorView, At, Kind, Plan, PlanStep, Text

DAY = timedelta(days=1)
TIME_TO_ANSWER = DAY


class Stage(StrEnum):
    """In the order of the circle."""

    BEGUN = "begun"  # booked, ready, due
    TOLD = "told"
    ASKED = "asked"
    ANSWERED = "answered"
    REMINDED = "reminded"  # within a day before
    ARRIVED = "arrived"
    FINISHED = "finished"
    SURVEYED = "surveyed"


ORDER = tuple(Stage)
HAPPENED = {"arrived": Stage.ARRIVED, "finished": Stage.FINISHED}


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a step of the event's present revision."""

    plan: str
    version: int
    step: str
    at: datetime
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """`reached`: when; None where that is not known. `circle`: every stage there is, in order. `stuck`: why nothing goes on
    (a rule of the gate, no_answer, paused, word), since when; empty: all goes its way."""

    stage: Stage
    reached: Mapping[Stage, datetime | None]
    circle: tuple[Stage, ...]
    stuck: str = ""
    since: datetime | None = None


def stage_of(step: PlanStep) -> Stage | None:
    """The stage that a text stands for."""
    match step.does:
        case Text(purpose=Purpose.SURVEY):
            return Stage.SURVEYED
        case Text() if step.when.at is At.BEFORE and step.when.by <= DAY:
            return Stage.REMINDED
        case Text(kind=Kind.QUESTION):
            return Stage.ASKED
        case Text() if step.when.at is At.ON:
            return Stage.TOLD
    return None


def circle_of(plans: Iterable[Plan]) -> tuple[Stage, ...]:
    """The stages that the journeys of an event can come to."""
    found = {Stage.BEGUN}
    for plan in plans:
        for one in plan.placed:
            stage = stage_of(one.step)
            found |= {stage} if stage else set()
            if isinstance(one.step.does, Text) and one.step.does.kind is Kind.QUESTION:
                found.add(Stage.ANSWERED)
        found |= {stage for state, stage in HAPPENED.items() if state in plan.event.states}
    return tuple(stage for stage in ORDER if stage in found)


def stand(
    plans: Sequence[Plan], view: AnchorView, came: Sequence[Came], held: Iterable[str], now: datetime
) -> Standing:
    """Where an event stands over all its journeys. `came`: in order of time. `held`: what its next steps wait for."""
    by_key = {(plan.key, plan.version): plan for plan in plans}
    reached: dict[Stage, datetime | None] = {Stage.BEGUN: view.anchor.booked_at}
    asked_at: datetime | None = None
    for one in came:
        placed = by_key[one.plan, one.version].by_key.get(one.step.partition("#")[0])
        if placed is None or one.outcome != "sent":
            continue
        stage = stage_of(placed.step)
        if stage is not None:
            reached.setdefault(stage, one.at)
        if isinstance(placed.step.does, Text) and placed.step.does.kind is Kind.QUESTION:
            asked_at = asked_at or one.at
            reached.setdefault(Stage.ASKED, one.at)
    circle = circle_of(plans)
    if view.answers or view.anchor.state == "confirmed":
        reached[Stage.ANSWERED] = None
    if view.anchor.state in HAPPENED:
        reached[HAPPENED[view.anchor.state]] = None
    ordered = {stage: reached[stage] for stage in ORDER if stage in reached}
    stuck, since = _stuck(plans, view, came, held, asked_at, now)
    whole = tuple(stage for stage in ORDER if stage in circle or stage in ordered)
    return Standing(list(ordered)[-1], ordered, whole, stuck, since)


def _stuck(
    plans: Sequence[Plan],
    view: AnchorView,
    came: Sequence[Came],
    held: Iterable[str],
    asked_at: datetime | None,
    now: datetime,
) -> tuple[str, datetime | None]:
    """Nobody is stuck whose event is over, or who has answered."""
    is_open = any(view.anchor.state in plan.event.open for plan in plans)
    is_over = any(plan.event.until_start for plan in plans) and view.anchor.start <= now
    if not is_open or is_over or view.answers or view.anchor.state == "confirmed":
        return "", None
    texts = [one for one in came if one.outcome in ("sent", "refused")]
    if texts and texts[-1].outcome == "refused":
        return texts[-1].reason, texts[-1].at
    for why in held:
        return why, None
    if asked_at is not None and now - asked_at >= TIME_TO_ANSWER:
        return "no_answer", asked_at
    return "", None
