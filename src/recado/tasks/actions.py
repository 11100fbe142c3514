"""Raise and finish tasks."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from recado.foundation import audit, business_time
from recado.foundation.actors import Actor
from recado.foundation.audit import AuditLine

from .models import Task
from .types import TaskKind


def raise_task(
    *,
    clinic_id: UUID,
    kind: TaskKind,
    source: str,
    by: Actor,
    patient_id: UUID | None = None,
    subject_id: UUID | None = None,
    due_at: datetime | None = None,
    detail: Mapping[str, object] | None = None,
) -> bool:
    """Raises a task once for its kind and source. Returns False when it stood already. Call it inside `clinic_scope`."""
    now = business_time.now()
    with transaction.atomic():
        task, is_new = Task.objects.get_or_create(
            clinic_id=clinic_id,
            kind=kind,
            source=source,
            defaults={
                "patient_id": patient_id,
                "subject_id": subject_id,
                "due_at": due_at or now,
                "raised_at": now,
                "detail": dict(detail or {}),
            },
        )
        if is_new:
            audit.record(
                clinic_id=clinic_id,
                by=by,
                action="task.raise",
                patient_id=patient_id,
                subject=f"task:{task.id}",
                detail={"kind": kind},
            )
    return is_new


def finish(*, clinic_id: UUID, kind: TaskKind, sources: Collection[str], by: Actor) -> int:
    """Finishes the open tasks that these raised. Returns how many. Call it inside `clinic_scope`."""
    return _set_done(clinic_id, kind, sources, business_time.now(), by)


def reopen(*, clinic_id: UUID, kind: TaskKind, sources: Collection[str], by: Actor) -> int:
    """Takes that back. Returns how many. Call it inside `clinic_scope`."""
    return _set_done(clinic_id, kind, sources, None, by)


def _set_done(clinic_id: UUID, kind: TaskKind, sources: Collection[str], done_at: datetime | None, by: Actor) -> int:
    action = "task.finish" if done_at else "task.reopen"
    with transaction.atomic():
        rows = Task.objects.select_for_update().filter(
            clinic_id=clinic_id, kind=kind, source__in=list(sources), done_at__isnull=done_at is not None
        )
        found = list(rows.values_list("id", "patient_id"))
        Task.objects.filter(clinic_id=clinic_id, id__in=[task for task, _ in found]).update(done_at=done_at)
        audit.record_many(
            [
                AuditLine(clinic_id, by, action, patient, f"task:{task}", detail={"kind": kind})
                for task, patient in found
            ]
        )
    return len(found)
