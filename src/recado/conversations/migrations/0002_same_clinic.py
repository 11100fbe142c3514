"""References stay within a clinic: the database refuses a row that points at another's."""

from django.db import migrations

from recado.foundation.operations import TenantReference


class Migration(migrations.Migration):
    dependencies = (
        ("conversations", "0001_initial"),
        ("contacts", "0002_same_clinic"),
        ("foundation", "0001_initial"),
    )

    operations = (
        TenantReference("conversations_question", "patient_id", "contacts_patient"),
        TenantReference("conversations_reading", "patient_id", "contacts_patient"),
    )
