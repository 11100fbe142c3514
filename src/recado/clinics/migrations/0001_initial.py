import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import recado.foundation.ids
from recado.foundation.operations import TenantKey


class Migration(migrations.Migration):
    initial = True

    dependencies = [("foundation", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("prefix", models.TextField()),
                ("digest", models.BinaryField(unique=True)),
                ("scopes", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("last_used_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("email", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("language", models.TextField(default="en")),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                        name="user_email_lower",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Clinic",
            fields=[
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("slug", models.TextField(unique=True)),
                ("short_code", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("time_zone", models.TextField()),
                ("country", models.TextField()),
                ("default_language", models.TextField()),
                ("care_basis", models.TextField()),
                ("quiet_opens", models.TimeField(null=True)),
                ("quiet_closes", models.TimeField(null=True)),
                ("phone_shown", models.TextField(blank=True, db_default="", default="")),
                ("address", models.TextField(blank=True, db_default="", default="")),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("care_basis__in", ["care", "consent"])), name="clinic_care_basis"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quiet_closes__isnull", True), ("quiet_opens__isnull", True)),
                            models.Q(("quiet_closes__isnull", False), ("quiet_opens__isnull", False)),
                            _connector="OR",
                        ),
                        name="clinic_quiet_hours_both",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("address", models.TextField(blank=True, db_default="", default="")),
                ("directions_url", models.TextField(blank=True, db_default="", default="")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("clinic_id"), django.db.models.functions.text.Lower("name"), name="site_name_in_clinic"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("role", models.TextField()),
                ("since", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("until", models.DateTimeField(null=True)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("clinic_id", "user"),
                        name="one_role_at_a_time",
                    )
                ],
            },
        ),
        TenantKey("clinics_site"),
        TenantKey("clinics_membership"),
        TenantKey("clinics_apikey"),
    ]
