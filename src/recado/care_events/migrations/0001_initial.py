"""Care events: dated facts about a patient that are no visit."""

import recado.foundation.ids
from django.db import migrations, models

from recado.foundation.operations import TenantKey, TenantReference


class Migration(migrations.Migration):
    initial = True

    dependencies = (("contacts", "0002_same_clinic"), ("foundation", "0001_initial"))

    operations = (
        migrations.CreateModel(
            name="Event",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("source", models.CharField(max_length=64)),
                ("external_id", models.CharField(max_length=128)),
                ("patient_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(null=True)),
                ("state", models.CharField(max_length=16)),
                ("answer", models.CharField(default="", max_length=16)),
                ("revision", models.IntegerField(default=1)),
                ("detail_ct", models.BinaryField()),
                ("source_mac", models.BinaryField(max_length=16)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["clinic_id", "patient_id", "at"], name="care_events_event_patient"),
                    models.Index(fields=["clinic_id", "kind", "state", "at"], name="care_events_event_kind"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("clinic_id", "source", "kind", "external_id"), name="care_events_event_external"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("event_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("state", models.CharField(max_length=16)),
                ("answer", models.CharField(default="", max_length=16)),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_ref", models.CharField(max_length=64)),
            ],
            options={
                "indexes": [models.Index(fields=["clinic_id", "event_id", "at"], name="care_events_change_of")],
            },
        ),
        TenantKey("care_events_event"),
        TenantReference("care_events_event", "patient_id", "contacts_patient"),
        TenantReference("care_events_change", "event_id", "care_events_event"),
    )
