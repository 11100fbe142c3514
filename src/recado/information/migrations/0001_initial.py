"""Pages of a clinic that anybody may read."""

import recado.foundation.ids
from django.db import migrations, models

from recado.foundation.operations import AppendOnly


class Migration(migrations.Migration):
    initial = True

    dependencies = [("clinics", "0001_initial"), ("foundation", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="InfoPage",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=24)),
                ("code", models.CharField(max_length=8)),
                ("name", models.CharField(max_length=80)),
                ("state", models.CharField(max_length=12)),
                ("version", models.IntegerField(null=True)),
                ("draft", models.JSONField(null=True)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("clinic_id", "key"), name="information_page_key"),
                    models.UniqueConstraint(fields=("clinic_id", "code"), name="information_page_code"),
                ],
            },
        ),
        migrations.CreateModel(
            name="InfoVersion",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=24)),
                ("number", models.IntegerField()),
                ("page", models.JSONField()),
                ("published_at", models.DateTimeField()),
                ("published_by", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("clinic_id", "key", "number"), name="information_version_no")
                ],
            },
        ),
        AppendOnly("information_infoversion"),
    ]
