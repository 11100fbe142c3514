"""Addresses of other systems, what they are to be told, and each try."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from recado.foundation.ids import new_id
from recado.foundation.tenancy import TenantModel


class Endpoint(TenantModel):
    """An address that the clinic has calls made to. Address and secret are sealed: many addresses hold a secret of their own.

    `old_secret_ct` signs beside the new one until `old_secret_until`. `failures` in a row; `rests_until`: nothing is tried before.
    """

    grants = {"app": "SELECT, INSERT, UPDATE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=60)
    url_ct = models.BinaryField()
    secret_ct = models.BinaryField()
    old_secret_ct = models.BinaryField(null=True)
    old_secret_until = models.DateTimeField(null=True)
    tells = ArrayField(models.CharField(max_length=16), default=list)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    rests_until = models.DateTimeField(null=True)
    last_ok_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["clinic_id", "ended_at"], name="webhooks_endpoint_clinic"),)


class Call(TenantModel):
    """One call, written in the transaction that asks for it. `due` is moved behind the try while one is under way, so that a
    crash brings it back; `attempts` tells a try that came too late from the one that counts. `since`: patience counts from here."""

    grants = {"app": "SELECT, INSERT, UPDATE", "maintenance": "SELECT, DELETE"}

    id = models.UUIDField(primary_key=True, default=new_id)
    endpoint_id = models.UUIDField()
    ref = models.CharField(max_length=120)
    kind = models.CharField(max_length=24)
    is_test = models.BooleanField()
    patient_id = models.UUIDField(null=True)
    body_ct = models.BinaryField()
    state = models.CharField(max_length=12)
    attempts = models.IntegerField(default=0)
    due = models.DateTimeField()
    made_at = models.DateTimeField()
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["ref", "clinic_id"], name="webhooks_call_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "delivered", "given_up"]), name="webhooks_call_state"
            ),
        )
        indexes = (
            models.Index(
                fields=["endpoint_id", "-is_test", "due"],
                condition=models.Q(state="waiting"),
                name="webhooks_call_due",
            ),
            models.Index(fields=["clinic_id", "endpoint_id", "-id"], name="webhooks_call_log"),
            models.Index(fields=["ended_at"], name="webhooks_call_ended"),
        )


class Attempt(TenantModel):
    """One try of a call: insert-only. Of the answer nothing is kept but its status."""

    grants = {"app": "SELECT, INSERT", "maintenance": "SELECT, DELETE"}

    id = models.UUIDField(primary_key=True, default=new_id)
    call_id = models.UUIDField()
    at = models.DateTimeField()
    status = models.SmallIntegerField(null=True)
    trouble = models.CharField(max_length=16, default="")
    took_ms = models.IntegerField()

    class Meta:
        indexes = (
            models.Index(fields=["clinic_id", "call_id", "at"], name="webhooks_attempt_call"),
            models.Index(fields=["at"], name="webhooks_attempt_at"),
        )
