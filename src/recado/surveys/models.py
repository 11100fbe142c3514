"""Surveys of a clinic's own, whom they asked and what was answered."""

from django.db import models

from recado.foundation.ids import new_id
from recado.foundation.publishing import Edition, Work
from recado.foundation.tenancy import TenantModel


class Survey(Work):
    """A survey of a clinic's own: what is live, and what is being written. One that comes with the product and that the
    clinic has neither changed nor taken has no row."""

    key = models.CharField(max_length=32)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id", "key"], name="surveys_survey_key"),)


class Version(Edition):
    """A survey as it was published: people were asked by it."""

    key = models.CharField(max_length=32)
    survey = models.JSONField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id", "key", "number"], name="surveys_version_number"),)


class ClinicPolicy(TenantModel):
    """What a clinic has decided for all its surveys; none: types.Policy as it comes. `clock_seen`: visits that were over by
    then have been seen to; null: the clock counts for nothing here."""

    grants = {"app": "SELECT, INSERT, UPDATE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    rest_days = models.IntegerField()
    fewest = models.IntegerField()
    review_url = models.CharField(max_length=300, default="")
    clock_seen = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["clinic_id"], name="surveys_policy_once"),)


class Response(TenantModel):
    """One visit after which a person is asked. `asked_at`: the text went out; null: it has not, or was refused."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    survey = models.CharField(max_length=32)
    version = models.IntegerField()
    visit_id = models.UUIDField()
    patient_id = models.UUIDField()
    visited_at = models.DateTimeField()
    clinician = models.CharField(max_length=120, default="")
    service = models.CharField(max_length=120, default="")
    site = models.CharField(max_length=120, default="")
    state = models.CharField(max_length=12)  # types.ResponseState
    asked_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["clinic_id", "visit_id"], name="surveys_response_visit"),
            models.CheckConstraint(
                condition=models.Q(state__in=["visited", "begun", "answered", "withdrawn"]),
                name="surveys_response_state",
            ),
        )
        indexes = (
            models.Index(fields=["clinic_id", "survey", "visited_at"], name="surveys_response_when"),
            models.Index(fields=["clinic_id", "patient_id", "visited_at"], name="surveys_response_patient"),
            models.Index(fields=["clinic_id", "survey", "site"], name="surveys_response_site"),
        )


class Answer(TenantModel):
    """One question that a person was asked, and what they answered. `survey` stands here too: comments are listed by it.

    `value`: a score, 1 or 0 of a yes or no, or choices as bits. Answered with neither value nor words: left out."""

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT"}

    id = models.UUIDField(primary_key=True, default=new_id)
    response_id = models.UUIDField()
    survey = models.CharField(max_length=32)
    question = models.CharField(max_length=24)
    value = models.SmallIntegerField(null=True)
    words_ct = models.BinaryField(null=True)  # sealed: they may tell of anything
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=8, default="")  # text, page

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["clinic_id", "response_id", "question"], name="surveys_answer_once"),
        )
        indexes = (
            models.Index(
                fields=["clinic_id", "survey", "-answered_at", "-id"],
                condition=models.Q(words_ct__isnull=False),
                name="surveys_answer_words",
            ),
        )
