"""Until when a text is of use, where its sender says so: kept beside the text, so that a carrier gets the shorter validity
and a text that was tried again ends in time. A null costs no byte."""

from django.db import migrations, models

FORWARD = """
ALTER TABLE messaging_message ADD COLUMN expires timestamptz;
ALTER TABLE messaging_outbox ADD COLUMN expires timestamptz;
"""
BACKWARD = """
ALTER TABLE messaging_message DROP COLUMN expires;
ALTER TABLE messaging_outbox DROP COLUMN expires;
"""


class Migration(migrations.Migration):
    dependencies = (("messaging", "0008_by_patient"),)

    operations = (
        migrations.RunSQL(
            FORWARD,
            BACKWARD,
            state_operations=[
                migrations.AddField("message", "expires", models.DateTimeField(null=True)),
                migrations.AddField("outbox", "expires", models.DateTimeField(null=True)),
            ],
        ),
    )
