"""Files that came with texts."""

import recado.foundation.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0019_has_picture"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("reading_id", models.UUIDField()),
                ("place", models.SmallIntegerField()),
                ("at", models.DateTimeField()),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("trouble", models.CharField(default="", max_length=12)),
                ("media_type", models.CharField(default="", max_length=20)),
                ("size", models.IntegerField(default=0)),
                ("body_ct", models.BinaryField(null=True)),
                ("tries", models.SmallIntegerField(default=0)),
                ("next_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["clinic_id", "reading_id"], name="conversations_attachment_of"),
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["next_at"],
                        name="conversations_attachment_due",
                    ),
                    models.Index(
                        condition=models.Q(("state", "here")), fields=["at"], name="conversations_attachment_old"
                    ),
                ],
            },
        ),
    ]
