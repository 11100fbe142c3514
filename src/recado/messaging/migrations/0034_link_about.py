"""A link may say what its page begins with: a nullable column, so the table is not rewritten."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0033_stale_texts")]

    operations = [migrations.AddField(model_name="link", name="about_id", field=models.UUIDField(null=True))]
