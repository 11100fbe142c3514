"""The index of the tokens goes: under row security nothing could use it, and every import wrote it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("contacts", "0005_language_stays")]

    operations = [migrations.RemoveIndex(model_name="patient", name="contacts_patient_tokens")]
