"""Whoever is removed is looked up here by the database: without an index it reads the whole table for each."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tasks", "0003_call_try"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="calltry",
            index=models.Index(fields=["clinic_id", "patient_id"], name="tasks_call_patient"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["clinic_id", "patient_id"], name="tasks_task_patient"),
        ),
    ]
