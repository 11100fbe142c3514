"""Requests that were answered, so that the same request asked again is the same answer and no second text."""

from django.db import models

from recado.foundation.tenancy import TenantModel


class Request(TenantModel):
    """One request with an Idempotency-Key. Digests only; the answer names messages by their ids and nobody.

    Real time: it is about calls, not about visits.
    """

    grants = {"app": "SELECT, INSERT", "maintenance": "SELECT, DELETE"}

    pk = models.CompositePrimaryKey("clinic_id", "digest")
    digest = models.BinaryField(max_length=32)  # of the API key's id and the Idempotency-Key
    body = models.BinaryField(max_length=32)  # digest of the method, path and body
    status = models.SmallIntegerField()
    answer = models.BinaryField()  # zlib
    at = models.DateTimeField(db_index=True)
