"""What is known of each part of a long text. Room in each page lets a receipt change its row in place, without the indexes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0022_parts_known_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="Part",
            fields=[
                ("clinic_id", models.UUIDField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "clinic_id", "message", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("message", models.UUIDField()),
                ("number", models.SmallIntegerField()),
                ("total", models.SmallIntegerField()),
                ("carrier", models.SmallIntegerField()),
                ("ref", models.CharField(max_length=80)),
                ("kind", models.SmallIntegerField(null=True)),
                ("at", models.DateTimeField(null=True)),
                ("reason", models.CharField(db_default="", default="", max_length=40)),
            ],
            options={
                "indexes": [models.Index(fields=["carrier", "ref"], name="messaging_part_ref")],
            },
        ),
        migrations.RunSQL("ALTER TABLE messaging_part SET (fillfactor = 60)", migrations.RunSQL.noop),
    ]
