"""The claim's index holds the clinic: within a lane each clinic has a turn (dispatch/turns.py).

The queue is short or it is being worked off, so the new index is made at once.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (("messaging", "0004_preferred_number"),)

    operations = (
        migrations.RunSQL(
            "CREATE INDEX messaging_outbox_turn ON messaging_outbox (carrier, lane, clinic_id, due, id);"
            "DROP INDEX messaging_outbox_claim",
            "CREATE INDEX messaging_outbox_claim ON messaging_outbox (carrier, lane, due, id);"
            "DROP INDEX messaging_outbox_turn",
        ),
    )
