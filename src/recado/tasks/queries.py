"""What waits for a person."""

from collections.abc import Iterable
from uuid import UUID

from .models import Task
from .types import TaskKind, TaskView


def open_tasks(clinic_id: UUID, *, limit: int = 200) -> list[TaskView]:
    """The open tasks of a clinic, the earliest due first. Call it inside `clinic_scope`."""
    rows = Task.objects.filter(clinic_id=clinic_id, done_at=None).order_by("due_at", "id")[:limit]
    return _views(rows)


def tasks_of(clinic_id: UUID, patient_id: UUID) -> list[TaskView]:
    """Every task about a patient, done ones too, the newest first. Call it inside `clinic_scope`; the caller audits."""
    return _views(Task.objects.filter(clinic_id=clinic_id, patient_id=patient_id).order_by("-raised_at", "-id"))


def _views(rows: Iterable[Task]) -> list[TaskView]:
    return [
        TaskView(
            id=row.id,
            kind=TaskKind(row.kind),
            patient_id=row.patient_id,
            subject_id=row.subject_id,
            due_at=row.due_at,
            raised_at=row.raised_at,
            done_at=row.done_at,
            detail=dict(row.detail),
        )
        for row in rows
    ]
