"""Journeys of a clinic's own, with their versions; what a branch chose."""

import recado.foundation.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journeys", "0003_by_patient")]

    operations = [
        migrations.CreateModel(
            name="Journey",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=40)),
                ("event", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=80)),
                ("state", models.CharField(max_length=12)),
                ("version", models.IntegerField(null=True)),
                ("draft", models.JSONField(null=True)),
                ("is_moving", models.BooleanField(default=False)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("clinic_id", "key"), name="journeys_journey_key")],
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=40)),
                ("number", models.IntegerField()),
                ("plan", models.JSONField()),
                ("published_at", models.DateTimeField()),
                ("published_by", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("clinic_id", "key", "number"), name="journeys_version_number")
                ],
            },
        ),
        migrations.AddField(
            model_name="step",
            name="arm",
            field=models.CharField(db_default="", default="", max_length=24),
        ),
    ]
