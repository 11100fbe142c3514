"""Offers that the first yes wins, and questions that name their answers."""

import django.contrib.postgres.fields
import recado.foundation.ids
from django.db import migrations, models

from recado.foundation.operations import TenantKey, TenantReference


class Migration(migrations.Migration):
    dependencies = [("conversations", "0008_newest_heard"), ("contacts", "0002_same_clinic")]

    operations = [
        migrations.AddField(
            model_name="question",
            name="answers",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=16), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="whichone",
            name="answers",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=16), db_default=[], default=list, size=None
            ),
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("subject_id", models.UUIDField()),
                ("state", models.CharField(max_length=12)),
                ("opened_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("winner_id", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["clinic_id", "kind", "subject_id"], name="conversations_offer_subject"),
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["closes_at"], name="conversations_offer_due"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Offered",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("offer_id", models.UUIDField()),
                ("patient_id", models.UUIDField()),
                ("wave", models.IntegerField()),
                ("asked_at", models.DateTimeField()),
                ("answer", models.CharField(default="", max_length=16)),
                ("answered_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["clinic_id", "patient_id", "asked_at"], name="conversations_offered_whom")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("offer_id", "patient_id", "clinic_id"), name="conversations_offered_once"
                    )
                ],
            },
        ),
        TenantKey("conversations_offer"),
        TenantReference("conversations_offered", "offer_id", "conversations_offer"),
        TenantReference("conversations_offered", "patient_id", "contacts_patient"),
    ]
