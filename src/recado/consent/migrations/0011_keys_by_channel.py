"""The channel belongs to the key of a stop and of a permission. Indexes are built beside the work of others; the keys themselves
change hands in a moment.

Processes of the release before still run then, and name the former key where they keep what a number agreed to (ON CONFLICT, which
PostgreSQL refuses without a unique index on just these columns: 42P10). So that table keeps one, `consent_numberpermission_former`.
The next release drops it. Until then a number agrees on one channel: there is no other yet. Stops and what patients agreed to need
none: their ON CONFLICT names no columns.
"""

from django.db import migrations, models

KEYS = {
    "withdrawal": ("clinic_id", "phone_bi", "purpose_group"),
    "permission": ("clinic_id", "patient_id", "purpose_group"),
    "numberpermission": ("clinic_id", "phone_bi", "purpose_group"),
}

FORMER = "consent_numberpermission_former"


def _built(table: str, columns: tuple[str, ...]) -> list[migrations.RunSQL]:
    """Django changes no composite key. An index that an interrupted run left half-built goes first."""
    name, key, beside = f"consent_{table}", f"consent_{table}_pkey", f"consent_{table}_by_channel"
    old, new = ", ".join(columns), ", ".join((*columns, "channel"))
    return [
        migrations.RunSQL(f"DROP INDEX CONCURRENTLY IF EXISTS {beside}", migrations.RunSQL.noop),
        migrations.RunSQL(f"CREATE UNIQUE INDEX CONCURRENTLY {beside} ON {name} ({new})", migrations.RunSQL.noop),
        migrations.RunSQL(
            f"ALTER TABLE {name} DROP CONSTRAINT {key}, ADD CONSTRAINT {key} PRIMARY KEY USING INDEX {beside}",
            f"ALTER TABLE {name} DROP CONSTRAINT {key}, ADD CONSTRAINT {key} PRIMARY KEY ({old})",
        ),
    ]


def _former() -> list[migrations.RunSQL]:
    on = f"consent_numberpermission ({', '.join(KEYS['numberpermission'])})"
    return [
        migrations.RunSQL(f"DROP INDEX CONCURRENTLY IF EXISTS {FORMER}", migrations.RunSQL.noop),
        migrations.RunSQL(
            f"CREATE UNIQUE INDEX CONCURRENTLY {FORMER} ON {on}", f"DROP INDEX CONCURRENTLY IF EXISTS {FORMER}"
        ),
    ]


def _known(table: str, columns: tuple[str, ...]) -> migrations.AlterField:
    pk = models.CompositePrimaryKey(*columns, "channel", blank=True, editable=False, primary_key=True, serialize=False)
    return migrations.AlterField(model_name=table, name="pk", field=pk)


class Migration(migrations.Migration):
    atomic = False
    dependencies = (("consent", "0010_channel_of_a_stop"),)

    operations = [
        *_former(),
        *(
            migrations.SeparateDatabaseAndState(
                database_operations=_built(table, columns), state_operations=[_known(table, columns)]
            )
            for table, columns in KEYS.items()
        ),
    ]
