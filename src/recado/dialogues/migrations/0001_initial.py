"""Dialogues: what a clinic lets answer by itself, who is in one, and what was said."""

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
                ("run_id", models.UUIDField()),
                ("dialogue", models.CharField(max_length=24)),
                ("step", models.CharField(max_length=24)),
                ("at", models.DateTimeField()),
                ("choice", models.SmallIntegerField(default=0)),
                ("words_ct", models.BinaryField()),
                ("is_understood", models.BooleanField()),
                ("is_again", models.BooleanField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["clinic_id", "dialogue", "at"], name="dialogues_answer_when"),
                    models.Index(fields=["clinic_id", "run_id"], name="dialogues_answer_run"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Dialogue",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=24)),
                ("name", models.CharField(max_length=80)),
                ("state", models.CharField(max_length=12)),
                ("version", models.IntegerField(null=True)),
                ("draft", models.JSONField(null=True)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("clinic_id", "key"), name="dialogues_dialogue_key")],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("dialogue", models.CharField(max_length=24)),
                ("version", models.IntegerField()),
                ("phone_bi", models.BinaryField(max_length=16)),
                ("patient_id", models.UUIDField(null=True)),
                ("language", models.CharField(max_length=8)),
                ("text_id", models.UUIDField()),
                ("state", models.CharField(max_length=12)),
                ("at", models.CharField(default="", max_length=24)),
                ("is_again", models.BooleanField(default=False)),
                ("began_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "running")), fields=["expires_at"], name="dialogues_run_due"
                    ),
                    models.Index(fields=["clinic_id", "dialogue", "began_at"], name="dialogues_run_when"),
                    models.Index(fields=["clinic_id", "patient_id"], name="dialogues_run_patient"),
                    models.Index(fields=["clinic_id", "phone_bi", "began_at"], name="dialogues_run_phone"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "running")),
                        fields=("phone_bi", "clinic_id"),
                        name="dialogues_run_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["running", "done", "handed", "silent", "broken_off"])),
                        name="dialogues_run_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=24)),
                ("number", models.IntegerField()),
                ("published_at", models.DateTimeField()),
                ("published_by", models.CharField(max_length=64)),
                ("dialogue", models.JSONField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("clinic_id", "key", "number"), name="dialogues_version_number")
                ],
            },
        ),
        AppendOnly("dialogues_version"),
        TenantKey("dialogues_run"),
        TenantReference("dialogues_run", "patient_id", "contacts_patient"),
        TenantReference("dialogues_answer", "run_id", "dialogues_run"),
    ]
