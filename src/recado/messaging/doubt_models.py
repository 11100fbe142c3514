"""The tables of what is not known of a text, or not yet: part of models.py, apart only for its length."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from recado.foundation.ids import new_id
from recado.foundation.tenancy import GlobalModel, TenantModel


class ReceiptUnmatched(GlobalModel):
    """A delivery report whose text we don't know yet: its answer was lost, or it isn't ours. Kept for a week, once settled."""

    global_reason = "a report that belongs to no known text; the app role can't reach it"
    grants = {"dispatch": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT, DELETE"}

    id = models.UUIDField(primary_key=True)
    carrier = models.SmallIntegerField()
    ref = models.CharField(max_length=80)
    state = models.CharField(max_length=12)
    error = models.CharField(max_length=40, default="")
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    to_ct = models.BinaryField()
    sender = models.CharField(max_length=20)
    message_reference = models.IntegerField(null=True)
    person_stopped = models.BooleanField(default=False, db_default=False)  # it tells of an opt-out with the carrier
    cost_amount = models.DecimalField(
        max_digits=14, decimal_places=6, null=True
    )  # as for ToldCost; null: it names none
    cost_currency = models.CharField(max_length=8, default="", db_default="")
    settled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24, default="")

    class Meta:
        indexes = (models.Index(fields=["id"], condition=models.Q(settled_at=None), name="messaging_unmatched_new"),)


class Lookup(TenantModel):
    """An uncertain text that its carrier is asked about before its purpose's rule decides (lookups.py)."""

    grants = {"app": "SELECT", "dispatch": "SELECT, INSERT, UPDATE", "maintenance": "SELECT"}

    pk = models.CompositePrimaryKey("clinic_id", "message")
    message = models.UUIDField()
    carrier = models.SmallIntegerField()
    purpose = models.SmallIntegerField()
    at = models.DateTimeField()  # business time at which it became uncertain, and why: as its event and incident say
    reason = models.CharField(max_length=40)
    since = models.DateTimeField()  # real time: not handed over before
    next_at = models.DateTimeField()  # real time of the next question
    tries = models.SmallIntegerField()
    outcome = models.CharField(max_length=12)  # found, told (by a receipt), not_there, cannot_tell, nobody_asked
    heard_at = models.DateTimeField(null=True)  # business time of the last answer
    settled_at = models.DateTimeField(null=True)  # real time

    class Meta:
        indexes = (
            models.Index(
                fields=["carrier", "next_at"], condition=models.Q(settled_at=None), name="messaging_lookup_open"
            ),
            models.Index(fields=["message"], name="messaging_lookup_message"),
        )


class Part(TenantModel):
    """A part of a long text on a carrier that reports on each (part_receipts.py)."""

    grants = {"app": "SELECT", "dispatch": "SELECT, INSERT, UPDATE", "maintenance": "SELECT"}

    pk = models.CompositePrimaryKey("clinic_id", "message", "number")
    message = models.UUIDField()
    number = models.SmallIntegerField()  # from 1
    total = models.SmallIntegerField()
    carrier = models.SmallIntegerField()
    ref = models.CharField(max_length=80)
    kind = models.SmallIntegerField(
        null=True
    )  # of types.EventKind: delivered, failed, expired; null: nothing final yet
    at = models.DateTimeField(null=True)  # business time at which that was said
    reason = models.CharField(max_length=40, default="", db_default="")

    class Meta:
        indexes = (models.Index(fields=["carrier", "ref"], name="messaging_part_ref"),)


class ToldCost(TenantModel):
    """What a text costs by its carrier's own word (told_costs.py)."""

    grants = {"app": "SELECT", "dispatch": "SELECT, INSERT, UPDATE", "maintenance": "SELECT"}

    pk = models.CompositePrimaryKey("clinic_id", "message")
    message = models.UUIDField()
    carrier = models.SmallIntegerField()
    amount = models.DecimalField(max_digits=14, decimal_places=6)  # of all its parts together
    currency = models.CharField(
        max_length=8, default="", db_default=""
    )  # as the carrier names it; empty: it names none
    at = models.DateTimeField()  # business time


class MovedText(TenantModel):
    """A text that has gone over to another carrier, or went once more because it was uncertain: what it leaves from now, and who has
    refused it before. Its message's own row is never updated."""

    grants = {"app": "SELECT", "dispatch": "SELECT, INSERT, UPDATE", "maintenance": "SELECT"}

    pk = models.CompositePrimaryKey("clinic_id", "message")
    message = models.UUIDField()
    carrier = models.SmallIntegerField()
    sender = models.TextField()
    tried = models.TextField(null=True)  # as in the outbox: dispatch/answers.py
    left_from = ArrayField(models.TextField(), null=True)  # where it was uncertain: it may have left from there as well


class StaleText(TenantModel):
    """A text that was on its way to a carrier when what it goes by changed (anew.py). If the carrier doesn't take it, it is not put
    again: the worker has it written anew."""

    grants = {"app": "SELECT, INSERT, DELETE", "dispatch": "SELECT", "maintenance": "SELECT"}

    pk = models.CompositePrimaryKey("clinic_id", "message")
    message = models.UUIDField()
    at = models.DateTimeField()  # real time


class Incident(TenantModel):
    """A moment at which texts of a clinic became uncertain: one task comes of it, not one for each text."""

    grants = {"app": "SELECT, UPDATE", "dispatch": "SELECT, INSERT", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    carrier = models.SmallIntegerField()
    at = models.DateTimeField()
    reason = models.CharField(max_length=40)
    texts = models.IntegerField()
    taken_at = models.DateTimeField(null=True)
