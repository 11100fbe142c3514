"""Patients book by themselves: who may, codes for the booking page, and times offered by text."""

import recado.foundation.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0010_clinician_was"),
    ]

    operations = [
        migrations.AddField(
            model_name="service",
            name="by_anyone",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="BookingTry",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("phone_bi", models.BinaryField(max_length=16)),
                ("phone_ct", models.BinaryField()),
                ("name_ct", models.BinaryField()),
                ("code_mac", models.BinaryField(max_length=16)),
                ("language", models.CharField(max_length=8)),
                ("service_id", models.UUIDField()),
                ("calendar_id", models.BigIntegerField()),
                ("starts_at", models.DateTimeField()),
                ("tries", models.SmallIntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["clinic_id", "asked_at"], name="appointments_try_asked")],
            },
        ),
        migrations.CreateModel(
            name="TimeOffer",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("visit_id", models.UUIDField()),
                ("revision", models.IntegerField()),
                ("service_id", models.UUIDField()),
                ("slots", models.JSONField()),
                ("asked_at", models.DateTimeField()),
                ("held_until", models.DateTimeField()),
                ("state", models.CharField(default="open", max_length=8)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["clinic_id", "visit_id"], name="appointments_times_visit"),
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["held_until"], name="appointments_times_due"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "lapsed", "chosen", "over"])),
                        name="appointments_times_state",
                    )
                ],
            },
        ),
    ]
