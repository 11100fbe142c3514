"""A number may be nobody's: texts went there and no patient has it. No row is touched; the lock is held for an instant."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contacts", "0006_tokens_without_index")]

    operations = [
        migrations.AlterField(model_name="address", name="patient_id", field=models.UUIDField(null=True)),
    ]
