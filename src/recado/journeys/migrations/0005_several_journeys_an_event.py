"""An event may start several journeys: one run each, where there was one run an event."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("journeys", "0004_journeys_of_a_clinic")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [
                        "DROP INDEX CONCURRENTLY IF EXISTS journeys_run_once",
                        "CREATE UNIQUE INDEX CONCURRENTLY journeys_run_once ON journeys_run (anchor_id, plan, clinic_id)",
                        "ALTER TABLE journeys_run ADD CONSTRAINT journeys_run_once UNIQUE USING INDEX journeys_run_once",
                    ],
                    "ALTER TABLE journeys_run DROP CONSTRAINT journeys_run_once",
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="run",
                    constraint=models.UniqueConstraint(
                        fields=["anchor_id", "plan", "clinic_id"], name="journeys_run_once"
                    ),
                )
            ],
        ),
        AddIndexConcurrently(
            model_name="run",
            index=models.Index(fields=["plan", "clinic_id", "version"], name="journeys_run_version"),
        ),
        migrations.RemoveConstraint(model_name="run", name="journeys_run_anchor"),
    ]
