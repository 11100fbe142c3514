"""The language model that a clinic has connected."""

import recado.foundation.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("foundation", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Connector",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("url_ct", models.BinaryField()),
                ("key_ct", models.BinaryField(null=True)),
                ("model", models.CharField(max_length=120)),
                ("is_on", models.BooleanField(default=False)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("clinic_id",), name="assistant_connector_once")],
            },
        ),
    ]
