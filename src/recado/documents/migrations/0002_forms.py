"""Forms that patients fill in: a document without a file, with answers."""

import recado.foundation.ids
from django.db import migrations, models

from recado.foundation.operations import AppendOnly, TenantReference


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [
        migrations.AddField("document", "needs_code", models.BooleanField(default=True, db_default=True)),
        migrations.AddField("document", "form_key", models.CharField(max_length=24, default="", db_default="")),
        migrations.AddField("document", "form_version", models.IntegerField(null=True)),
        migrations.AddField("document", "visit_id", models.UUIDField(null=True)),
        migrations.AddField("document", "due_at", models.DateTimeField(null=True)),
        migrations.AddField("document", "filled_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="Form",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=24)),
                ("name", models.CharField(max_length=80)),
                ("state", models.CharField(max_length=12)),
                ("version", models.IntegerField(null=True)),
                ("draft", models.JSONField(null=True)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("clinic_id", "key"), name="documents_form_key")],
            },
        ),
        migrations.CreateModel(
            name="FormVersion",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=24)),
                ("number", models.IntegerField()),
                ("form", models.JSONField()),
                ("published_at", models.DateTimeField()),
                ("published_by", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("clinic_id", "key", "number"), name="documents_version_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="FilledForm",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("document_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("answers_ct", models.BinaryField()),
            ],
            options={
                "indexes": [models.Index(fields=["clinic_id", "document_id", "at"], name="documents_filled_of")],
            },
        ),
        AppendOnly("documents_formversion"),
        AppendOnly("documents_filledform"),
        TenantReference("documents_filledform", "document_id", "documents_document"),
    ]
