"""Care events and their story."""

from django.db import models

from recado.foundation.ids import new_id
from recado.foundation.tenancy import TenantModel


class Event(TenantModel):
    """One dated fact about a patient. `revision` goes up when its time changes; `source_mac` is a keyed hash of what the
    source last said: the same word twice changes nothing."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=64)
    external_id = models.CharField(max_length=128)
    patient_id = models.UUIDField()
    at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=16)
    answer = models.CharField(max_length=16, default="")  # the last one, since the event was last set
    revision = models.IntegerField(default=1)
    detail_ct = models.BinaryField()  # kinds.to_json, sealed: it tells of health or money
    source_mac = models.BinaryField(max_length=16)
    said_ct = models.BinaryField(null=True)  # of a delay told more than once: delays.Said of each time, sealed
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["clinic_id", "source", "kind", "external_id"], name="care_events_event_external"
            ),
        )
        indexes = (
            models.Index(fields=["clinic_id", "patient_id", "at"], name="care_events_event_patient"),
            models.Index(fields=["clinic_id", "kind", "state", "at"], name="care_events_event_kind"),
        )


class Change(TenantModel):
    """What happened to an event, when and by whom: insert-only."""

    grants = {"app": "SELECT, INSERT", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    event_id = models.UUIDField()
    at = models.DateTimeField()
    state = models.CharField(max_length=16)  # what it came to
    answer = models.CharField(max_length=16, default="")  # by which answer of the patient
    actor_kind = models.CharField(max_length=16)
    actor_ref = models.CharField(max_length=64)

    class Meta:
        indexes = (models.Index(fields=["clinic_id", "event_id", "at"], name="care_events_change_of"),)
