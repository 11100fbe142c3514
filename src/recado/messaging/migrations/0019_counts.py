"""How long the longest lanes are, which carriers' calls wait for a person, and when a text that goes again was due at first."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0018_stranger_cursor")]

    operations = [
        migrations.CreateModel(
            name="QueueCount",
            fields=[
                ("clinic_id", models.UUIDField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "clinic_id", "lane", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("lane", models.SmallIntegerField()),
                ("waiting", models.IntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "messaging_queuecount"},
        ),
        migrations.AddField("carrieraccount", "calls_failed", models.IntegerField(db_default=0, default=0)),
        migrations.RunSQL(
            "ALTER TABLE messaging_outbox ADD COLUMN first_due timestamptz",
            "ALTER TABLE messaging_outbox DROP COLUMN first_due",
        ),
    ]
