"""The sites of a survey are found from one to the next by an index, whatever the number of visits."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("surveys", "0002_by_clock")]

    operations = [
        AddIndexConcurrently(
            "response", models.Index(fields=["clinic_id", "survey", "site"], name="surveys_response_site")
        ),
    ]
