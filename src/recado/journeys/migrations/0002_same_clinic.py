"""References stay within a clinic: the database refuses a row that points at another's."""

from django.db import migrations

from recado.foundation.operations import TenantReference


class Migration(migrations.Migration):
    dependencies = (
        ("journeys", "0001_initial"),
        ("contacts", "0001_initial"),
        ("foundation", "0001_initial"),
    )

    operations = (
        TenantReference("journeys_run", "patient_id", "contacts_patient"),
        TenantReference("journeys_timer", "run_id", "journeys_run"),
        TenantReference("journeys_step", "run_id", "journeys_run"),
    )
