"""References stay within a clinic: the database refuses a row that points at another's."""

from django.db import migrations

from recado.foundation.operations import TenantReference


class Migration(migrations.Migration):
    dependencies = (
        ("contacts", "0001_initial"),
        ("foundation", "0001_initial"),
    )

    operations = (TenantReference("contacts_address", "patient_id", "contacts_patient"),)
