from django.db import migrations, models

import recado.foundation.ids
from recado.foundation.operations import TenantKey


class Migration(migrations.Migration):
    initial = True

    dependencies = [("foundation", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SavedMapping",
            fields=[
                ("clinic_id", models.UUIDField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "clinic_id", "source", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("source", models.CharField(max_length=64)),
                (
                    "columns",
                    models.JSONField(help_text="Header without case, accents and spaces -> field; empty leaves it out"),
                ),
                ("updated_at", models.DateTimeField()),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=64)),
                ("file_digest", models.BinaryField(help_text="SHA-256 of the file as it was", max_length=32)),
                ("announce", models.CharField(max_length=8)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "counts",
                    models.JSONField(default=dict, help_text="new, moved, cancelled, ... as the result has them"),
                ),
                ("is_waiting", models.BooleanField(default=False, help_text="Texts wait for a person's word")),
            ],
            options={
                "indexes": [models.Index(fields=["clinic_id", "source", "started_at"], name="csv_files_run_of_source")],
            },
        ),
        TenantKey("csv_files_importrun"),
    ]
