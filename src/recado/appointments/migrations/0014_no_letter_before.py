"""Whether a letter had chosen the service: no longer asked, since a thumb's repetition is told by the texts themselves."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("appointments", "0013_new_visits")]
    operations = [migrations.RemoveField("newvisitoffer", "is_after_letter")]
