"""Which state of a draft somebody has before them: two who write are told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journeys", "0005_several_journeys_an_event")]

    operations = [
        migrations.AddField(model_name="journey", name="edit", field=models.IntegerField(default=0, db_default=0)),
    ]
