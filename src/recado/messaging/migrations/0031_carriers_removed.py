"""Carriers that have been taken away; their rows stay for the texts that left by them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("messaging", "0030_told_costs"),)

    operations = (migrations.AddField("carrieraccount", "removed_at", models.DateTimeField(null=True)),)
