"""Why a text was understood as it was, in our own words, and when somebody was told that an offer is gone. Columns that may be
null, and a longer code: neither rewrites the table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0017_failed_indexes")]

    operations = [
        migrations.AddField(model_name="reading", name="why_ct", field=models.BinaryField(null=True)),
        migrations.AlterField(model_name="reading", name="understood", field=models.CharField(max_length=24)),
        migrations.AddField(model_name="offered", name="told_at", field=models.DateTimeField(null=True)),
    ]
