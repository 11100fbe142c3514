"""How a clinic's files are read, and which were. Headers and counts only: nothing of a patient."""

from django.db import models

from recado.foundation.ids import new_id
from recado.foundation.tenancy import TenantModel


class SavedMapping(TenantModel):
    """Columns that a person mapped by hand, remembered for the next file of the same source."""

    pk = models.CompositePrimaryKey("clinic_id", "source")
    source = models.CharField(max_length=64)
    columns = models.JSONField(help_text="Header without case, accents and spaces -> field; empty leaves it out")
    updated_at = models.DateTimeField()

    grants = {"app": "SELECT, INSERT, UPDATE (columns, updated_at), DELETE"}


class ImportRun(TenantModel):
    """One file brought in. An import that broke off has no `finished_at`; bringing the file in again is safe."""

    id = models.UUIDField(primary_key=True, default=new_id)
    source = models.CharField(max_length=64)
    file_digest = models.BinaryField(max_length=32, help_text="SHA-256 of the file as it was")
    announce = models.CharField(max_length=8)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict, help_text="new, moved, cancelled, ... as the result has them")
    is_waiting = models.BooleanField(default=False, help_text="Texts wait for a person's word")

    grants = {"app": "SELECT, INSERT, UPDATE (finished_at, counts, is_waiting)"}

    class Meta:
        indexes = (models.Index(fields=["clinic_id", "source", "started_at"], name="csv_files_run_of_source"),)
