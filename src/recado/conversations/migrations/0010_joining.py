"""Codes for the page to join."""

import django.contrib.postgres.fields
import recado.foundation.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0009_offers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Joining",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("phone_bi", models.BinaryField(max_length=16)),
                ("phone_ct", models.BinaryField()),
                ("code_mac", models.BinaryField(max_length=16)),
                ("groups", django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), size=None)),
                ("language", models.CharField(max_length=8)),
                ("tries", models.SmallIntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["clinic_id", "asked_at"], name="conversations_joining_asked")],
            },
        ),
    ]
