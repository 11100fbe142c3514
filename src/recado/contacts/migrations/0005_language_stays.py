"""A language that staff put right stays although the source goes on telling the old one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contacts", "0004_by_patient")]

    operations = [
        migrations.AddField(
            model_name="patient",
            name="overruled_language",
            field=models.CharField(db_default="", default="", max_length=8),
        ),
    ]
