"""References stay within a clinic: the database refuses a row that points at another's."""

from django.db import migrations

from recado.foundation.operations import TenantKey, TenantReference


class Migration(migrations.Migration):
    dependencies = (
        ("journeys", "0001_initial"),
        ("contacts", "0002_same_clinic"),
        ("foundation", "0001_initial"),
    )

    operations = (
        # Last among the indexes that begin with the clinic: on a table never analysed all cost the same, and the
        # checks of foreign keys then take the newest (10,000 rows read 50 million entries of another).
        TenantKey("journeys_run"),
        TenantReference("journeys_run", "patient_id", "contacts_patient"),
        TenantReference("journeys_timer", "run_id", "journeys_run"),
        TenantReference("journeys_step", "run_id", "journeys_run"),
    )
