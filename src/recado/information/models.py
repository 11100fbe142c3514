"""Pages of a clinic, and every version of them that was published."""

from django.db import models

from recado.foundation.ids import new_id
from recado.foundation.tenancy import TenantModel


class InfoPage(TenantModel):
    """A page: what is live, and what is being written. `code` stands in its address: it says nothing of what the page is
    about, since a text shows it on a locked screen."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    key = models.CharField(max_length=24)
    code = models.CharField(max_length=8)
    name = models.CharField(max_length=80)
    state = models.CharField(max_length=12)  # types.PageState
    version = models.IntegerField(null=True)  # the one that is live; null: none yet
    draft = models.JSONField(null=True)  # writing.to_json; null: nothing that is not published
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["clinic_id", "key"], name="information_page_key"),
            models.UniqueConstraint(fields=["clinic_id", "code"], name="information_page_code"),
        )


class InfoVersion(TenantModel):
    """A page as it was published: insert-only, since people have read it."""

    grants = {"app": "SELECT, INSERT", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    key = models.CharField(max_length=24)
    number = models.IntegerField()
    page = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id", "key", "number"], name="information_version_no"),)
