"""What is kept of how carriers are: their connections, states and balances, and which a clinic holds."""

from django.db import models

from recado.foundation.ids import new_id
from recado.foundation.tenancy import GlobalModel, TenantModel


class SenderRegistration(models.Model):
    """What stands of a sender in a country's register, and what its carrier wants said to stop news from it.

    Without a clinic it is for everybody's texts: every clinic reads it, only the operator's own connection writes it."""

    grants = {
        "app": "SELECT, INSERT, UPDATE, DELETE",
        "dispatch": "SELECT",
        "maintenance": "SELECT, INSERT, UPDATE, DELETE",
    }
    tenant_column = "clinic_id"
    read_by_every_clinic = "clinic_id IS NULL"

    id = models.UUIDField(primary_key=True, default=new_id)
    clinic_id = models.UUIDField(null=True)
    sender = models.CharField(max_length=20)
    country = models.CharField(max_length=2)
    register = models.CharField(max_length=80, default="")
    reference = models.CharField(max_length=80, default="")  # the register's own id; empty: it is not registered
    since = models.DateField(null=True)
    stop_text = models.CharField(max_length=60, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["clinic_id", "sender", "country"], nulls_distinct=False, name="messaging_sender_once"
            ),
        )


class CarrierHold(TenantModel):
    """A carrier that takes none of a clinic's texts: they leave by another where a route has one, or wait."""

    grants = {"app": "SELECT, INSERT, DELETE", "dispatch": "SELECT", "maintenance": "SELECT, INSERT, DELETE"}

    id = models.UUIDField(primary_key=True, default=new_id)
    carrier = models.SmallIntegerField()
    since = models.DateTimeField()
    by_kind = models.TextField()
    by_ref = models.TextField(default="", db_default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id", "carrier"], name="messaging_hold_once"),)


class CarrierLink(GlobalModel):
    """One connection to a carrier as its dispatcher last saw it: written every few seconds, never for a text."""

    global_reason = "a connection serves every clinic; names nobody"
    grants = {"app": "SELECT", "dispatch": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    pk = models.CompositePrimaryKey("carrier", "worker", "number")
    carrier = models.SmallIntegerField()
    worker = models.TextField()
    number = models.SmallIntegerField()
    at = models.DateTimeField()  # of this word; real time, as all of them
    kind = models.CharField(max_length=16)
    health = models.CharField(max_length=12)
    since = models.DateTimeField()
    window = models.IntegerField()
    most = models.IntegerField()
    under_way = models.IntegerField()
    rate = models.FloatField(null=True)
    trouble = models.CharField(max_length=60)
    trouble_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    unheard_since = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)


class CarrierChange(GlobalModel):
    """A carrier came or went. Kept for a month."""

    global_reason = "a carrier's states; names nobody"
    grants = {"app": "SELECT", "dispatch": "SELECT, INSERT, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    carrier = models.SmallIntegerField()
    at = models.DateTimeField()  # real time
    state = models.CharField(max_length=16)  # as the account's, or silent: no dispatcher ran
    reason = models.CharField(max_length=60, default="", db_default="")

    class Meta:
        indexes = (models.Index(fields=["carrier", "at"], name="messaging_change_at"),)


class CarrierBalance(GlobalModel):
    """What was left with a carrier at a moment, as it said. Kept for a week: the pace is told from it."""

    global_reason = "the installation's own accounts; names nobody"
    grants = {"app": "SELECT", "dispatch": "SELECT, INSERT, DELETE", "maintenance": "SELECT"}

    pk = models.CompositePrimaryKey("carrier", "at")
    carrier = models.SmallIntegerField()
    at = models.DateTimeField()  # real time
    amount = models.DecimalField(max_digits=20, decimal_places=6)
    currency = models.CharField(max_length=12, default="", db_default="")  # empty: counted in credits
