"""Pages of a clinic, and every version of them that was published."""

from django.db import models

from recado.foundation.publishing import Edition, Work


class InfoPage(Work):
    """A page. `code` stands in its address: it says nothing of what the page is about, since a text shows it on a locked
    screen."""

    code = models.CharField(max_length=8)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["clinic_id", "key"], name="information_page_key"),
            models.UniqueConstraint(fields=["clinic_id", "code"], name="information_page_code"),
        )


class InfoVersion(Edition):
    """A page as it was published: people have read it."""

    page = models.JSONField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id", "key", "number"], name="information_version_no"),)
