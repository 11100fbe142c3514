"""Dialogues of a clinic, who is in one, and what was said."""

from django.db import models

from recado.foundation.ids import new_id
from recado.foundation.publishing import Edition, Work
from recado.foundation.tenancy import TenantModel


class Dialogue(Work):
    """A dialogue of a clinic: what answers, and what is being written."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id", "key"], name="dialogues_dialogue_key"),)


class Version(Edition):
    """A dialogue as it was published: people are in it."""

    dialogue = models.JSONField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id", "key", "number"], name="dialogues_version_number"),)


class Run(TenantModel):
    """One person in a dialogue. `at`: the question that waits; `text_id`: the text that began it."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    dialogue = models.CharField(max_length=24)
    version = models.IntegerField()
    phone_bi = models.BinaryField(max_length=16)
    patient_id = models.UUIDField(null=True)  # whose phone it is, where it is one person's alone
    language = models.CharField(max_length=8)
    text_id = models.UUIDField()
    state = models.CharField(max_length=12)  # types.Ending
    at = models.CharField(max_length=24, default="")
    is_again = models.BooleanField(default=False)
    began_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            # Not the clinic first: the check of foreign keys would take this index.
            models.UniqueConstraint(
                fields=["phone_bi", "clinic_id"], condition=models.Q(state="running"), name="dialogues_run_one"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["running", "done", "handed", "silent", "broken_off"]),
                name="dialogues_run_state",
            ),
        )
        indexes = (
            models.Index(fields=["expires_at"], condition=models.Q(state="running"), name="dialogues_run_due"),
            models.Index(fields=["clinic_id", "dialogue", "began_at"], name="dialogues_run_when"),
            models.Index(fields=["clinic_id", "patient_id"], name="dialogues_run_patient"),
            models.Index(fields=["clinic_id", "phone_bi", "began_at"], name="dialogues_run_phone"),
        )


class Answer(TenantModel):
    """One thing that was said to a question: a choice, or sealed words. Insert-only: what was said stays said."""

    grants = {"app": "SELECT, INSERT, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    run_id = models.UUIDField()
    dialogue = models.CharField(max_length=24)  # here too: figures are counted by it
    step = models.CharField(max_length=24)
    at = models.DateTimeField()
    choice = models.SmallIntegerField(default=0)
    words_ct = models.BinaryField()  # they may tell of anything
    is_understood = models.BooleanField()
    is_again = models.BooleanField()  # said when it had been asked twice

    class Meta:
        indexes = (
            models.Index(fields=["clinic_id", "dialogue", "at"], name="dialogues_answer_when"),
            models.Index(fields=["clinic_id", "run_id"], name="dialogues_answer_run"),
        )
