"""A clinic's own texts with their versions; and by which of them a text was written. A null costs no byte."""

import recado.foundation.ids
from django.db import migrations, models

FORWARD = "ALTER TABLE messaging_message ADD COLUMN wording text"
BACKWARD = "ALTER TABLE messaging_message DROP COLUMN wording"


class Migration(migrations.Migration):
    dependencies = [("messaging", "0025_price_source")]

    operations = [
        migrations.RunSQL(
            FORWARD,
            BACKWARD,
            state_operations=[migrations.AddField("message", "wording", models.TextField(null=True))],
        ),
        migrations.CreateModel(
            name="ClinicText",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=40)),
                ("room", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=80)),
                ("version", models.IntegerField(null=True)),
                ("draft", models.JSONField(null=True)),
                ("revision", models.IntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("clinic_id", "key"), name="messaging_clinictext_key")],
            },
        ),
        migrations.CreateModel(
            name="ClinicTextVersion",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=40)),
                ("number", models.IntegerField()),
                ("texts", models.JSONField()),
                ("published_at", models.DateTimeField()),
                ("published_by", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("clinic_id", "key", "number"), name="messaging_clinictext_number")
                ],
            },
        ),
    ]
