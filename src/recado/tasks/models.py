"""What a person must do."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from recado.foundation.ids import new_id
from recado.foundation.tenancy import TenantModel


class Task(TenantModel):
    """One thing that waits for a person. `source` is what raised it; raising it twice changes nothing."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=24)
    patient_id = models.UUIDField(null=True)
    subject_id = models.UUIDField(null=True)
    source = models.CharField(max_length=80)
    detail = models.JSONField(default=dict)  # counts and codes, never personal data
    due_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    team_id = models.UUIDField(null=True)  # whose it is; null: everybody's
    assignee = models.UUIDField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id", "kind", "source"], name="tasks_task_source"),)
        indexes = (
            models.Index(fields=["clinic_id", "done_at", "due_at"], name="tasks_task_open"),
            models.Index(fields=["clinic_id", "patient_id"], name="tasks_task_patient"),
        )


class CallTry(TenantModel):
    """Somebody of the clinic phoned a patient about a subject: when, and a code for what came of it. No free text. A try
    noted by mistake is marked, not deleted."""

    grants = {"app": "SELECT, INSERT, UPDATE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    subject_id = models.UUIDField()
    patient_id = models.UUIDField()
    at = models.DateTimeField()
    result = models.CharField(max_length=16)
    actor_ref = models.CharField(max_length=64)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["clinic_id", "subject_id", "at"], name="tasks_call_subject"),
            models.Index(fields=["clinic_id", "patient_id"], name="tasks_call_patient"),
        )


class Team(TenantModel):
    """People who answer the same kind of thing, with hours of their own. Ended ones stay, for what they were given."""

    grants = {
        "app": "SELECT, INSERT, UPDATE (name, about, lead_id, week, answer_within, ended_at)",
        "maintenance": "SELECT",
    }

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=60)
    about = models.CharField(max_length=120, default="", db_default="", blank=True)
    lead_id = models.UUIDField(null=True)  # of staff
    week = models.JSONField(null=True)  # as clinics.Clinic.opening_hours; null: whenever the clinic is open
    answer_within = models.DurationField(null=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                "clinic_id", Lower("name"), condition=models.Q(ended_at__isnull=True), name="tasks_team_name"
            ),
        )


class Member(TenantModel):
    """Somebody of the staff works in a team."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    team_id = models.UUIDField()
    user_id = models.UUIDField()
    languages = ArrayField(models.CharField(max_length=8), default=list, db_default=[])
    skills = ArrayField(models.CharField(max_length=40), default=list, db_default=[])

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id", "team_id", "user_id"], name="tasks_member_once"),)


class Rule(TenantModel):
    """One row of a clinic's table of rules. The first and the last, which stand in every table, are in `Sharing`."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    position = models.IntegerField()
    by = models.CharField(max_length=12)
    values = ArrayField(models.CharField(max_length=60), default=list, db_default=[])
    team_id = models.UUIDField(null=True)
    share = models.CharField(max_length=12)
    skill = models.CharField(max_length=40, default="", db_default="", blank=True)

    class Meta:
        indexes = (models.Index(fields=["clinic_id", "position"], name="tasks_rule_order"),)


class Sharing(TenantModel):
    """What else a clinic has set about sharing out; no row: what is usual."""

    grants = {"app": "SELECT, INSERT, UPDATE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    danger_team = models.UUIDField(null=True)
    rest_team = models.UUIDField(null=True)
    rest_share = models.CharField(max_length=12, default="team", db_default="team")
    tells_when = models.BooleanField(default=True, db_default=True)
    steps = models.JSONField(null=True)  # [[minutes, "team"], ...]; null: the usual ones
    danger_minutes = models.SmallIntegerField(default=3, db_default=3)
    on_call_ct = models.BinaryField(null=True)  # phones of staff in their order (on_call.py); null: none

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id"], name="tasks_sharing_one"),)


class Given(TenantModel):
    """A rule gave something to a team and perhaps a person of it. Never changed: whose turn is next is read from it."""

    grants = {"app": "SELECT, INSERT", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    team_id = models.UUIDField()
    user_id = models.UUIDField(null=True)
    what = models.CharField(max_length=8)  # thread, task
    subject_id = models.UUIDField()
    by = models.CharField(max_length=12)
    rule_id = models.UUIDField(null=True)
    why = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=["clinic_id", "team_id", "user_id", "at"], name="tasks_given_turn"),
            models.Index(fields=["clinic_id", "subject_id", "at"], name="tasks_given_subject"),
        )


class Emergency(TenantModel):
    """A text named a danger: an alarm that goes further until somebody takes it. One open one for each conversation."""

    grants = {"app": "SELECT, INSERT, UPDATE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    subject_id = models.UUIDField()  # the conversation
    raised_at = models.DateTimeField()
    step = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField()
    turn_id = models.UUIDField(null=True)  # of staff: whose turn it is; null: everybody's
    called = models.JSONField(null=True)  # on_call.py: mobiles that were texted for it; null: from before that was kept
    taken_at = models.DateTimeField(null=True)
    taken_by = models.UUIDField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["clinic_id", "subject_id"], condition=models.Q(taken_at=None), name="tasks_emergency_open"
            ),
        )
        indexes = (
            models.Index(fields=["next_at"], condition=models.Q(taken_at=None), name="tasks_emergency_due"),
            models.Index(fields=["clinic_id", "subject_id", "raised_at"], name="tasks_emergency_subject"),
        )


class Here(TenantModel):
    """When a screen of somebody last showed that they are there: signed in and not locked. Real time."""

    grants = {"app": "SELECT, INSERT, UPDATE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    user_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id", "user_id"], name="tasks_here_once"),)
