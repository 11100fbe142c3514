"""People and how to reach them. Names, numbers and birth dates stand here only encrypted."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from recado.foundation.ids import new_id
from recado.foundation.tenancy import TenantModel


class Patient(TenantModel):
    """One person of one clinic. `identity_bi` is a keyed hash of the record number or, without one, of
    name, birth date and phone; `content_mac` tells without decryption whether an import brings a change.

    `birth_bi` finds people by birth date. Its index doesn't begin with the clinic: see 0002 on foreign keys, and a keyed
    hash is one clinic's anyway. `tokens` has no index: under row security PostgreSQL may not ask one whether an array holds
    others, as that operator is not leakproof, and each import would pay for it. `overruled_language`: a person of the clinic replaced it; a source that goes on telling it
    is not believed."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT, UPDATE (birth_bi)"}

    id = models.UUIDField(primary_key=True, default=new_id)
    identity_bi = models.BinaryField(max_length=16)
    content_mac = models.BinaryField(max_length=16)
    record_ct = models.BinaryField(null=True)
    name_ct = models.BinaryField()
    birth_ct = models.BinaryField(null=True)
    birth_bi = models.BinaryField(max_length=16, null=True)
    language = models.CharField(max_length=8)
    overruled_language = models.CharField(max_length=8, default="", db_default="")
    tokens = ArrayField(models.BigIntegerField(), default=list)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id", "identity_bi"], name="contacts_patient_identity"),)
        indexes = (models.Index(fields=["birth_bi"], name="contacts_patient_birth"),)


class Address(TenantModel):
    """A phone of a patient. The same number may belong to several (a mother and her children). Without a patient: a number
    that texts went to and that is nobody's on record; it goes when a patient with it is recorded.

    `last4_bi` finds people by the last four digits. `is_overruled`: a person of the clinic replaced it; a source that
    goes on telling it is not believed."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT, UPDATE (last4_bi)"}

    id = models.UUIDField(primary_key=True, default=new_id)
    patient_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=8, default="phone")
    value_ct = models.BinaryField()
    value_bi = models.BinaryField(max_length=16)
    last4_bi = models.BinaryField(max_length=16, null=True)
    is_current = models.BooleanField(default=True)
    is_overruled = models.BooleanField(default=False, db_default=False)
    since = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["clinic_id", "patient_id", "kind"],
                condition=models.Q(is_current=True),
                name="contacts_address_current",
            ),
            models.UniqueConstraint(
                fields=["clinic_id", "value_bi"],
                condition=models.Q(patient_id__isnull=True),
                name="contacts_address_nobodys",
            ),
        )
        indexes = (
            models.Index(fields=["clinic_id", "value_bi"], name="contacts_address_value"),
            models.Index(fields=["last4_bi"], name="contacts_address_last4"),
            models.Index(fields=["clinic_id", "patient_id"], name="contacts_address_patient"),
        )


class Change(TenantModel):
    """What a person of the clinic changed about a patient, when and who: insert-only, without the values."""

    grants = {"app": "SELECT, INSERT", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    patient_id = models.UUIDField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=16)  # phone_added, phone_replaced, phone_removed, language
    actor_kind = models.CharField(max_length=16)
    actor_ref = models.CharField(max_length=64)

    class Meta:
        indexes = (models.Index(fields=["clinic_id", "patient_id", "at"], name="contacts_change_patient"),)
