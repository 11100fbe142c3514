"""Texts whose words held no longer when they were on their way to a carrier."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("messaging", "0032_prices_kept"),)

    operations = (
        migrations.CreateModel(
            name="StaleText",
            fields=[
                ("clinic_id", models.UUIDField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "clinic_id", "message", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("message", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
        ),
    )
