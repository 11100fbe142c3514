import datetime

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models

import recado.foundation.ids
from recado.foundation.operations import REFUSE_CHANGE, AppendOnly, TenantKey

# One row for every event that waits for its seal, whoever wrote the event and how.
WAIT_FOR_SEAL = """
CREATE FUNCTION foundation_wait_for_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.foundation_unsealedevent (clinic_id, event_id) SELECT clinic_id, id FROM added;
    RETURN NULL;
END $$;
CREATE TRIGGER wait_for_seal AFTER INSERT ON foundation_auditevent
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION foundation_wait_for_seal();
-- Emptied every few minutes: without this, dead rows would stay until a fifth of the table is dead.
ALTER TABLE foundation_unsealedevent SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
-- Digests don't compress, and one of them is looked at alone when a chain is checked.
ALTER TABLE foundation_auditseal ALTER COLUMN prints SET STORAGE EXTERNAL;
"""

CLOCK_RUNS_FORWARD = """
INSERT INTO foundation_clock (id, ahead) VALUES (1, interval '0');
CREATE FUNCTION foundation_clock_runs_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.ahead >= OLD.ahead THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'business time runs only forward' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER runs_forward BEFORE UPDATE OR DELETE ON foundation_clock
    FOR EACH ROW EXECUTE FUNCTION foundation_clock_runs_forward();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("clinic_id", models.UUIDField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "clinic_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.BigIntegerField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("events", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("prints", models.BinaryField(help_text="32 bytes an event, so that a changed one can be named")),
                ("previous", models.BinaryField()),
                ("digest", models.BinaryField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="UnsealedEvent",
            fields=[
                ("clinic_id", models.UUIDField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "clinic_id", "event_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("event_id", models.UUIDField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("clinic_id", models.UUIDField()),
                ("id", models.UUIDField(default=recado.foundation.ids.new_id, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("actor_kind", models.TextField()),
                ("actor_ref", models.TextField(db_default="", default="")),
                ("action", models.TextField(help_text="Room and verb: appointments.book")),
                ("patient_id", models.UUIDField(null=True)),
                (
                    "subject",
                    models.TextField(
                        db_default="", default="", help_text="Kind and id of the thing: appointment 0192..."
                    ),
                ),
                ("reason", models.TextField(db_default="", default="")),
                (
                    "result",
                    models.TextField(db_default="done", default="done", help_text="done, allowed, refused, to_review"),
                ),
                ("origin", models.TextField(db_default="", default="", help_text="Network address, or empty")),
                ("request_id", models.TextField(db_default="", default="")),
                ("detail", models.JSONField(db_default={}, default=dict)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("patient_id__isnull", False)),
                        fields=["clinic_id", "patient_id", "id"],
                        name="audit_of_patient",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BusinessClock",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("ahead", models.DurationField(default=datetime.timedelta(0))),
            ],
            options={
                "db_table": "foundation_clock",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="clock_one_row"),
                    models.CheckConstraint(
                        condition=models.Q(("ahead__gte", datetime.timedelta(0))), name="clock_not_behind"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DataKey",
            fields=[
                ("clinic_id", models.UUIDField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "clinic_id", "kind", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[("data", "seals values"), ("index", "makes blind indexes and name tokens")]
                    ),
                ),
                ("number", models.IntegerField()),
                ("wrapped", models.BinaryField()),
                (
                    "seals_from",
                    models.DateTimeField(
                        help_text="Real time from which the newest key seals: later than it was made, so that every process has it."
                    ),
                ),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("kind__in", ["data", "index"])), name="data_key_kind"),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="data_key_number"),
                ],
            },
        ),
        migrations.RunSQL(REFUSE_CHANGE, "DROP FUNCTION recado_refuse_change()"),
        TenantKey("foundation_auditevent"),
        AppendOnly("foundation_auditevent"),
        AppendOnly("foundation_auditseal"),
        migrations.RunSQL(WAIT_FOR_SEAL, "DROP FUNCTION foundation_wait_for_seal() CASCADE"),
        migrations.RunSQL(CLOCK_RUNS_FORWARD, "DROP FUNCTION foundation_clock_runs_forward() CASCADE"),
    ]
