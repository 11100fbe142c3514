"""Which text made an offer to somebody: what is called off, and who is told that it is gone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0010_joining"),
    ]

    operations = [
        migrations.AddField(
            model_name="offered",
            name="message_id",
            field=models.UUIDField(null=True),
        ),
    ]
