"""Which mobiles on call were texted for an alarm is kept. Alarms that stand meanwhile go by when they were, as before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("tasks", "0006_on_call"),)

    operations = (migrations.AddField(model_name="emergency", name="called", field=models.JSONField(null=True)),)
