"""Whether the text behind an open question asked anything, or only told of something that may be answered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0020_attachments")]

    operations = [
        migrations.AddField(
            model_name="question", name="is_notice", field=models.BooleanField(default=False, db_default=False)
        ),
    ]
