"""Which journeys are live in a clinic, and the plan that a run is on."""

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from .models import Journey, Version
from .plans import BY_DEFAULT, PRODUCT
from .types import JourneyState, Plan, UnknownStep
from .writing import from_json


@dataclass(frozen=True, slots=True)
class LiveJourney:
    plan: Plan
    is_paused: bool = False


def plan_of(clinic_id: UUID, key: str, version: int) -> Plan:
    """A plan as it was published. Raises UnknownStep when none ever was. Call it inside `clinic_scope`."""
    product = PRODUCT.get((key, version))
    return product if product is not None else _published(clinic_id, key, version)


@lru_cache(maxsize=2_000)  # what is published never changes
def _published(clinic_id: UUID, key: str, version: int) -> Plan:
    row = Version.objects.filter(clinic_id=clinic_id, key=key, number=version).first()
    if row is None:
        raise UnknownStep(f"no journey {key!r} v{version}")
    return from_json(key, version, row.plan)


def live(clinic_id: UUID, event: str) -> list[LiveJourney]:
    """The journeys that an event of this kind puts people on: the clinic's own, and those of the product that it has left
    as they came. Call it inside `clinic_scope`."""
    rows = {row.key: row for row in Journey.objects.filter(clinic_id=clinic_id, event=event)}
    found = [LiveJourney(plan) for plan in BY_DEFAULT if plan.event.key == event and plan.key not in rows]
    found += [
        LiveJourney(plan_of(clinic_id, row.key, row.version), row.state == JourneyState.PAUSED)
        for row in rows.values()
        if row.version is not None and row.state in (JourneyState.LIVE, JourneyState.PAUSED)
    ]
    return sorted(found, key=lambda one: one.plan.key)
