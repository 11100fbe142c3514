"""Which journeys are live in a clinic, and the plan that a run is on."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from recado.foundation.ids import new_id
from recado.foundation.publishing import Editions

from .conditions import facts_of, first_unmet
from .models import Journey, Run, Version
from .plans import BY_DEFAULT, PRODUCT
from .types import AnchorChange, Facts, JourneyState, Plan, UnknownStep
from .writing import from_json


@dataclass(frozen=True, slots=True)
class LiveJourney:
    plan: Plan
    is_paused: bool = False


PLANS = Editions(Version, "plan", from_json, UnknownStep, PRODUCT)
plan_of = PLANS.one


def live(clinic_id: UUID, event: str) -> list[LiveJourney]:
    """The journeys that an event of this kind puts people on: the clinic's own, and those of the product that it has left
    as they came. Call it inside `clinic_scope`."""
    # `before` is thirty drafts at most, `ready` a whole plan: too much for each visit that is planned.
    own = Journey.objects.filter(clinic_id=clinic_id, event=event).defer("draft", "before", "ready")
    rows = {row.key: row for row in own}
    found = [LiveJourney(plan) for plan in BY_DEFAULT if plan.event.key == event and plan.key not in rows]
    found += [
        LiveJourney(plan_of(clinic_id, row.key, row.version), row.state == JourneyState.PAUSED)
        for row in rows.values()
        if row.version is not None and row.state in (JourneyState.LIVE, JourneyState.PAUSED)
    ]
    return sorted(found, key=lambda one: one.plan.key)


def is_for(plan: Plan, change: AnchorChange) -> bool:
    """Whether a journey is for events such as this one."""
    if not plan.who:
        return True
    known = facts_of(change.anchor, Facts(""), change.answers, False)
    return first_unmet(plan.who, known, change.answers, at_once_only=False) is None


def new_run(clinic_id: UUID, plan: Plan, change: AnchorChange, now: datetime) -> Run:
    """The row that puts a person on a journey; not kept yet."""
    return Run(
        clinic_id=clinic_id,
        id=new_id(),
        plan=plan.key,
        version=plan.version,
        anchor_kind=change.kind,
        anchor_id=change.id,
        patient_id=change.patient_id,
        revision=change.anchor.revision,
        started_at=now,
    )
