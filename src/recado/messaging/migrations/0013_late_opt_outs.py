"""A report that is kept until its text is known also keeps that it tells of an opt-out: consent hears of it then."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("messaging", "0012_operations"),)

    operations = (
        migrations.AddField("receiptunmatched", "person_stopped", models.BooleanField(default=False, db_default=False)),
    )
