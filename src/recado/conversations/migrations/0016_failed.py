"""What became of a text that staff wrote, and which conversations hold one that did not arrive."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0015_waiting"),
    ]

    operations = [
        migrations.AddField(
            model_name="reply",
            name="fate",
            field=models.CharField(db_default="", default="", max_length=8),
        ),
        migrations.AddField(
            model_name="thread",
            name="failed_at",
            field=models.DateTimeField(null=True),
        ),
    ]
