"""Visits booked by text: times that were offered, and the service that is the usual one."""

import recado.foundation.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0012_visit_choice"),
    ]

    operations = [
        migrations.AddField(
            model_name="service",
            name="is_usual",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="NewVisitOffer",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("patient_id", models.UUIDField()),
                ("language", models.CharField(max_length=8)),
                ("service_id", models.UUIDField(null=True)),
                ("choices", models.JSONField()),
                ("wish", models.JSONField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("is_after_letter", models.BooleanField(default=False)),
                ("visit_id", models.UUIDField(null=True)),
                ("booked", models.CharField(default="", max_length=1)),
            ],
            options={
                "indexes": [models.Index(fields=["clinic_id", "patient_id"], name="appointments_new_visit_of")],
            },
        ),
    ]
