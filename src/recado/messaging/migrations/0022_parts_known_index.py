"""Its index, made while calls go on coming in."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("messaging", "0021_parts_known")]

    operations = [
        AddIndexConcurrently(
            "callbackraw",
            models.Index(
                fields=["carrier", "part_ref"], condition=~models.Q(part_ref=""), name="messaging_callback_part"
            ),
        ),
    ]
