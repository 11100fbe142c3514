"""The forms of a visit are found by it."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("documents", "0002_forms")]

    operations = [
        AddIndexConcurrently(
            model_name="document",
            index=models.Index(
                fields=["clinic_id", "visit_id", "form_key"],
                condition=models.Q(visit_id__isnull=False),
                name="documents_document_visit",
            ),
        )
    ]
