"""The language model that a clinic has connected."""

from django.db import models

from recado.foundation.ids import new_id
from recado.foundation.tenancy import TenantModel


class Connector(TenantModel):
    """Address and key are sealed: both are secrets. One for each clinic; none: nothing is ever asked."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    url_ct = models.BinaryField()
    key_ct = models.BinaryField(null=True)
    model = models.CharField(max_length=120)
    is_on = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id"], name="assistant_connector_once"),)
