"""What a text leaves from once it has gone over to another carrier."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("messaging", "0035_refused_with"),)

    operations = (
        migrations.CreateModel(
            name="MovedText",
            fields=[
                ("clinic_id", models.UUIDField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "clinic_id", "message", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("message", models.UUIDField()),
                ("carrier", models.SmallIntegerField()),
                ("sender", models.TextField()),
                ("tried", models.TextField(null=True)),
            ],
        ),
    )
