"""A time on offer to the waitlist knows its calendars: two clinicians may share a room.

What is on offer already learns them from the cancelled visit, whose rows are kept. The owner sees no rows of clinics
(foundation/policies.py), so it lets itself in for this one statement; all is one transaction.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

TABLES = ("appointments_freedtime", "appointments_taken")
LEARN = """
UPDATE appointments_freedtime f SET calendars = t.calendars, takes = t.takes
FROM (
    SELECT clinic_id, appointment_id, minute, array_agg(calendar_id ORDER BY calendar_id) AS calendars,
        max(until - minute) * interval '1 minute' AS takes
    FROM appointments_taken WHERE is_off GROUP BY 1, 2, 3
) t
WHERE f.state = 'offering' AND t.clinic_id = f.clinic_id AND t.appointment_id = f.visit_id
    AND t.minute = floor(extract(epoch FROM f.starts_at) / 60)
"""


class Migration(migrations.Migration):
    dependencies = [("appointments", "0014_no_letter_before")]
    operations = [
        migrations.AddField(
            "freedtime",
            "calendars",
            django.contrib.postgres.fields.ArrayField(models.BigIntegerField(), default=list, db_default=[]),
        ),
        migrations.AddField("freedtime", "takes", models.DurationField(null=True)),
        migrations.RunSQL(
            [
                *(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY" for table in TABLES),
                LEARN,
                *(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY" for table in TABLES),
            ],
            migrations.RunSQL.noop,
        ),
    ]
