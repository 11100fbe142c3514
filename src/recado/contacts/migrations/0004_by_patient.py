"""Whoever is removed is looked up here by the database: without an index it reads the whole table for each."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0003_found_by_more"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="address",
            index=models.Index(fields=["clinic_id", "patient_id"], name="contacts_address_patient"),
        ),
    ]
