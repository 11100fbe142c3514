"""Visits that are over by the clock: until when a clinic has been seen to. The worker looks for clinics that want it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]

    operations = [
        migrations.AddField("clinicpolicy", "clock_seen", models.DateTimeField(null=True)),
    ]
