"""The newest text of a clinic is found by an index, not by reading every conversation."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("conversations", "0007_presence_of_a_tab")]

    operations = [
        AddIndexConcurrently(
            model_name="thread",
            index=models.Index(fields=["clinic_id", "heard_at"], name="conversations_t_heard"),
        ),
    ]
