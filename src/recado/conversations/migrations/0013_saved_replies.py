"""What a clinic often answers."""

import recado.foundation.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0012_notes"),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedReply",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=60)),
                ("texts", models.JSONField()),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["clinic_id", "title"], name="conversations_saved_title")],
            },
        ),
    ]
