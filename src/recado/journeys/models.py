"""Who is on which journey, what comes next, and what came of each step."""

from django.db import models

from recado.foundation.ids import new_id
from recado.foundation.publishing import Edition
from recado.foundation.tenancy import TenantModel

from .dry_models import DryRun as DryRun
from .dry_models import DryText as DryText


class Run(TenantModel):
    """One person on one journey, anchored to an event such as a visit."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    plan = models.CharField(max_length=40)
    version = models.IntegerField()
    anchor_kind = models.CharField(max_length=20)
    anchor_id = models.UUIDField()
    patient_id = models.UUIDField()
    revision = models.IntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=24, default="")

    class Meta:
        constraints = (
            # Not the clinic first: see 0002, the check of foreign keys would take this index.
            models.UniqueConstraint(fields=["anchor_id", "plan", "clinic_id"], name="journeys_run_once"),
        )
        indexes = (
            models.Index(fields=["clinic_id", "patient_id"], name="journeys_run_patient"),
            models.Index(fields=["plan", "clinic_id", "version"], name="journeys_run_version"),
        )


class Timer(TenantModel):
    """A step that is still to come. Taken by DELETE in the transaction that does the step, so a crash brings it back.

    `held_for` names the source whose announcements wait for a person's word; a held timer is never due.
    """

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    run_id = models.UUIDField()
    step = models.CharField(max_length=40)
    revision = models.IntegerField()
    due = models.DateTimeField()
    held_for = models.CharField(max_length=64, null=True)  # null = free, and the index leaves held ones out

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["clinic_id", "run_id", "step", "revision"], name="journeys_timer_step"),
        )
        indexes = (
            models.Index(fields=["due", "id"], condition=models.Q(held_for=None), name="journeys_timer_due"),
            models.Index(
                fields=["clinic_id", "held_for"], condition=models.Q(held_for__isnull=False), name="journeys_timer_held"
            ),
        )


class Step(TenantModel):
    """What came of a step: insert-only."""

    grants = {"app": "SELECT, INSERT", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    run_id = models.UUIDField()
    step = models.CharField(max_length=40)
    revision = models.IntegerField()
    at = models.DateTimeField()
    outcome = models.CharField(max_length=12)  # sent, done, skipped, refused
    reason = models.CharField(max_length=40, default="")
    arm = models.CharField(max_length=24, default="", db_default="")  # what a branch chose
    message_id = models.UUIDField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["clinic_id", "run_id", "step", "revision"], name="journeys_step_once"),
        )
        indexes = (models.Index(fields=["clinic_id", "message_id"], name="journeys_step_message"),)


class Journey(TenantModel):
    """A journey of a clinic's own: what is live, and what is being written. A journey that comes with the product and that
    the clinic has neither changed, paused nor copied has no row."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    key = models.CharField(max_length=40)
    event = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    state = models.CharField(max_length=12)  # types.JourneyState
    version = models.IntegerField(null=True)  # the one that is live; null: none yet
    draft = models.JSONField(null=True)  # writing.to_json; null: nothing that is not published
    edit = models.IntegerField(
        default=0, db_default=0
    )  # one more with each change of the draft: two who write are told
    before = models.JSONField(
        default=list, db_default=[]
    )  # what the draft was before its last changes, the newest last
    ready = models.JSONField(
        null=True
    )  # newer.origin: the ready journey that it was made of, as that was; null: from before this was kept
    is_moving = models.BooleanField(default=False)  # people under way are being moved to the version that is live
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id", "key"], name="journeys_journey_key"),)


class Version(Edition):
    """A journey as it was published: people are under way on it."""

    key = models.CharField(max_length=40)
    plan = models.JSONField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id", "key", "number"], name="journeys_version_number"),)
