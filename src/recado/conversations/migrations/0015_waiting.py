"""The conversations that wait are found by an index that holds them alone."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("conversations", "0014_teams")]

    operations = [
        AddIndexConcurrently(
            model_name="thread",
            index=models.Index(
                fields=["waiting_since"],
                condition=models.Q(state="open", waiting_since__isnull=False),
                name="conversations_t_waiting",
            ),
        ),
    ]
