"""What a person must do."""

from django.db import models

from recado.foundation.ids import new_id
from recado.foundation.tenancy import TenantModel


class Task(TenantModel):
    """One thing that waits for a person. `source` is what raised it; raising it twice changes nothing."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=24)
    patient_id = models.UUIDField(null=True)
    subject_id = models.UUIDField(null=True)
    source = models.CharField(max_length=80)
    detail = models.JSONField(default=dict)  # counts and codes, never personal data
    due_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id", "kind", "source"], name="tasks_task_source"),)
        indexes = (
            models.Index(fields=["clinic_id", "done_at", "due_at"], name="tasks_task_open"),
            models.Index(fields=["clinic_id", "patient_id"], name="tasks_task_patient"),
        )


class CallTry(TenantModel):
    """Somebody of the clinic phoned a patient about a subject: when, and a code for what came of it. No free text. A try
    noted by mistake is marked, not deleted."""

    grants = {"app": "SELECT, INSERT, UPDATE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    subject_id = models.UUIDField()
    patient_id = models.UUIDField()
    at = models.DateTimeField()
    result = models.CharField(max_length=16)
    actor_ref = models.CharField(max_length=64)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["clinic_id", "subject_id", "at"], name="tasks_call_subject"),
            models.Index(fields=["clinic_id", "patient_id"], name="tasks_call_patient"),
        )
