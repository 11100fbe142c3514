"""Visits and their story."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, BigIntegerRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Lower

from recado.foundation.ids import new_id
from recado.foundation.tenancy import TenantModel

from .booking_models import BookingTry as BookingTry
from .booking_models import NewVisitOffer as NewVisitOffer
from .booking_models import TimeOffer as TimeOffer
from .waitlist_models import FreedTime as FreedTime
from .waitlist_models import WaitEntry as WaitEntry

LONGEST = 24 * 60  # minutes that one row of `Taken` may cover


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
    clinician_was = models.CharField(max_length=120, null=True)  # at first in this revision, where that has changed
    service = models.CharField(max_length=120, default="")
    site = models.CharField(max_length=120, default="")
    state = models.CharField(max_length=12)
    source_status = models.CharField(max_length=12)
    answer = models.CharField(max_length=12, default="")  # what the patient last answered, since the visit was last set
    wants_another_time = models.BooleanField(default=False)
    revision = models.IntegerField(default=1)
    source_mac = models.BinaryField(max_length=16)
    known_at = models.DateTimeField(
        null=True
    )  # when its source told of it as it stands; null: not since it was moved here
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
    reason = models.CharField(
        max_length=16, default="", db_default=""
    )  # why it was cancelled, a code; minutes of who is late
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


class Calendar(TenantModel):
    """What can be in one place at a time: a clinician, or a room. Visits of other systems meet it by the clinician's name.

    `id` is a number of the whole installation: with it, `Taken.span` needs no second column.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=120)
    week = models.JSONField(null=True)  # as `Clinic.opening_hours`; null: whenever the clinic is open
    closed_at = models.DateTimeField(null=True)

    grants = {"app": "SELECT, INSERT, UPDATE (name, week, closed_at)"}

    class Meta:
        constraints = (
            models.UniqueConstraint("clinic_id", "kind", Lower("name"), name="appointments_calendar_name"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["clinician", "room"]), name="appointments_calendar_kind"
            ),
        )


class DayOff(TenantModel):
    """Days on which a clinician is away, or a room can't be used; both ends belong to them."""

    id = models.UUIDField(primary_key=True, default=new_id)
    calendar_id = models.BigIntegerField()
    first_day = models.DateField()
    last_day = models.DateField()

    grants = {"app": "SELECT, INSERT, DELETE"}

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(first_day__lte=models.F("last_day")), name="appointments_dayoff_order"
            ),
        )
        indexes = (models.Index(fields=["clinic_id", "calendar_id", "last_day"], name="appointments_dayoff_days"),)


class Service(TenantModel):
    """What visits are for. `rooms`: any one of them is needed; none: no room is kept."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=120)
    minutes = models.SmallIntegerField()
    buffer = models.SmallIntegerField()  # minutes behind the visit that nobody can book
    by_link = models.BooleanField()
    by_anyone = models.BooleanField(default=False, db_default=False)
    is_usual = models.BooleanField(default=False, db_default=False)
    clinicians = ArrayField(models.BigIntegerField())
    rooms = ArrayField(models.BigIntegerField())
    closed_at = models.DateTimeField(null=True)

    grants = {
        "app": "SELECT, INSERT, UPDATE (name, minutes, buffer, by_link, by_anyone, is_usual, clinicians, rooms, closed_at)"
    }

    class Meta:
        constraints = (
            models.UniqueConstraint("clinic_id", Lower("name"), name="appointments_service_name"),
            models.CheckConstraint(
                condition=models.Q(minutes__range=(5, 480), buffer__range=(0, 240)), name="appointments_service_length"
            ),
        )


class Taken(TenantModel):
    """A time of a calendar that is taken: by a visit that was booked or moved here, or held for a few minutes.

    The database refuses two that overlap (docs/adr/0028-no-time-is-booked-twice.md). Minutes are those since 1970, `until`
    is free again. `span` is calendar * 10^9 + minute: one gist index serves every calendar, with no extension. It guards and
    is not read by: row security lets no index answer an operator that could leak. A visit that other systems tell of has no
    row: two of them may overlap, and stand as they do there.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    calendar_id = models.BigIntegerField()
    minute = models.BigIntegerField()
    until = models.BigIntegerField()
    span = models.GeneratedField(
        expression=models.Func(
            models.F("calendar_id") * 1_000_000_000 + models.F("minute"),
            models.F("calendar_id") * 1_000_000_000 + models.F("until"),
            function="int8range",
        ),
        output_field=BigIntegerRangeField(),
        db_persist=True,
    )
    appointment_id = models.UUIDField(null=True)
    held_for = models.UUIDField(null=True)  # a visit, or who books it
    expires_at = models.DateTimeField(null=True)
    is_off = models.BooleanField(default=False)  # the visit is cancelled: it may take its time back while that is free

    grants = {"app": "SELECT, INSERT, UPDATE (is_off), DELETE"}

    class Meta:
        constraints = (
            ExclusionConstraint(
                name="appointments_taken_once",
                expressions=[("span", RangeOperators.OVERLAPS)],
                condition=models.Q(is_off=False),
            ),
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("minute"), until__lte=models.F("minute") + LONGEST),
                name="appointments_taken_length",
            ),
            models.CheckConstraint(
                condition=models.Q(appointment_id__isnull=False)
                | models.Q(held_for__isnull=False, expires_at__isnull=False),
                name="appointments_taken_by",
            ),
        )
        indexes = (
            models.Index(fields=["clinic_id", "calendar_id", "minute"], name="appointments_taken_when"),
            models.Index(fields=["clinic_id", "appointment_id"], name="appointments_taken_visit"),
            models.Index(
                fields=["clinic_id", "held_for"],
                condition=models.Q(held_for__isnull=False),
                name="appointments_taken_held",
            ),
        )
