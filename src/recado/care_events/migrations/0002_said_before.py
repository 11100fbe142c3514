"""What a delay was before a longer one was told: it holds again once the longer one is taken back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("care_events", "0001_initial")]
    operations = [migrations.AddField("event", "said_ct", models.BinaryField(null=True))]
