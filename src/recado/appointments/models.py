"""Visits and their story."""

from django.db import models

from recado.foundation.ids import new_id
from recado.foundation.tenancy import TenantModel

from .waitlist_models import FreedTime as FreedTime
from .waitlist_models import WaitEntry as WaitEntry


class Appointment(TenantModel):
    """One visit. `revision` goes up with each move, so that steps planned for the old time can be told apart;
    `source_mac` is a keyed hash of what the source last said: an answer from the patient is not undone by a
    file that has not changed."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    source = models.CharField(max_length=64)
    external_id = models.CharField(max_length=128)
    patient_id = models.UUIDField()
    starts_at = models.DateTimeField()
    duration = models.DurationField(null=True)
    clinician = models.CharField(max_length=120, default="")
    service = models.CharField(max_length=120, default="")
    site = models.CharField(max_length=120, default="")
    state = models.CharField(max_length=12)
    source_status = models.CharField(max_length=12)
    answer = models.CharField(max_length=12, default="")  # what the patient last answered, since the visit was last set
    wants_another_time = models.BooleanField(default=False)
    revision = models.IntegerField(default=1)
    source_mac = models.BinaryField(max_length=16)
    booked_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["clinic_id", "source", "external_id"], name="appointments_external"),
            models.CheckConstraint(
                condition=models.Q(state__in=["booked", "confirmed", "cancelled", "arrived", "missed", "finished"]),
                name="appointments_state",
            ),
        )
        indexes = (
            models.Index(fields=["clinic_id", "starts_at"], name="appointments_day"),
            models.Index(fields=["clinic_id", "patient_id", "starts_at"], name="appointments_patient"),
        )


class Change(TenantModel):
    """What happened to a visit, when and by whom: insert-only. An import that is taken back takes its lines with it."""

    grants = {"app": "SELECT, INSERT, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    appointment_id = models.UUIDField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=12)
    starts_at = models.DateTimeField(null=True)
    was_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=16, default="", db_default="")  # why staff cancelled, a code
    actor_kind = models.CharField(max_length=16)
    actor_ref = models.CharField(max_length=64)

    class Meta:
        indexes = (models.Index(fields=["clinic_id", "appointment_id", "at"], name="appointments_change_visit"),)


class Brought(TenantModel):
    """What one import did to one visit: as it was before (null: it was not there), so that it can be taken back.

    Holds what `Appointment` holds, and goes a week after the import."""

    grants = {"app": "SELECT, INSERT, DELETE", "maintenance": "SELECT, DELETE"}

    id = models.UUIDField(primary_key=True, default=new_id)
    run_id = models.UUIDField()
    at = models.DateTimeField(help_text="Real time")
    appointment_id = models.UUIDField()
    patient_id = models.UUIDField()
    is_new_person = models.BooleanField()
    was = models.JSONField(null=True)
    became_mac = models.BinaryField(max_length=16)

    class Meta:
        indexes = (models.Index(fields=["clinic_id", "run_id", "appointment_id"], name="appointments_brought_of_run"),)
