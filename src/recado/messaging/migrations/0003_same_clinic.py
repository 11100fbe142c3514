"""References stay within a clinic: the database refuses a row that points at another's."""

from django.db import migrations

from recado.foundation.operations import TenantReference


class Migration(migrations.Migration):
    dependencies = (
        ("messaging", "0002_send_path"),
        ("contacts", "0002_same_clinic"),
        ("foundation", "0001_initial"),
    )

    operations = (TenantReference("messaging_link", "patient_id", "contacts_patient"),)
