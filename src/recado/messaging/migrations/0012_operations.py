"""What the operations page asks: how the promise was kept, which texts are tried again, which replaced which.

Both indexes hold only what is rare, so the usual text costs nothing: no try has failed, and nobody sent it again.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0011_default_senders"),
    ]

    operations = [
        migrations.CreateModel(
            name="PromiseDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "day", "lane", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("lane", models.SmallIntegerField()),
                ("handed", models.BigIntegerField()),
                ("in_time", models.BigIntegerField()),
            ],
            options={
                "db_table": "messaging_promise",
            },
        ),
        migrations.RunSQL(
            "CREATE INDEX messaging_outbox_again ON messaging_outbox (clinic_id, lane, due, id) WHERE attempts > 0;"
            "CREATE INDEX messaging_reference_again ON messaging_reference (clinic_id, message_id) WHERE ref LIKE 'again:%'",
            "DROP INDEX messaging_outbox_again; DROP INDEX messaging_reference_again",
        ),
    ]
