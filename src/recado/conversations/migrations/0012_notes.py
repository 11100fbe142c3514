"""Private notes in a conversation, and whom they name."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0011_offered_message"),
    ]

    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("thread_id", models.UUIDField()),
                ("patient_id", models.UUIDField(null=True)),
                ("author", models.UUIDField()),
                ("body_ct", models.BinaryField()),
                ("at", models.DateTimeField()),
                (
                    "mentioned",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["clinic_id", "thread_id", "at"], name="conversations_note_thread"),
                    models.Index(fields=["clinic_id", "patient_id"], name="conversations_note_patient"),
                ],
            },
        ),
        migrations.AddField(
            model_name="thread",
            name="mentioned",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), db_default=[], default=list, size=None
            ),
        ),
    ]
