"""Whoever is removed is looked up here by the database: without an index it reads the whole table for each."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journeys", "0002_same_clinic"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="run",
            index=models.Index(fields=["clinic_id", "patient_id"], name="journeys_run_patient"),
        ),
    ]
