"""A clinic's own journey keeps the ready one that it was made of, so that what came since can be offered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journeys", "0008_undo")]

    operations = [migrations.AddField(model_name="journey", name="ready", field=models.JSONField(null=True))]
