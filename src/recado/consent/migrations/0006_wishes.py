"""What people wish, by number; and more of each proof."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0005_privacy"),
    ]

    operations = [
        migrations.CreateModel(
            name="Wish",
            fields=[
                ("clinic_id", models.UUIDField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "clinic_id", "phone_bi", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("phone_bi", models.BinaryField(max_length=16)),
                ("opens", models.TimeField(null=True)),
                ("closes", models.TimeField(null=True)),
                ("is_shared", models.BooleanField(db_default=False, default=False)),
                ("at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="channel",
            field=models.CharField(db_default="sms", default="sms", max_length=8),
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="words_ct",
            field=models.BinaryField(null=True),
        ),
    ]
