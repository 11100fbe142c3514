"""The hot tables of the send path (the reasons and figures: docs/explain/send-path.md).

message, event: insert-only, partitioned by uuidv7 range of the message's id, so the key needs no date column and any
look-up by id prunes. outbox: only what waits; one index, the claim's. slice: what is on the wire.
The trigger and the CHECKs are the third lock of five: no row may wait without an allowing verdict or for a number
whose owner has withdrawn.
"""

from django.db import migrations

FORWARD = """
CREATE TABLE messaging_message (
    clinic_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    due timestamptz,
    lane smallint NOT NULL CHECK (lane BETWEEN 1 AND 5),
    purpose smallint NOT NULL,
    parts smallint NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('allow', 'later', 'never')),
    rule text NOT NULL CHECK (rule <> ''),
    sender text NOT NULL,
    patient_id uuid,
    phone_bi bytea,
    phone_ct bytea,
    body_ct bytea NOT NULL,
    CONSTRAINT messaging_message_reach CHECK (verdict = 'never' OR (octet_length(phone_bi) = 16 AND phone_ct IS NOT NULL)),
    PRIMARY KEY (clinic_id, id)
) PARTITION BY RANGE (id);
CREATE INDEX messaging_message_phone ON messaging_message (clinic_id, phone_bi, id);

CREATE TABLE messaging_event (
    clinic_id uuid NOT NULL,
    message uuid NOT NULL,
    at timestamptz NOT NULL,
    kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 10),
    carrier smallint,
    ref text,
    reason text
) PARTITION BY RANGE (message);
CREATE INDEX messaging_event_message ON messaging_event (message);
CREATE INDEX messaging_event_ref ON messaging_event (carrier, ref) WHERE ref IS NOT NULL;
CREATE INDEX messaging_event_wrong ON messaging_event (clinic_id, message) WHERE kind IN (3, 4, 6, 9);
CREATE INDEX messaging_event_uncertain ON messaging_event (carrier, message) WHERE kind = 5;

CREATE TABLE messaging_outbox (
    id uuid PRIMARY KEY,
    clinic_id uuid NOT NULL,
    carrier smallint NOT NULL,
    lane smallint NOT NULL,
    purpose smallint NOT NULL,
    purpose_group smallint NOT NULL,
    attempts smallint NOT NULL DEFAULT 0,
    due timestamptz NOT NULL,
    verdict text NOT NULL CHECK (verdict = 'allow'),
    rule text NOT NULL CHECK (rule <> ''),
    sender text NOT NULL,
    phone_bi bytea NOT NULL CHECK (octet_length(phone_bi) = 16),
    phone_ct bytea NOT NULL,
    body_ct bytea NOT NULL
) WITH (autovacuum_vacuum_cost_delay = 0, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);
CREATE INDEX messaging_outbox_claim ON messaging_outbox (carrier, lane, due, id);

CREATE TABLE messaging_slice (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    worker text NOT NULL,
    carrier smallint NOT NULL,
    fence integer NOT NULL DEFAULT 1,
    lease timestamptz NOT NULL,
    ids uuid[] NOT NULL,
    clinics uuid[] NOT NULL,
    purposes smallint[] NOT NULL
) WITH (autovacuum_vacuum_cost_delay = 0, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

CREATE TABLE messaging_reference (
    clinic_id uuid NOT NULL,
    ref text NOT NULL,
    message_id uuid NOT NULL,
    PRIMARY KEY (clinic_id, ref)
);

CREATE FUNCTION messaging_outbox_refuse_withdrawn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM fresh f WHERE f.purpose_group <> 0 AND EXISTS (
            SELECT FROM consent_withdrawal w
            WHERE w.clinic_id = f.clinic_id AND w.phone_bi = f.phone_bi AND w.purpose_group = f.purpose_group)
    ) THEN
        RAISE EXCEPTION 'a text to a person who has withdrawn may not wait in the outbox'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'messaging_outbox_not_withdrawn';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER messaging_outbox_not_withdrawn AFTER INSERT ON messaging_outbox
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION messaging_outbox_refuse_withdrawn();
"""

BACKWARD = """
DROP TABLE messaging_message, messaging_event, messaging_outbox, messaging_slice, messaging_reference;
DROP FUNCTION messaging_outbox_refuse_withdrawn();
"""


class Migration(migrations.Migration):
    dependencies = (("messaging", "0001_initial"), ("consent", "0001_initial"))

    operations = (migrations.RunSQL(FORWARD, BACKWARD),)
