"""The reference of the part that a call brought, so that a call that comes again is known."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0020_lookups")]

    operations = [
        migrations.AddField("callbackraw", "part_ref", models.CharField(max_length=80, default="", db_default="")),
    ]
