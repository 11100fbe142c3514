"""Finds the few texts whose end nobody knows, and the few conversations that hold one which did not arrive. Built while
people work."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("conversations", "0016_failed"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="reply",
            index=models.Index(fields=["at"], condition=models.Q(("fate", "")), name="conversations_reply_unknown"),
        ),
        AddIndexConcurrently(
            model_name="thread",
            index=models.Index(
                fields=["clinic_id", "failed_at"],
                condition=models.Q(("failed_at__isnull", False)),
                name="conversations_t_failed",
            ),
        ),
    ]
