"""What a report that came before its text was known says of the price."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("messaging", "0031_carriers_removed"),)

    operations = (
        migrations.AddField(
            "receiptunmatched", "cost_amount", models.DecimalField(decimal_places=6, max_digits=14, null=True)
        ),
        migrations.AddField(
            "receiptunmatched", "cost_currency", models.CharField(db_default="", default="", max_length=8)
        ),
    )
