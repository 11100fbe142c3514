"""Where a price is from: set by hand, or told by the carrier."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0024_senders"),
    ]

    operations = [
        migrations.AddField(
            model_name="carrierprice",
            name="source",
            field=models.CharField(db_default="hand", default="hand", max_length=8),
        ),
    ]
