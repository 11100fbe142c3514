"""References stay within a clinic: the database refuses a row that points at another's."""

from django.db import migrations

from recado.foundation.operations import AppendOnly, TenantKey, TenantReference


class Migration(migrations.Migration):
    dependencies = (
        ("appointments", "0001_initial"),
        ("contacts", "0002_same_clinic"),
        ("foundation", "0001_initial"),
    )

    operations = (
        # Last among the indexes that begin with the clinic: on a table never analysed all cost the same, and the
        # checks of foreign keys then take the newest (10,000 rows read 50 million entries of another).
        TenantKey("appointments_appointment"),
        TenantReference("appointments_appointment", "patient_id", "contacts_patient"),
        TenantReference("appointments_change", "appointment_id", "appointments_appointment"),
        AppendOnly("appointments_change"),
    )
