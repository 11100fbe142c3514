"""A visit may have several times on offer to the waitlist: it moves twice, or moves and is cancelled. The index is made while people
work."""

from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("appointments", "0015_freed_with_its_room")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                # Cut off halfway it leaves an index that isn't valid, and runs again.
                migrations.RunSQL(
                    "DROP INDEX CONCURRENTLY IF EXISTS appointments_freed_time_once", migrations.RunSQL.noop
                ),
                migrations.RunSQL(
                    "CREATE UNIQUE INDEX CONCURRENTLY appointments_freed_time_once"
                    " ON appointments_freedtime (clinic_id, visit_id, starts_at) WHERE state = 'offering'",
                    "DROP INDEX CONCURRENTLY appointments_freed_time_once",
                ),
                migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS appointments_freed_once", migrations.RunSQL.noop),
            ],
            state_operations=[
                migrations.RemoveConstraint(model_name="freedtime", name="appointments_freed_once"),
                migrations.AddConstraint(
                    model_name="freedtime",
                    constraint=models.UniqueConstraint(
                        fields=["clinic_id", "visit_id", "starts_at"],
                        condition=models.Q(state="offering"),
                        name="appointments_freed_time_once",
                    ),
                ),
            ],
        ),
    ]
