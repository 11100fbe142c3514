"""The texts that could not be read and are tried again, found before each round of reading; made while texts go on coming in."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("messaging", "0026_clinic_texts")]

    operations = [
        AddIndexConcurrently(
            "inboundraw",
            models.Index(
                fields=["id"], condition=models.Q(settled_at=None, tries__gt=0), name="messaging_inbound_put_off"
            ),
        ),
    ]
