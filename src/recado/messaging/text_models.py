"""A clinic's own texts: what is live, what is being written, and every version that a text was ever sent by."""

from django.db import models

from recado.foundation.ids import new_id
from recado.foundation.publishing import Edition
from recado.foundation.tenancy import TenantModel


class ClinicText(TenantModel):
    """A text of a clinic's own, or of the product's that the clinic has put in its own words. Texts that a clinic left as they
    came have no row."""

    grants = {"app": "SELECT, INSERT, UPDATE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    key = models.CharField(max_length=40)
    room = models.CharField(max_length=20)  # wiring.TEXTS: whose values it has
    name = models.CharField(max_length=80)
    version = models.IntegerField(null=True)  # the one that is live; null: none yet, or the product's words again
    draft = models.JSONField(null=True)  # by level and language; null: nothing that is not published
    revision = models.IntegerField(default=1)  # goes up with each change: who saves on an old one is told
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id", "key"], name="messaging_clinictext_key"),)


class ClinicTextVersion(Edition):
    """A text as it was published: texts that were sent are explained by it."""

    key = models.CharField(max_length=40)
    texts = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["clinic_id", "key", "number"], name="messaging_clinictext_number"),
        )
