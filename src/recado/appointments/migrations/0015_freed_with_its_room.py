"""A time on offer to the waitlist knows its calendars: two clinicians may share a room.

What is on offer already learns them from the cancelled visit, whose rows are kept. The owner sees no rows of clinics
(foundation/policies.py), so it lets itself in for this one statement; all is one transaction.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

TABLES = ("appointments_freedtime", "appointments_taken")
# Only what the few times on offer took is looked up, since both tables are locked meanwhile: 0.03 s with a million rows, a fifth of
# them off, where it was 0.55 s for all of these.
LEARN = """
UPDATE appointments_freedtime f SET calendars = k.calendars, takes = k.takes
FROM (
    SELECT o.id, array_agg(t.calendar_id ORDER BY t.calendar_id) AS calendars,
        max(t.until - t.minute) * interval '1 minute' AS takes
    FROM appointments_freedtime o JOIN appointments_taken t ON t.clinic_id = o.clinic_id AND t.appointment_id = o.visit_id
    WHERE o.state = 'offering' AND t.is_off AND t.minute = floor(extract(epoch FROM o.starts_at) / 60)
    GROUP BY o.id
) k
WHERE k.id = f.id
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
