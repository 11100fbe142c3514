"""The outbox refuses a text where texts were stopped: a stop of another channel is none of its business."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION messaging_outbox_refuse_withdrawn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM fresh f WHERE f.purpose_group <> 0 AND EXISTS (
            SELECT FROM consent_withdrawal w
            WHERE w.clinic_id = f.clinic_id AND w.phone_bi = f.phone_bi AND w.purpose_group = f.purpose_group{channel})
    ) THEN
        RAISE EXCEPTION 'a text to a person who has withdrawn may not wait in the outbox'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'messaging_outbox_not_withdrawn';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = (("messaging", "0027_inbound_put_off"), ("consent", "0011_keys_by_channel"))

    operations = (
        migrations.RunSQL(
            FUNCTION.replace("{channel}", "\n                AND w.channel = 'sms'"), FUNCTION.replace("{channel}", "")
        ),
    )
