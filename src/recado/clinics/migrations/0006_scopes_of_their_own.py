"""Emergencies and codes have API scopes of their own. Keys made before could send them, and still can.

The owner sees no rows of clinics (foundation/policies.py), so it lets itself in for this one statement; both are one
transaction, and nobody else sees the door open.
"""

from django.db import migrations

WIDEN = """
ALTER TABLE clinics_apikey NO FORCE ROW LEVEL SECURITY;
UPDATE clinics_apikey SET scopes = scopes || ARRAY['messages:emergency', 'messages:verify']
    WHERE 'messages:send' = ANY (scopes) AND NOT 'messages:emergency' = ANY (scopes);
ALTER TABLE clinics_apikey FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clinics", "0005_api_key_sources"),
    ]

    operations = [migrations.RunSQL(WIDEN, migrations.RunSQL.noop)]
