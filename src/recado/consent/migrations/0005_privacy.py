"""How much a text to a person may say, where they have chosen."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consent", "0004_agreed_by_api")]

    operations = [
        migrations.CreateModel(
            name="PrivacyChoice",
            fields=[
                ("clinic_id", models.UUIDField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "clinic_id", "patient_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("patient_id", models.UUIDField()),
                ("level", models.SmallIntegerField()),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
