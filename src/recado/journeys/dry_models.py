"""A draft that is played over the calendar before it is published: the work, and the texts of both sides."""

from django.db import models

from recado.foundation.ids import new_id
from recado.foundation.tenancy import TenantModel


class DryRun(TenantModel):
    """One draft, as it was when somebody asked, against what is live, over so many days. A worker plays it piece by piece: `behind`
    is the last event that is in, `sums` what is known so far. Asked again, the same row begins anew; it goes after a day."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    key = models.CharField(max_length=40)
    days = models.SmallIntegerField()
    edit = models.IntegerField()  # of the draft
    draft = models.JSONField()
    live_version = models.IntegerField(null=True)
    state = models.CharField(max_length=8)  # dry_types.DryState
    asked_at = models.DateTimeField(help_text="Real time")
    begun_at = models.DateTimeField()  # the moment from which it is played
    events = models.IntegerField()  # to play
    played = models.IntegerField(default=0)
    behind = models.UUIDField(null=True)
    sums = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id", "key", "days"], name="journeys_dryrun_once"),)
        indexes = (models.Index(fields=["asked_at"], name="journeys_dryrun_asked"),)


class DryText(TenantModel):
    """A text of a dry run: as it is now and as it would be. `before` null: only the draft sends it; `after` null: it no longer goes."""

    grants = {"app": "SELECT, INSERT, DELETE"}

    id = models.UUIDField(primary_key=True, default=new_id)
    run_id = models.UUIDField()
    kind = models.CharField(max_length=4)  # same, text, time, new, gone
    at = models.DateTimeField()
    step = models.CharField(max_length=40)
    anchor_id = models.UUIDField()
    patient_id = models.UUIDField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = (models.Index(fields=["run_id", "kind", "at"], name="journeys_drytext_kind"),)
