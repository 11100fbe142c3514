"""Open questions, and how each text from a person was read."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from recado.foundation.ids import new_id
from recado.foundation.tenancy import TenantModel


class Question(TenantModel):
    """A question a person was asked: which answers it takes, what it is about and until when an answer counts."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=20)  # the subject's kind, which names the handler in launch/wiring.py
    subject_id = models.UUIDField()
    patient_id = models.UUIDField()
    phone_bi = models.BinaryField(max_length=16)
    number = models.CharField(max_length=20)  # the number that it was asked from
    message_id = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answer = models.CharField(max_length=16, default="")
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["clinic_id", "phone_bi", "asked_at"], name="conversations_q_phone"),
            models.Index(fields=["clinic_id", "kind", "subject_id"], name="conversations_q_subject"),
        )


class WhichOne(TenantModel):
    """We asked back which visit an answer was for: the answer waits until the person has chosen."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    phone_bi = models.BinaryField(max_length=16)
    number = models.CharField(max_length=20)
    answer = models.CharField(max_length=16)
    question_ids = ArrayField(models.UUIDField())
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["clinic_id", "phone_bi", "asked_at"], name="conversations_w_phone"),)


class Reading(TenantModel):
    """How one inbound text was understood and what came of it. Its id is the inbound text's."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True)
    phone_bi = models.BinaryField(max_length=16)
    phone_ct = models.BinaryField()
    number = models.CharField(max_length=20)
    patient_id = models.UUIDField(null=True)
    body_ct = models.BinaryField()
    body_mac = models.BinaryField(max_length=16)
    at = models.DateTimeField()
    understood = models.CharField(max_length=16)  # confirm, change, cancel, choice, stop, start, help, nothing
    outcome = models.CharField(max_length=24)
    question_id = models.UUIDField(null=True)
    reply_id = models.UUIDField(null=True)  # the text that told the person what happened
    needs_person = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["clinic_id", "phone_bi", "at"], name="conversations_r_phone"),
            models.Index(
                fields=["clinic_id", "at"],
                condition=models.Q(needs_person=True, done_at=None),
                name="conversations_r_waiting",
            ),
        )
