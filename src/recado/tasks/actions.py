"""Raise and finish tasks."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from recado.foundation import audit, business_time
from recado.foundation.actors import Actor

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
