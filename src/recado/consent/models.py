"""Withdrawals, permissions and the ledger that proves them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from recado.foundation.ids import new_id
from recado.foundation.tenancy import TenantModel


class Withdrawal(TenantModel):
    """In force now: nothing of this group to this number of this clinic on this channel, and on no other. Read by the claim of
    every text."""

    grants = {"app": "SELECT, INSERT, DELETE", "dispatch": "SELECT, INSERT", "maintenance": "SELECT"}

    pk = models.CompositePrimaryKey("clinic_id", "phone_bi", "purpose_group", "channel")
    phone_bi = models.BinaryField(max_length=16)
    purpose_group = models.SmallIntegerField()
    at = models.DateTimeField()
    channel = models.CharField(max_length=8, default="sms", db_default="sms")


class Permission(TenantModel):
    """In force now: this person has agreed to messages of this group on this channel."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    pk = models.CompositePrimaryKey("clinic_id", "patient_id", "purpose_group", "channel")
    patient_id = models.UUIDField()
    purpose_group = models.SmallIntegerField()
    at = models.DateTimeField()
    channel = models.CharField(max_length=8, default="sms", db_default="sms")


class NumberPermission(TenantModel):
    """In force now: whoever holds this number has agreed to messages of this group on this channel: as another system tells (API), or by
    themselves (a keyword, the page to join). It holds for every text to that number."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    pk = models.CompositePrimaryKey("clinic_id", "phone_bi", "purpose_group", "channel")
    phone_bi = models.BinaryField(max_length=16)
    purpose_group = models.SmallIntegerField()
    at = models.DateTimeField()
    source = models.CharField(max_length=60)
    said_at = models.DateTimeField()
    text_version = models.CharField(max_length=60)
    channel = models.CharField(max_length=8, default="sms", db_default="sms")


class WrongNumber(TenantModel):
    """In force now: this number does not belong to this patient. Nothing about them goes there."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    pk = models.CompositePrimaryKey("clinic_id", "patient_id", "phone_bi")
    patient_id = models.UUIDField()
    phone_bi = models.BinaryField(max_length=16)
    at = models.DateTimeField()


class PrivacyChoice(TenantModel):
    """In force now: how much a text to this person may say by a channel (types.Privacy). No row: they have not chosen."""

    grants = {"app": "SELECT, INSERT, UPDATE", "maintenance": "SELECT"}

    pk = models.CompositePrimaryKey("clinic_id", "patient_id", "channel")
    patient_id = models.UUIDField()
    channel = models.CharField(max_length=8, default="sms", db_default="sms")
    level = models.SmallIntegerField()
    phone_bi = models.BinaryField(max_length=16, null=True)  # of clinical words: the phone at which they were agreed to
    at = models.DateTimeField()


class Wish(TenantModel):
    """In force now: what whoever holds this number asked for. Nobody who asked for nothing has a row."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    pk = models.CompositePrimaryKey("clinic_id", "phone_bi")
    phone_bi = models.BinaryField(max_length=16)
    opens = models.TimeField(null=True)  # by the clinic's clock; both or none
    closes = models.TimeField(null=True)
    is_shared = models.BooleanField(default=False, db_default=False)
    at = models.DateTimeField()


class Carer(TenantModel):
    """Somebody who is told in place of a patient: a parent, a partner. With `carer_id` another patient of the clinic, whose
    name, phone and language are theirs; without, all three stand here."""

    grants = {"app": "SELECT, INSERT, UPDATE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    patient_id = models.UUIDField()
    carer_id = models.UUIDField(null=True)
    name_ct = models.BinaryField(null=True)
    phone_ct = models.BinaryField(null=True)
    phone_bi = models.BinaryField(max_length=16, null=True)
    language = models.CharField(max_length=8, default="")
    relation = models.CharField(max_length=12)  # as `types.Relation`
    groups = ArrayField(models.SmallIntegerField())
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["clinic_id", "patient_id"], condition=models.Q(ended_at=None), name="consent_carer_patient"
            ),
        )


class Paper(TenantModel):
    """A signed form as it was scanned: proof of the ledger's entry of the same id. Kept encrypted, never changed."""

    grants = {"app": "SELECT, INSERT", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True)
    patient_id = models.UUIDField()
    media = models.CharField(max_length=16)
    body_ct = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["clinic_id", "patient_id"], name="consent_paper_patient"),)


class LedgerEntry(TenantModel):
    """What was said about permission, when, how and to whom: insert-only, the proof."""

    grants = {
        "app": "SELECT, INSERT",
        "dispatch": "SELECT (clinic_id, phone_bi, channel, kind, at, purpose_groups), INSERT",
        "maintenance": "SELECT",
    }

    id = models.UUIDField(primary_key=True, default=new_id)
    at = models.DateTimeField()
    kind = models.CharField(max_length=16)  # as `queries.KINDS`
    how = models.CharField(max_length=16)  # as `types.HOWS`
    channel = models.CharField(max_length=8, default="sms", db_default="sms")
    patient_id = models.UUIDField(null=True)
    phone_bi = models.BinaryField(max_length=16, null=True)
    purpose_groups = models.JSONField(default=list)
    actor_kind = models.CharField(max_length=16)
    actor_ref = models.CharField(max_length=64)
    source = models.CharField(max_length=60, default="", db_default="")  # of api: where the person said it,
    said_at = models.DateTimeField(null=True)  # when, where that was before it was noted,
    text_version = models.CharField(max_length=60, default="", db_default="")  # and to which wording
    words_ct = models.BinaryField(null=True)  # what they said, as staff noted it

    class Meta:
        indexes = (
            models.Index(fields=["clinic_id", "phone_bi", "at"], name="consent_ledger_phone"),
            models.Index(fields=["clinic_id", "patient_id", "at"], name="consent_ledger_patient"),
        )
