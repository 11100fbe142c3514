"""Who waits for an earlier time, and the times that came free."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from recado.foundation.ids import new_id
from recado.foundation.tenancy import TenantModel

from .waves import ALL_DAYS, DAY_END


class WaitEntry(TenantModel):
    """One person who waits for a time: what for, and when they can come (`waves.Wish`)."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    patient_id = models.UUIDField()
    visit_id = models.UUIDField(null=True)  # the visit they would give up
    clinician = models.CharField(max_length=120, default="")
    service = models.CharField(max_length=120, default="")
    site = models.CharField(max_length=120, default="")
    days = models.SmallIntegerField(default=ALL_DAYS)
    from_minute = models.SmallIntegerField(default=0)
    to_minute = models.SmallIntegerField(default=DAY_END)
    notice = models.DurationField()
    is_urgent = models.BooleanField(default=False)
    until = models.DateField(null=True)  # the last day that is any use to them
    not_on = models.DateField(null=True)  # a day on which they want to be asked no more
    joined_at = models.DateTimeField()
    joined_by = models.CharField(max_length=16)  # an ActorKind
    state = models.CharField(max_length=8, default="waiting")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["clinic_id", "patient_id"], condition=models.Q(state="waiting"), name="appointments_wait_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "filled", "left"]), name="appointments_wait_state"
            ),
        )


class FreedTime(TenantModel):
    """A time that came free when a visit was cancelled or moved away, and what became of it."""

    grants = {"app": "SELECT, INSERT, UPDATE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    visit_id = models.UUIDField()  # the one that was cancelled, or has another time by now
    starts_at = models.DateTimeField()
    duration = models.DurationField(null=True)
    clinician = models.CharField(max_length=120, default="")
    service = models.CharField(max_length=120, default="")
    site = models.CharField(max_length=120, default="")
    calendars = ArrayField(models.BigIntegerField(), default=list, db_default=[])  # claims.Kept: with its room
    takes = models.DurationField(null=True)
    freed_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="offering")  # types.FreedState
    offer_id = models.UUIDField(null=True)
    wave_ends_at = models.DateTimeField(null=True)  # when the next wave is due
    filled_by = models.UUIDField(null=True)  # the patient
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=8, default="", db_default="", blank=True)  # types.WhyEnded

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["clinic_id", "visit_id", "starts_at"],
                condition=models.Q(state="offering"),
                name="appointments_freed_time_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["offering", "filled", "nobody", "too_late", "taken_back"]),
                name="appointments_freed_state",
            ),
        )
        indexes = (
            models.Index(fields=["clinic_id", "freed_at"], name="appointments_freed_when"),
            models.Index(fields=["wave_ends_at"], condition=models.Q(state="offering"), name="appointments_freed_due"),
        )
