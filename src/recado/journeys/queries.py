"""What may be asked of journeys: which step a text belongs to."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from .models import Run, Step


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of somebody's journey that led to a text."""

    plan: str
    version: int
    step: str
    at: datetime
    anchor_kind: str
    anchor_id: UUID


def step_of(clinic_id: UUID, message_id: UUID) -> StepView | None:
    """The step that a text was sent by; None: it belongs to no journey. Call it inside `clinic_scope`."""
    step = Step.objects.filter(clinic_id=clinic_id, message_id=message_id).first()
    if step is None:
        return None
    run = Run.objects.get(clinic_id=clinic_id, id=step.run_id)
    return StepView(run.plan, run.version, step.step, step.at, run.anchor_kind, run.anchor_id)
