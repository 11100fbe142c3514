"""What a carrier refused is remembered over a restart: a nullable column, so the table is not rewritten."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0034_link_about")]

    operations = [
        migrations.AddField(model_name="carrieraccount", name="refused_with", field=models.BinaryField(null=True))
    ]
