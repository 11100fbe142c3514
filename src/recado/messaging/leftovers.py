"""The SQL of what a dead process, a broken connection or a carrier that is away left behind: slices, their texts, incidents,
texts that wait in vain or wait again. Part of the hot tables' one writer (outbox.py), apart only for its length; the same rules
hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from recado.foundation import arrays

from .types import EventKind, Route

# Not taken for certain: waits again, from the message's own row, unless its owner has withdrawn meanwhile, or what it says
# holds no longer (anew.py). It leaves from the sender that it last had on that carrier, and no carrier that refused it is asked
# again: a process that dies keeps neither in its slices. A text that had gone over before that was kept tells it itself. One that
# goes once more (10) because it was uncertain may have left already: from where is kept, whatever carrier it goes over to.
PUT_AGAIN: LiteralString = """
WITH n AS MATERIALIZED (
    SELECT m.id, m.clinic_id, m.lane, m.purpose, m.phone_bi, m.phone_ct, m.body_ct, m.rule, m.expires, m.due AS first_due,
        coalesce(%(sender)s::text, CASE WHEN t.carrier = %(carrier)s THEN t.sender WHEN t.carrier IS NULL THEN n.sender END,
            m.sender) AS sender,
        n.due, n.attempts, coalesce(n.tried, t.tried) AS tried, n.purpose_group,
        coalesce(t.carrier, %(carrier)s) AS old_carrier, coalesce(t.sender, m.sender) AS old_sender, t.tried AS old_tried, t.left_from AS old_left,
        n.purpose_group <> 0 AND EXISTS (
            SELECT FROM consent_withdrawal w
            WHERE w.clinic_id = m.clinic_id AND w.phone_bi = m.phone_bi AND w.purpose_group = n.purpose_group
            AND w.channel = 'sms') AS gone,
        (SELECT count(*) FROM messaging_staletext s WHERE s.clinic_id = m.clinic_id AND s.message = m.id) > 0 AS stale
    FROM unnest(%(clinics)s, %(messages)s, %(dues)s, %(attempts)s, %(groups)s, %(tried)s,
        %(last_senders)s) AS n (clinic_id, id, due, attempts, purpose_group, tried, sender),
    LATERAL (SELECT * FROM messaging_message m WHERE m.clinic_id = n.clinic_id AND m.id = n.id LIMIT 1) m
    LEFT JOIN LATERAL (
        SELECT * FROM messaging_movedtext t WHERE t.clinic_id = m.clinic_id AND t.message = m.id LIMIT 1) t ON true),
o AS (
    INSERT INTO messaging_outbox (id, clinic_id, carrier, lane, purpose, purpose_group, attempts, due, verdict, rule,
        sender, phone_bi, phone_ct, body_ct, expires, first_due, tried)
    SELECT id, clinic_id, %(carrier)s, lane, purpose, purpose_group, attempts, due, 'allow', rule, sender, phone_bi,
        phone_ct, body_ct, expires, first_due, tried FROM n WHERE NOT gone AND NOT stale),
t AS (
    INSERT INTO messaging_movedtext (clinic_id, message, carrier, sender, tried, left_from)
    SELECT clinic_id, id, %(carrier)s, sender, tried, CASE WHEN %(kind)s = 10 THEN array_append(old_left, sender) ELSE old_left END
    FROM n WHERE %(kind)s = 10 OR (%(carrier)s, sender, tried) IS DISTINCT FROM (old_carrier, old_sender, old_tried)
    ON CONFLICT (clinic_id, message) DO UPDATE
    SET carrier = EXCLUDED.carrier, sender = EXCLUDED.sender, tried = EXCLUDED.tried, left_from = EXCLUDED.left_from)
INSERT INTO messaging_event (clinic_id, message, at, kind, carrier, reason)
SELECT clinic_id, id, %(now)s, CASE WHEN gone THEN 4 WHEN stale THEN 8 ELSE %(kind)s END, %(said_by)s,
    CASE WHEN gone THEN 'withdrawn' WHEN stale THEN 'words_changed' ELSE %(reason)s END FROM n
"""

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

# Waiting for one carrier, in the order of its index, from a place in it on: some may leave by another. By its message's sender, and
# not by that of a carrier which it has gone over to.
WAITING_FOR: LiteralString = f"""
SELECT uuid_send(o.id), uuid_send(o.clinic_id), o.lane, {OWN_SENDER}, o.purpose, o.due, o.phone_ct, o.body_ct, o.tried FROM (
    SELECT * FROM messaging_outbox
    WHERE carrier = %(carrier)s AND (lane, clinic_id, due, id) > (%(lane)s, %(clinic)s, %(due)s, %(id)s) AND lane = ANY (%(lanes)s)
    ORDER BY lane, clinic_id, due, id LIMIT %(most)s) o,
LATERAL (SELECT clinic_id, sender FROM messaging_message m WHERE m.clinic_id = o.clinic_id AND m.id = o.id LIMIT 1) m
ORDER BY o.lane, o.clinic_id, o.due, o.id
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
RETURNING uuid_send(id), uuid_send(clinic_id), due, attempts, purpose_group, sender, coalesce(tried, '')
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


@dataclass(frozen=True, slots=True)
class Again:
    """A text that was not taken and goes again: by the same carrier, or by another one and perhaps its own sender. `sender`: what
    it was to leave from by the same one, where that is known."""

    clinic: bytes
    message: bytes
    due: datetime
    attempts: int
    purpose_group: int
    elsewhere: Route | None = None
    tried: str = ""
    sender: str = ""


def again_parameters(
    texts: Sequence[Again],
    *,
    carrier: int,
    now: datetime,
    kind: EventKind,
    reason: str,
    sender: str | None = None,
    said_by: int | None = None,
) -> dict[str, object]:
    """`sender`: another than these texts were to leave from, where another carrier wants it. `said_by`: whose the reason is, if
    it is not the carrier that the texts wait for."""
    return {
        "now": now,
        "carrier": carrier,
        "sender": sender,
        "kind": int(kind),
        "reason": reason,
        "clinics": arrays.uuid_array([t.clinic for t in texts]),
        "messages": arrays.uuid_array([t.message for t in texts]),
        "dues": arrays.timestamptz_array([t.due for t in texts]),
        "attempts": arrays.int2_array([t.attempts for t in texts]),
        "groups": arrays.int2_array([t.purpose_group for t in texts]),
        "tried": arrays.text_array([t.tried or None for t in texts]),
        "last_senders": arrays.text_array([t.sender or None for t in texts]),
        "said_by": carrier if said_by is None else said_by,
    }
