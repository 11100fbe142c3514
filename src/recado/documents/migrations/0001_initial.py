"""Documents for patients: sealed in pieces, with their checks and their history."""

import recado.foundation.ids
from django.db import migrations, models

from recado.foundation.operations import AppendOnly, TenantKey, TenantReference


class Migration(migrations.Migration):
    initial = True

    dependencies = [("contacts", "0002_same_clinic"), ("foundation", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Piece",
            fields=[
                ("clinic_id", models.UUIDField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "clinic_id",
                        "document_id",
                        "number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("document_id", models.UUIDField()),
                ("number", models.IntegerField()),
                ("sealed", models.BinaryField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("document_id", models.UUIDField()),
                ("code_mac", models.BinaryField(max_length=16)),
                ("made_at", models.DateTimeField()),
                ("tries", models.SmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
                ("pass_hash", models.BinaryField(default=b"", max_length=32)),
            ],
            options={
                "indexes": [models.Index(fields=["clinic_id", "document_id", "made_at"], name="documents_check_of")],
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("patient_id", models.UUIDField()),
                ("kind", models.CharField(max_length=16)),
                ("media_type", models.CharField(max_length=40)),
                ("size", models.IntegerField()),
                ("about_ct", models.BinaryField()),
                ("key_ct", models.BinaryField()),
                ("source", models.CharField(max_length=64)),
                ("external_id", models.CharField(max_length=128)),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_ref", models.CharField(max_length=64)),
                ("is_held", models.BooleanField(default=False)),
                ("sent_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("openings", models.IntegerField(default=0)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("wrong_tries", models.SmallIntegerField(default=0)),
                ("asked_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["clinic_id", "sent_at"], name="documents_document_sent"),
                    models.Index(fields=["clinic_id", "patient_id", "sent_at"], name="documents_document_patient"),
                    models.Index(fields=["clinic_id", "expires_at"], name="documents_document_expires"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("clinic_id", "source", "external_id"), name="documents_document_external"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Happening",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("document_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("what", models.CharField(max_length=16)),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_ref", models.CharField(max_length=64)),
            ],
            options={
                "indexes": [models.Index(fields=["clinic_id", "document_id", "at"], name="documents_happening_of")],
            },
        ),
        TenantKey("documents_document"),
        TenantReference("documents_document", "patient_id", "contacts_patient"),
        TenantReference("documents_piece", "document_id", "documents_document"),
        TenantReference("documents_check", "document_id", "documents_document"),
        TenantReference("documents_happening", "document_id", "documents_document"),
        AppendOnly("documents_happening"),
    ]
