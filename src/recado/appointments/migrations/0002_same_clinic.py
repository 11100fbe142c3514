"""References stay within a clinic: the database refuses a row that points at another's."""

from django.db import migrations

from recado.foundation.operations import AppendOnly, TenantReference


class Migration(migrations.Migration):
    dependencies = (
        ("appointments", "0001_initial"),
        ("contacts", "0001_initial"),
        ("foundation", "0001_initial"),
    )

    operations = (
        TenantReference("appointments_appointment", "patient_id", "contacts_patient"),
        TenantReference("appointments_change", "appointment_id", "appointments_appointment"),
        AppendOnly("appointments_change"),
    )
