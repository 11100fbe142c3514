"""How far texts were read for numbers that are no patient's."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0017_carrier_health"),
    ]

    operations = [
        migrations.CreateModel(
            name="StrangerCursor",
            fields=[
                ("clinic_id", models.UUIDField(primary_key=True, serialize=False)),
                ("upto", models.UUIDField()),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
