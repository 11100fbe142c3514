"""A plan as JSON holds it, and back: what drafts and published versions are stored as. Pure.

A step is {"key", "when": {"at", "by", "state"}, "does": {"kind": "text", ...}, "if": [[fact, op, value]...], "instead_of"};
`by` is in minutes.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from recado.consent.types import Purpose
from recado.journeys.events import EVENTS
from recado.journeys.types import (
    Arm,
    At,
    Branch,
    Condition,
    Deed,
    End,
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
    UnreadablePlan,
    Variant,
    Webhook,
)

Json = Mapping[str, Any]


def to_json(plan: Plan) -> dict[str, Any]:
    return {
        "event": plan.event.key,
        "who": _conditions(plan.who),
        "least_notice": _minutes(plan.least_notice),
        "patience": _minutes(plan.patience),
        "steps": [_step(step) for step in plan.steps],
    }


def from_json(key: str, version: int, held: Json) -> Plan:
    """Raises UnreadablePlan."""
    try:
        return Plan(
            key,
            version,
            EVENTS[held["event"]],
            tuple(_read_step(one) for one in held["steps"]),
            _read_conditions(held.get("who", ())),
            timedelta(minutes=held.get("least_notice", 120)),
            timedelta(minutes=held.get("patience", 24 * 60)),
        )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise UnreadablePlan(f"{key} v{version}: {type(error).__name__}: {error}") from error


def _minutes(span: timedelta) -> int:
    return round(span / timedelta(minutes=1))


def _conditions(conditions: Sequence[Condition]) -> list[list[Any]]:
    return [[one.fact, one.op.value, one.value] for one in conditions]


def _read_conditions(held: Sequence[Sequence[Any]]) -> tuple[Condition, ...]:
    return tuple(Condition(str(fact), Op(op), value) for fact, op, value in held)


def _step(step: PlanStep) -> dict[str, Any]:
    held: dict[str, Any] = {"key": step.key, "when": {"at": step.when.at.value}, "does": _deed(step.does)}
    if step.when.by:
        held["when"]["by"] = _minutes(step.when.by)
    if step.when.state:
        held["when"]["state"] = step.when.state
    if step.only_if:
        held["if"] = _conditions(step.only_if)
    if step.stands_in_for:
        held["instead_of"] = step.stands_in_for
    return held


def _read_step(held: Json) -> PlanStep:
    when = held["when"]
    return PlanStep(
        str(held["key"]),
        Moment(At(when["at"]), timedelta(minutes=when.get("by", 0)), str(when.get("state", ""))),
        _read_deed(held["does"]),
        _read_conditions(held.get("if", ())),
        held.get("instead_of"),
    )


def _deed(does: Deed) -> dict[str, Any]:
    match does:
        case Text(template, kind, if_first, purpose, answers):
            text = {"kind": "text", "template": template, "as": kind.value, "purpose": purpose.name.lower()}
            return text | ({"if_first": if_first} if if_first else {}) | ({"answers": [*answers]} if answers else {})
        case Task(kind, about):
            return {"kind": "task", "task": kind, "about": about}
        case Webhook(endpoint):
            return {"kind": "webhook", "endpoint": endpoint}
        case OfferTime():
            return {"kind": "offer_time"}
        case HoldOut(percent):
            return {"kind": "hold_out", "percent": percent}
        case Branch(arms):
            return {"kind": "branch", "arms": [_arm(arm) for arm in arms]}
        case Variant(arms):
            return {"kind": "variant", "arms": [_arm(arm) for arm in arms]}
        case Pause():
            return {"kind": "pause"}
        case End():
            return {"kind": "end"}


def _arm(arm: Arm) -> dict[str, Any]:
    held: dict[str, Any] = {"name": arm.name, "steps": [_step(step) for step in arm.steps]}
    return held | ({"if": _conditions(arm.only_if)} if arm.only_if else {}) | ({"weight": arm.weight})


def _read_arms(held: Json) -> tuple[Arm, ...]:
    return tuple(
        Arm(
            str(arm["name"]),
            tuple(_read_step(step) for step in arm["steps"]),
            _read_conditions(arm.get("if", ())),
            int(arm.get("weight", 1)),
        )
        for arm in held["arms"]
    )


def _read_deed(held: Json) -> Deed:
    match held["kind"]:
        case "text":
            return Text(
                str(held["template"]),
                Kind(held.get("as", "notice")),
                held.get("if_first"),
                Purpose[str(held.get("purpose", "care")).upper()],
                tuple(str(answer) for answer in held.get("answers", ())),
            )
        case "task":
            return Task(str(held["task"]), str(held.get("about", "")))
        case "webhook":
            return Webhook(str(held["endpoint"]))
        case "offer_time":
            return OfferTime()
        case "hold_out":
            return HoldOut(int(held["percent"]))
        case "branch":
            return Branch(_read_arms(held))
        case "variant":
            return Variant(_read_arms(held))
        case "pause":
            return Pause()
        case "end":
            return End()
    raise ValueError(f"a step does {held['kind']!r}")
