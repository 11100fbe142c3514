"""The table of Django's cache, which counts tries to sign in (settings.CACHES). Unlogged: a crash may forget counts."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("launch", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE UNLOGGED TABLE recado_throttle (
                cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
            );
            CREATE INDEX recado_throttle_expires ON recado_throttle (expires);
            """,
            "DROP TABLE recado_throttle",
        )
    ]
