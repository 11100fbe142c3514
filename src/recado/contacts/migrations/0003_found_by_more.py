"""People are found by birth date and by last digits too; what staff change about them is kept."""

import recado.foundation.ids
from django.db import migrations, models

from recado.foundation.operations import TenantReference


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0002_same_clinic"),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("patient_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=16)),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_ref", models.CharField(max_length=64)),
            ],
        ),
        migrations.AddField(
            model_name="address",
            name="is_overruled",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="address",
            name="last4_bi",
            field=models.BinaryField(max_length=16, null=True),
        ),
        migrations.AddField(
            model_name="patient",
            name="birth_bi",
            field=models.BinaryField(max_length=16, null=True),
        ),
        migrations.AddIndex(
            model_name="address",
            index=models.Index(fields=["last4_bi"], name="contacts_address_last4"),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(fields=["birth_bi"], name="contacts_patient_birth"),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(fields=["clinic_id", "patient_id", "at"], name="contacts_change_patient"),
        ),
        TenantReference("contacts_change", "patient_id", "contacts_patient"),
    ]
