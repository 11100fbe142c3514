"""The ledger is read by person too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0002_same_clinic"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(fields=["clinic_id", "patient_id", "at"], name="consent_ledger_patient"),
        ),
    ]
