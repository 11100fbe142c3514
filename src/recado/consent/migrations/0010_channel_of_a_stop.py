"""A stop and a permission are about one channel. Rows that stood are about SMS: there was no other."""

from django.db import migrations, models

TABLES = ("withdrawal", "permission", "numberpermission")


class Migration(migrations.Migration):
    dependencies = (("consent", "0009_levels_by_channel"),)

    operations = [
        migrations.AddField(
            model_name=table,
            name="channel",
            field=models.CharField(db_default="sms", default="sms", max_length=8),
        )
        for table in TABLES
    ]
