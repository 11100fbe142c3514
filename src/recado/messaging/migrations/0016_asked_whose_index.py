"""Their answer finds them by who wrote. Made while people work: only texts that were asked about stand in it."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("messaging", "0015_asked_whose")]

    operations = [
        AddIndexConcurrently(
            model_name="inboundraw",
            index=models.Index(
                fields=["phone_bi", "at"],
                condition=models.Q(phone_bi__isnull=False),
                name="messaging_inbound_phone",
            ),
        ),
    ]
