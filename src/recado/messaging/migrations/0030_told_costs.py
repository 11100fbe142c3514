"""What carriers say that a text costs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("messaging", "0029_carriers_of_clinics"),)

    operations = (
        migrations.CreateModel(
            name="ToldCost",
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
                ("amount", models.DecimalField(decimal_places=6, max_digits=14)),
                ("currency", models.CharField(db_default="", default="", max_length=8)),
                ("at", models.DateTimeField()),
            ],
        ),
    )
