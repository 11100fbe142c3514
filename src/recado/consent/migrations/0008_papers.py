"""Signed forms, scanned."""

from django.db import migrations, models

from recado.foundation.operations import AppendOnly, TenantReference


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0007_carers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("patient_id", models.UUIDField()),
                ("media", models.CharField(max_length=16)),
                ("body_ct", models.BinaryField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["clinic_id", "patient_id"], name="consent_paper_patient")],
            },
        ),
        TenantReference("consent_paper", "patient_id", "contacts_patient"),
        AppendOnly("consent_paper"),
    ]
