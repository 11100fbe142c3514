"""Who is told in place of a patient."""

import django.contrib.postgres.fields
import recado.foundation.ids
from django.db import migrations, models

from recado.foundation.operations import TenantReference


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0006_wishes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Carer",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("patient_id", models.UUIDField()),
                ("carer_id", models.UUIDField(null=True)),
                ("name_ct", models.BinaryField(null=True)),
                ("phone_ct", models.BinaryField(null=True)),
                ("phone_bi", models.BinaryField(max_length=16, null=True)),
                ("language", models.CharField(default="", max_length=8)),
                ("relation", models.CharField(max_length=12)),
                ("groups", django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), size=None)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)),
                        fields=["clinic_id", "patient_id"],
                        name="consent_carer_patient",
                    )
                ],
            },
        ),
        TenantReference("consent_carer", "patient_id", "contacts_patient"),
        TenantReference("consent_carer", "carer_id", "contacts_patient"),
    ]
