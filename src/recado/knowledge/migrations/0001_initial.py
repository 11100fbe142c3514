"""Articles that answer patients' questions, and what became of each question."""

import recado.foundation.ids
from django.db import migrations, models

from recado.foundation.operations import AppendOnly


class Migration(migrations.Migration):
    initial = True

    dependencies = [("clinics", "0001_initial"), ("foundation", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ClinicPolicy",
            fields=[
                ("clinic_id", models.UUIDField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "clinic_id", "kind", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.SmallIntegerField(default=1)),
                ("is_on", models.BooleanField(default=True)),
                ("limit", models.SmallIntegerField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Article",
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
                ("owner", models.UUIDField(null=True)),
                ("reviewed_by", models.CharField(default="", max_length=64)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("due", models.DateField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("clinic_id", "key"), name="knowledge_article_key")],
            },
        ),
        migrations.CreateModel(
            name="ArticleVersion",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=24)),
                ("number", models.IntegerField()),
                ("published_at", models.DateTimeField()),
                ("published_by", models.CharField(max_length=64)),
                ("article", models.JSONField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("clinic_id", "key", "number"), name="knowledge_version_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="Asked",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("phone_bi", models.BinaryField(max_length=16)),
                ("language", models.CharField(max_length=8)),
                ("outcome", models.CharField(max_length=12)),
                ("article", models.CharField(default="", max_length=24)),
                ("version", models.IntegerField(null=True)),
                ("confidence", models.SmallIntegerField(default=0)),
                ("code", models.CharField(default="", max_length=12)),
                ("helped", models.BooleanField(null=True)),
                ("handed_at", models.DateTimeField(null=True)),
                ("put_aside_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["clinic_id", "at"], name="knowledge_asked_at"),
                    models.Index(fields=["clinic_id", "phone_bi", "at"], name="knowledge_asked_phone"),
                    models.Index(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=["clinic_id", "code"],
                        name="knowledge_asked_code",
                    ),
                ],
            },
        ),
        AppendOnly("knowledge_articleversion"),
    ]
