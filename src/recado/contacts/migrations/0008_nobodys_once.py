"""A number that is nobody's stands once in a clinic. The index is made while people work: none of their rows is in it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("contacts", "0007_nobodys_numbers")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                # Cut off halfway it leaves an index that isn't valid, and runs again.
                migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS contacts_address_nobodys", migrations.RunSQL.noop),
                migrations.RunSQL(
                    "CREATE UNIQUE INDEX CONCURRENTLY contacts_address_nobodys ON contacts_address (clinic_id, value_bi)"
                    " WHERE patient_id IS NULL",
                    "DROP INDEX CONCURRENTLY contacts_address_nobodys",
                ),
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="address",
                    constraint=models.UniqueConstraint(
                        fields=["clinic_id", "value_bi"],
                        condition=models.Q(patient_id__isnull=True),
                        name="contacts_address_nobodys",
                    ),
                ),
            ],
        ),
    ]
