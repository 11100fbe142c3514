"""Whose a conversation is, and how far the alarm of those that wait is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0013_saved_replies")]

    operations = [
        migrations.AddField("thread", "team_id", models.UUIDField(null=True)),
        migrations.AddField("thread", "alarm_for", models.DateTimeField(null=True)),
        migrations.AddField("thread", "alarm_step", models.SmallIntegerField(db_default=0, default=0)),
        migrations.AddField("thread", "alarm_at", models.DateTimeField(null=True)),
    ]
