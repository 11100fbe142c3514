"""What a ready journey has got since a clinic made it its own. It is offered, and never put in by itself: what patients are told
is the clinic's word."""

from . import editing
from .gallery import PLAN_OF
from .models import Journey
from .types import JourneyState, Plan
from .writing import from_json, to_json


def made_of(row: Journey) -> str:
    """The key of the ready journey that it is made of; empty where it is of none."""
    key = row.key if row.ready is None else str(row.ready.get("key", ""))
    return key if key in PLAN_OF else ""


def with_newer(row: Journey, shown: Plan) -> Plan | None:
    """The clinic's plan with what the ready journey has got since: steps that are new there, and others as they are now where
    the clinic has left them as they were. None: nothing. Pure.

    Of a journey from before that was kept (`ready` None) every step counts as new that it lacks, also one that the clinic took
    out: it is offered once, and left with one press."""
    key = made_of(row)
    if not key or row.state == JourneyState.ENDED:
        return None
    ready = from_json(key, 0, to_json(PLAN_OF[key]))
    if ready.event.key != shown.event.key:
        return None
    base = from_json(key, 0, row.ready) if row.ready else None
    plan, before = shown, ""
    for step in ready.steps:
        was = base.step(step.key) if base and base.has(step.key) else None
        if not plan.has(step.key) and was is None:
            plan = editing.add_step(plan, step, after=before)
        elif plan.has(step.key) and was is not None and step != was and plan.step(step.key) == was:
            plan = editing.change_step(plan, step)
        before = step.key if plan.has(step.key) else before
    return None if plan == shown else plan
