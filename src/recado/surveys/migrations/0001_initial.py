"""Surveys: asked after visits, answered by text or by page."""

import recado.foundation.ids
from django.db import migrations, models

from recado.foundation.operations import AppendOnly, TenantKey, TenantReference


class Migration(migrations.Migration):
    initial = True

    dependencies = [("contacts", "0002_same_clinic"), ("foundation", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("response_id", models.UUIDField()),
                ("survey", models.CharField(max_length=32)),
                ("question", models.CharField(max_length=24)),
                ("value", models.SmallIntegerField(null=True)),
                ("words_ct", models.BinaryField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("how", models.CharField(default="", max_length=8)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("words_ct__isnull", False)),
                        fields=["clinic_id", "survey", "-answered_at", "-id"],
                        name="surveys_answer_words",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("clinic_id", "response_id", "question"), name="surveys_answer_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ClinicPolicy",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("rest_days", models.IntegerField()),
                ("fewest", models.IntegerField()),
                ("review_url", models.CharField(default="", max_length=300)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("clinic_id",), name="surveys_policy_once")],
            },
        ),
        migrations.CreateModel(
            name="Response",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("survey", models.CharField(max_length=32)),
                ("version", models.IntegerField()),
                ("visit_id", models.UUIDField()),
                ("patient_id", models.UUIDField()),
                ("visited_at", models.DateTimeField()),
                ("clinician", models.CharField(default="", max_length=120)),
                ("service", models.CharField(default="", max_length=120)),
                ("site", models.CharField(default="", max_length=120)),
                ("state", models.CharField(max_length=12)),
                ("asked_at", models.DateTimeField(null=True)),
                ("begun_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["clinic_id", "survey", "visited_at"], name="surveys_response_when"),
                    models.Index(fields=["clinic_id", "patient_id", "visited_at"], name="surveys_response_patient"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("clinic_id", "visit_id"), name="surveys_response_visit"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["visited", "begun", "answered", "withdrawn"])),
                        name="surveys_response_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Survey",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=80)),
                ("state", models.CharField(max_length=12)),
                ("version", models.IntegerField(null=True)),
                ("draft", models.JSONField(null=True)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("clinic_id", "key"), name="surveys_survey_key")],
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=32)),
                ("number", models.IntegerField()),
                ("survey", models.JSONField()),
                ("published_at", models.DateTimeField()),
                ("published_by", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("clinic_id", "key", "number"), name="surveys_version_number")
                ],
            },
        ),
        AppendOnly("surveys_version"),
        TenantKey("surveys_response"),
        TenantReference("surveys_response", "patient_id", "contacts_patient"),
        TenantReference("surveys_answer", "response_id", "surveys_response"),
    ]
