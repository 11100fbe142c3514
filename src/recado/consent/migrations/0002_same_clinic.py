"""References stay within a clinic: the database refuses a row that points at another's."""

from django.db import migrations

from recado.foundation.operations import AppendOnly, TenantReference


class Migration(migrations.Migration):
    dependencies = (
        ("consent", "0001_initial"),
        ("contacts", "0002_same_clinic"),
        ("foundation", "0001_initial"),
    )

    operations = (
        TenantReference("consent_permission", "patient_id", "contacts_patient"),
        TenantReference("consent_wrongnumber", "patient_id", "contacts_patient"),
        TenantReference("consent_ledgerentry", "patient_id", "contacts_patient"),
        AppendOnly("consent_ledgerentry"),
    )
