"""The SQL of what a dead process, a broken connection or a carrier that is away left behind: slices, their texts, incidents,
texts that wait in vain. Part of the hot tables' one writer (outbox.py), apart only for its length; the same rules hold."""

from typing import LiteralString

# What a text would leave from if there were no routes: its sender, where that is the clinic's own, else the clinic's number.
OWN_SENDER: LiteralString = """
coalesce((SELECT r.address FROM messaging_receivingnumber r
          WHERE r.clinic_id = m.clinic_id AND r.address = m.sender ORDER BY r.id LIMIT 1),
         (SELECT r.address FROM messaging_receivingnumber r
          WHERE r.clinic_id = m.clinic_id AND (SELECT c.is_active FROM messaging_carrieraccount c WHERE c.id = r.carrier_id)
          ORDER BY r.is_preferred DESC, r.keyword, r.id LIMIT 1),
         m.sender)
"""
OWN_SENDERS: LiteralString = f"""
SELECT uuid_send(n.id), {OWN_SENDER} FROM unnest(%(clinics)s, %(messages)s) AS n (clinic_id, id),
LATERAL (SELECT clinic_id, sender FROM messaging_message m WHERE m.clinic_id = n.clinic_id AND m.id = n.id LIMIT 1) m
"""

# Waiting for one carrier, in the order of its index, from a place in it on: some may leave by another.
WAITING_FOR: LiteralString = f"""
SELECT uuid_send(m.id), uuid_send(m.clinic_id), m.lane, {OWN_SENDER}, m.purpose, m.due, m.phone_ct, m.body_ct, m.tried FROM (
    SELECT * FROM messaging_outbox
    WHERE carrier = %(carrier)s AND (lane, clinic_id, due, id) > (%(lane)s, %(clinic)s, %(due)s, %(id)s) AND lane = ANY (%(lanes)s)
    ORDER BY lane, clinic_id, due, id LIMIT %(most)s) m
ORDER BY m.lane, m.clinic_id, m.due, m.id
"""
# What a carrier did not take and would have again later: asked only when a person has put it right.
PUT_OFF: LiteralString = """
SELECT uuid_send(id) FROM messaging_outbox WHERE carrier = %(carrier)s AND attempts > 0 AND due > %(now)s LIMIT %(most)s
"""
# Carriers that have been removed, and a text was put for them all the same, by who remembered the routes from before. And what
# clinics send from now, by the address that `WAITING_FOR` names.
STRANDED: LiteralString = """
SELECT c.id FROM messaging_carrieraccount c WHERE c.removed_at IS NOT NULL
    AND (SELECT count(*) FROM (SELECT FROM messaging_outbox o WHERE o.carrier = c.id LIMIT 1) n) > 0
"""
HOMES: LiteralString = """
SELECT r.clinic_id, r.address, r.carrier_id, c.receives FROM messaging_receivingnumber r
JOIN messaging_carrieraccount c ON c.id = r.carrier_id WHERE r.clinic_id = ANY (%(clinics)s) AND c.is_active
ORDER BY r.is_preferred, r.keyword DESC, r.id DESC
"""
TAKE_BACK: LiteralString = """
DELETE FROM messaging_outbox WHERE id = ANY (%(ids)s) AND carrier = %(carrier)s
RETURNING uuid_send(id), uuid_send(clinic_id), due, attempts, purpose_group, tried, sender
"""

# Committed, but its worker never heard of it: the connection broke on the way back.
UNTOLD = """
SELECT id, carrier, ids, clinics, purposes FROM messaging_slice
WHERE worker = %(worker)s AND NOT (id = ANY (%(held)s::bigint[])) ORDER BY id FOR UPDATE
"""
DROP_SLICES = "DELETE FROM messaging_slice WHERE id = ANY (%(slices)s)"

# A slice of a worker that is gone, or whose lease has ended: its texts without an answer are uncertain. The fence goes
# up first, so that a late worker's settle changes nothing.
LOST_SLICES = """
UPDATE messaging_slice SET fence = fence + 1 WHERE id = ANY (ARRAY(
    SELECT id FROM messaging_slice
    WHERE lease < %(real_now)s OR (split_part(worker, '#', 1) = %(name)s AND worker <> %(worker)s)
    ORDER BY id LIMIT 50 FOR UPDATE SKIP LOCKED))
RETURNING id, carrier, lease
"""
# A text that was not taken in time may wait again, or be under way in another slice: its fate is not this slice's.
# Each uncertainty that was not followed by a second sending (10) stands already.
LOST_TEXTS = """
WITH a AS MATERIALIZED (
    SELECT unnest(ids) AS id FROM (
        SELECT ids FROM messaging_slice WHERE NOT (id = ANY (%(slices)s)) ORDER BY id) AS s),
x AS MATERIALIZED (
    SELECT DISTINCT ON (t.id) t.id, t.clinic_id, t.purpose, s.carrier FROM messaging_slice s,
        LATERAL unnest(s.ids, s.clinics, s.purposes) AS t (id, clinic_id, purpose)
    WHERE s.id = ANY (%(slices)s) AND (t.id IN (SELECT id FROM a)) IS NOT TRUE
        AND (SELECT count(*) FROM messaging_outbox o WHERE o.id = t.id) = 0
        AND (SELECT count(*) FILTER (WHERE e.kind NOT IN (5, 7, 10)) = 0
                AND count(*) FILTER (WHERE e.kind = 5) <= count(*) FILTER (WHERE e.kind = 10)
            FROM messaging_event e WHERE e.message = t.id)
    ORDER BY t.id, s.id DESC),
u AS (
    INSERT INTO messaging_event (clinic_id, message, at, kind, carrier, reason)
    SELECT clinic_id, id, %(now)s, 5, carrier, %(reason)s FROM x)
SELECT uuid_send(id), uuid_send(clinic_id), carrier, purpose FROM x
"""
RESENT_BEFORE = """
SELECT uuid_send(n.id) FROM unnest(%(messages)s) AS n (id)
WHERE (SELECT count(*) FROM messaging_event e WHERE e.message = n.id AND e.kind = 10) > 0
"""
INCIDENTS = """
INSERT INTO messaging_incident (id, clinic_id, carrier, at, reason, texts)
SELECT n.id, n.clinic_id, n.carrier, %(now)s, %(reason)s, n.texts
FROM unnest(%(ids)s, %(clinics)s, %(carriers)s, %(texts)s) AS n (id, clinic_id, carrier, texts)
"""
