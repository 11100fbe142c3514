"""From where a text may have left that was uncertain and went once more."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("messaging", "0036_moved_texts"),)

    operations = (
        migrations.AddField(
            model_name="movedtext",
            name="left_from",
            field=ArrayField(models.TextField(), null=True),
        ),
    )
