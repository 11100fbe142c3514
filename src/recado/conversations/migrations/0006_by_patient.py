"""Whoever is removed is looked up here by the database: without an index it reads the whole table for each."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0005_drafts"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="question",
            index=models.Index(fields=["clinic_id", "patient_id"], name="conversations_q_patient"),
        ),
        migrations.AddIndex(
            model_name="reading",
            index=models.Index(fields=["clinic_id", "patient_id"], name="conversations_r_patient"),
        ),
    ]
