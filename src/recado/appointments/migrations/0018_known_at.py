"""When the source of a visit last told of it at the time that it has."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appointments", "0017_why_an_offer_ended")]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="known_at",
            field=models.DateTimeField(null=True),
        ),
    ]
