"""People and how to reach them. Names, numbers and birth dates stand here only encrypted."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from recado.foundation.ids import new_id
from recado.foundation.tenancy import TenantModel


class Patient(TenantModel):
    """One person of one clinic. `identity_bi` is a keyed hash of the record number or, without one, of
    name, birth date and phone; `content_mac` tells without decryption whether an import brings a change."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    identity_bi = models.BinaryField(max_length=16)
    content_mac = models.BinaryField(max_length=16)
    record_ct = models.BinaryField(null=True)
    name_ct = models.BinaryField()
    birth_ct = models.BinaryField(null=True)
    language = models.CharField(max_length=8)
    tokens = ArrayField(models.BigIntegerField(), default=list)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id", "identity_bi"], name="contacts_patient_identity"),)
        indexes = (GinIndex(fields=["tokens"], name="contacts_patient_tokens"),)


class Address(TenantModel):
    """A phone of a patient. The same number may belong to several (a mother and her children)."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    patient_id = models.UUIDField()
    kind = models.CharField(max_length=8, default="phone")
    value_ct = models.BinaryField()
    value_bi = models.BinaryField(max_length=16)
    is_current = models.BooleanField(default=True)
    since = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["clinic_id", "patient_id", "kind"],
                condition=models.Q(is_current=True),
                name="contacts_address_current",
            ),
        )
        indexes = (models.Index(fields=["clinic_id", "value_bi"], name="contacts_address_value"),)
