"""Until which day somebody waits, and a day on which they want to be asked no more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0008_no_time_twice"),
    ]

    operations = [
        migrations.AddField(
            model_name="waitentry",
            name="until",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="waitentry",
            name="not_on",
            field=models.DateField(null=True),
        ),
    ]
