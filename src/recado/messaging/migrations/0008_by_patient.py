"""Whoever is removed is looked up here by the database: without an index it reads the whole table for each."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0007_routes"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="link",
            index=models.Index(fields=["clinic_id", "patient_id"], name="messaging_link_patient"),
        ),
    ]
