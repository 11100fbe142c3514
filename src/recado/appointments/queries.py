"""What is in the calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from .models import Appointment, Change
from .types import ChangeKind, VisitState, VisitView


def is_new_source(clinic_id: UUID, source: str) -> bool:
    """True until a visit from this source has been recorded. Call it inside `clinic_scope`."""
    return not Appointment.objects.filter(clinic_id=clinic_id, source=source).exists()


def visits_called(clinic_id: UUID, external_id: str) -> list[VisitView]:
    """The visits that sources call by this id: one, unless two sources use the same. Call it inside `clinic_scope`."""
    rows = Appointment.objects.filter(clinic_id=clinic_id, external_id=external_id).order_by("-updated_at")
    return [_view(row) for row in rows]


def visits_of(clinic_id: UUID, patient_ids: Sequence[UUID]) -> list[VisitView]:
    """The visits of these patients, the next first. Call it inside `clinic_scope`; the caller audits."""
    rows = Appointment.objects.filter(clinic_id=clinic_id, patient_id__in=list(patient_ids)).order_by("starts_at", "id")
    return [_view(row) for row in rows]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One line of a visit's story."""

    appointment_id: UUID
    at: datetime
    kind: ChangeKind
    starts_at: datetime | None
    was_at: datetime | None
    actor_kind: str
    actor_ref: str


def story(clinic_id: UUID, visit_ids: Sequence[UUID]) -> list[ChangeView]:
    """What happened to these visits, newest first. Call it inside `clinic_scope`."""
    rows = Change.objects.filter(clinic_id=clinic_id, appointment_id__in=list(visit_ids)).order_by("-at", "-id")
    return [
        ChangeView(
            row.appointment_id, row.at, ChangeKind(row.kind), row.starts_at, row.was_at, row.actor_kind, row.actor_ref
        )
        for row in rows
    ]


def _view(row: Appointment) -> VisitView:
    return VisitView(
        id=row.id,
        external_id=row.external_id,
        source=row.source,
        patient_id=row.patient_id,
        starts_at=row.starts_at,
        duration=row.duration,
        clinician=row.clinician,
        service=row.service,
        site=row.site,
        state=VisitState(row.state),
        wants_another_time=row.wants_another_time,
        revision=row.revision,
    )
