"""What stands of senders in registers, whether people can write to numbers on a carrier, and which carriers have refused
a text that waits. A null costs no byte."""

from django.db import migrations, models

import recado.foundation.ids


class Migration(migrations.Migration):
    dependencies = (("messaging", "0023_parts"),)

    operations = (
        migrations.AddField("carrieraccount", "receives", models.BooleanField(db_default=True, default=True)),
        migrations.CreateModel(
            name="SenderRegistration",
            fields=[
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("clinic_id", models.UUIDField(null=True)),
                ("sender", models.CharField(max_length=20)),
                ("country", models.CharField(max_length=2)),
                ("register", models.CharField(default="", max_length=80)),
                ("reference", models.CharField(default="", max_length=80)),
                ("since", models.DateField(null=True)),
                ("stop_text", models.CharField(default="", max_length=60)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("clinic_id", "sender", "country"), name="messaging_sender_once", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.RunSQL(
            "ALTER TABLE messaging_outbox ADD COLUMN tried text",
            "ALTER TABLE messaging_outbox DROP COLUMN tried",
            state_operations=[migrations.AddField("outbox", "tried", models.TextField(null=True))],
        ),
    )
