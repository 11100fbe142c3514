"""Other systems that are told: their addresses, the calls, and each try."""

import django.contrib.postgres.fields
import recado.foundation.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("foundation", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("call_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("status", models.SmallIntegerField(null=True)),
                ("trouble", models.CharField(default="", max_length=16)),
                ("took_ms", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["clinic_id", "call_id", "at"], name="webhooks_attempt_call"),
                    models.Index(fields=["at"], name="webhooks_attempt_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("endpoint_id", models.UUIDField()),
                ("ref", models.CharField(max_length=120)),
                ("kind", models.CharField(max_length=24)),
                ("is_test", models.BooleanField()),
                ("patient_id", models.UUIDField(null=True)),
                ("body_ct", models.BinaryField()),
                ("state", models.CharField(max_length=12)),
                ("attempts", models.IntegerField(default=0)),
                ("due", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["endpoint_id", "-is_test", "due"],
                        name="webhooks_call_due",
                    ),
                    models.Index(fields=["clinic_id", "endpoint_id", "-id"], name="webhooks_call_log"),
                    models.Index(fields=["ended_at"], name="webhooks_call_ended"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("ref", "clinic_id"), name="webhooks_call_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "delivered", "given_up"])),
                        name="webhooks_call_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Endpoint",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=60)),
                ("url_ct", models.BinaryField()),
                ("secret_ct", models.BinaryField()),
                ("old_secret_ct", models.BinaryField(null=True)),
                ("old_secret_until", models.DateTimeField(null=True)),
                (
                    "tells",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16), default=list, size=None
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("failures", models.IntegerField(default=0)),
                ("rests_until", models.DateTimeField(null=True)),
                ("last_ok_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["clinic_id", "ended_at"], name="webhooks_endpoint_clinic")],
            },
        ),
    ]
