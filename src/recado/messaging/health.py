"""How the queue and the carriers are, for whatever watches over the processes."""

from datetime import timedelta
from typing import Any

import psycopg

from recado.foundation import business_time
from recado.foundation.clock import real_now

from . import carrier_views

# Along the claim's index: a step for each clinic that waits in a lane of a carrier. min(due) alone would walk the queue.
OLDEST_DUE = """
SELECT min(t.due) FROM messaging_carrieraccount c, unnest('{1,2,3,4,5}'::smallint[]) AS l (lane), LATERAL (
    WITH RECURSIVE w AS (
        (SELECT clinic_id, due FROM messaging_outbox WHERE carrier = c.id AND lane = l.lane ORDER BY clinic_id, due LIMIT 1)
        UNION ALL
        SELECT n.clinic_id, n.due FROM w, LATERAL (
            SELECT clinic_id, due FROM messaging_outbox
            WHERE carrier = c.id AND lane = l.lane AND clinic_id > w.clinic_id ORDER BY clinic_id, due LIMIT 1) n)
    SELECT due FROM w) t
WHERE t.due <= %s
"""
CARRIERS = "SELECT name, state, state_at FROM messaging_carrieraccount WHERE is_active ORDER BY id"
LATE_AFTER = timedelta(seconds=60)  # a due text that waits longer: the queue is degraded


def health(maintenance: "psycopg.Connection[Any]") -> dict[str, Any]:
    """How the queue and the carriers are, without a word about anybody. For the maintenance connection."""
    now, real = business_time.now(), real_now()
    oldest = maintenance.execute(OLDEST_DUE, (now,)).fetchone()
    age = (now - oldest[0]) if oldest and oldest[0] else timedelta(0)
    carriers = [
        {
            "name": name,
            "state": "ok" if state == "ready" and at and real - at < carrier_views.SILENT_AFTER else "degraded",
            "age_s": round((real - at).total_seconds(), 1) if at else None,
        }
        for name, state, at in maintenance.execute(CARRIERS)
    ]
    queue = {"state": "ok" if age < LATE_AFTER else "degraded", "oldest_due_age_s": round(age.total_seconds(), 1)}
    return {"queue": queue, "carriers": carriers}
