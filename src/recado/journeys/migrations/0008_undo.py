"""What the draft of a journey was before its last changes: they can be undone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journeys", "0007_dry_runs")]

    operations = [
        migrations.AddField(model_name="journey", name="before", field=models.JSONField(default=list, db_default=[])),
    ]
