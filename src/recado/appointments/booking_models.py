"""Bookings by patients that are under way: codes for the booking page, and times offered by text."""

from django.db import models

from recado.foundation.ids import new_id
from recado.foundation.tenancy import TenantModel


class BookingTry(TenantModel):
    """Somebody chose a time on the clinic's booking page and typed a name and a number, where a code went. Nothing is booked
    until it comes back; two days later the row goes (`by_code.forget_old`)."""

    grants = {"app": "SELECT, INSERT, UPDATE", "maintenance": "SELECT, DELETE"}

    id = models.UUIDField(primary_key=True, default=new_id)
    phone_bi = models.BinaryField(max_length=16)
    phone_ct = models.BinaryField()
    name_ct = models.BinaryField()
    code_mac = models.BinaryField(max_length=16)
    language = models.CharField(max_length=8)
    service_id = models.UUIDField()
    calendar_id = models.BigIntegerField()
    starts_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["clinic_id", "asked_at"], name="appointments_try_asked"),)


class VisitChoice(TenantModel):
    """We asked which of several visits somebody means: what they had written is done to the one of the letter."""

    grants = {"app": "SELECT, INSERT", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    answer = models.CharField(max_length=8)  # change, cancel
    visits = models.JSONField()  # of each letter: id and revision
    wish = models.JSONField(null=True)  # when they would rather come
    asked_at = models.DateTimeField()


class NewVisitOffer(TenantModel):
    """Times for a visit that somebody asked for by text, with a letter each, or the services to choose from first. They are held
    for the patient for an hour; an answer counts longer, while the time is free."""

    grants = {"app": "SELECT, INSERT, UPDATE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    patient_id = models.UUIDField()
    language = models.CharField(max_length=8)
    service_id = models.UUIDField(null=True)  # none: it is what is asked
    choices = (
        models.JSONField()
    )  # of each letter: number of the calendar and moment as ISO 8601; or the id of a service
    wish = models.JSONField(null=True)  # when they would like to come
    asked_at = models.DateTimeField()
    visit_id = models.UUIDField(null=True)  # what was booked
    booked = models.CharField(max_length=1, default="")  # by which letter

    class Meta:
        indexes = (models.Index(fields=["clinic_id", "patient_id"], name="appointments_new_visit_of"),)


class TimeOffer(TenantModel):
    """Other times for one visit, sent by text with a letter each. They are held until `held_until`; an answer counts longer,
    while the time is free."""

    grants = {"app": "SELECT, INSERT, UPDATE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    visit_id = models.UUIDField()
    revision = models.IntegerField()  # of the visit: once it has moved otherwise, no letter moves it
    service_id = models.UUIDField()
    slots = models.JSONField()  # of each letter: number of the calendar, moment as ISO 8601
    asked_at = models.DateTimeField()
    held_until = models.DateTimeField()
    state = models.CharField(max_length=8, default="open")  # bookable.TimeOfferState

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "lapsed", "chosen", "over"]), name="appointments_times_state"
            ),
        )
        indexes = (
            models.Index(fields=["clinic_id", "visit_id"], name="appointments_times_visit"),
            models.Index(fields=["held_until"], condition=models.Q(state="open"), name="appointments_times_due"),
        )
