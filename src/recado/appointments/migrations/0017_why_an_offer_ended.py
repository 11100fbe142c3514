"""Why a time is on offer to the waitlist no more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appointments", "0016_freed_times_of_a_visit")]

    operations = [
        migrations.AddField(
            model_name="freedtime",
            name="why",
            field=models.CharField(blank=True, db_default="", default="", max_length=8),
        ),
    ]
