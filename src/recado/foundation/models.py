"""Tables that everything stands on: keys, audit, the business clock."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from recado.foundation.ids import new_id
from recado.foundation.tenancy import GlobalModel, TenantModel


class DataKey(TenantModel):
    """A clinic's key, wrapped by a master key of the key file. Deleting a clinic's rows shreds all it has."""

    pk = models.CompositePrimaryKey("clinic_id", "kind", "number")
    kind = models.TextField(choices=[("data", "seals values"), ("index", "makes blind indexes and name tokens")])
    number = models.IntegerField()
    wrapped = models.BinaryField()
    seals_from = models.DateTimeField(
        help_text="Real time from which the newest key seals: later than it was made, so that every process has it."
    )
    made_at = models.DateTimeField(db_default=Now())

    grants = {"app": "SELECT, INSERT", "dispatch": "SELECT", "maintenance": "SELECT, INSERT, UPDATE (wrapped), DELETE"}

    class Meta:
        constraints = [
            models.CheckConstraint(name="data_key_kind", condition=models.Q(kind__in=["data", "index"])),
            models.CheckConstraint(name="data_key_number", condition=models.Q(number__gte=1)),
        ]


class AuditEvent(TenantModel):
    """Who did what to whom, when, why and from where. Only ever added to. No personal data but ids.

    The id is a uuidv7 and not a sequence: the gaps of a shared sequence would tell one clinic how much the others do.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    at = models.DateTimeField(db_default=Now())
    actor_kind = models.TextField()
    actor_ref = models.TextField(db_default="", default="")
    action = models.TextField(help_text="Room and verb: appointments.book")
    patient_id = models.UUIDField(null=True)
    subject = models.TextField(db_default="", default="", help_text="Kind and id of the thing: appointment 0192...")
    reason = models.TextField(db_default="", default="")
    result = models.TextField(db_default="done", default="done", help_text="done, allowed, refused, to_review")
    origin = models.TextField(db_default="", default="", help_text="Network address, or empty")
    request_id = models.TextField(db_default="", default="")
    detail = models.JSONField(db_default={}, default=dict)

    grants = {"app": "SELECT, INSERT", "dispatch": "INSERT", "maintenance": "SELECT, INSERT"}

    class Meta:
        indexes = [
            models.Index(
                fields=["clinic_id", "patient_id", "id"],
                name="audit_of_patient",
                condition=models.Q(patient_id__isnull=False),
            ),
        ]


class UnsealedEvent(TenantModel):
    """Audit events that wait for their seal; written by a trigger, taken away by the seal.

    So a seal takes what has been committed, whatever the order of commits, and a dump that is restored elsewhere goes
    on where it was (a horizon of transaction numbers would not: they begin anew in another server).
    """

    pk = models.CompositePrimaryKey("clinic_id", "event_id")
    event_id = models.UUIDField()

    grants = {"app": "INSERT", "dispatch": "INSERT", "maintenance": "SELECT, INSERT, DELETE"}


class AuditSeal(TenantModel):
    """One link of a clinic's chain: `digest = sha256(previous || number || prints)`, a print per event in `events`' order."""

    pk = models.CompositePrimaryKey("clinic_id", "number")
    number = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())
    events = ArrayField(models.UUIDField())
    prints = models.BinaryField(help_text="32 bytes an event, so that a changed one can be named")
    previous = models.BinaryField()
    digest = models.BinaryField()

    grants = {"app": "SELECT", "maintenance": "SELECT, INSERT"}


class BusinessClock(GlobalModel):
    """One row: how far business time is ahead of real time. Zero, unless a demo's time machine moved it."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    ahead = models.DurationField(default=timedelta(0))

    grants = {"app": "SELECT, UPDATE (ahead)", "dispatch": "SELECT", "maintenance": "SELECT"}
    global_reason = "one clock for every process of the installation; it holds a duration and nothing else"

    class Meta:
        db_table = "foundation_clock"
        constraints = [
            models.CheckConstraint(name="clock_one_row", condition=models.Q(id=1)),
            models.CheckConstraint(name="clock_not_behind", condition=models.Q(ahead__gte=timedelta(0))),
        ]
