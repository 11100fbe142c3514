"""What the worker process does for messaging: one task for each incident that left texts uncertain, and what carriers told long ago
away."""

from datetime import timedelta
from typing import Any

import psycopg

from recado.foundation import business_time
from recado.foundation.actors import SYSTEM
from recado.foundation.clock import real_now
from recado.foundation.ids import lowest_id_at
from recado.foundation.tenancy import clinic_scope
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind

from . import opt_outs
from .inbound import KEPT_UNBOUND
from .models import Incident

TOLD_KEPT = timedelta(days=7)  # of what carriers told and is settled: what they said stands as receipts and texts
OLD_CALLS = """
DELETE FROM messaging_callbackraw WHERE id = ANY (ARRAY(
    SELECT id FROM messaging_callbackraw WHERE id < %s AND settled_at IS NOT NULL ORDER BY id LIMIT %s))
"""
# With people's numbers, sealed under the system's own key. Later than `receipts.WINDOW`, from which on none settles a text.
OLD_REPORTS = """
DELETE FROM messaging_receiptunmatched WHERE id = ANY (ARRAY(
    SELECT id FROM messaging_receiptunmatched WHERE id < %s AND settled_at IS NOT NULL ORDER BY id LIMIT %s))
"""
# A text that nobody could be told whose it is can still be given to a clinic for a month. What waits to be read, or could not be, stays.
OLD_TEXTS = """
DELETE FROM messaging_inboundraw WHERE settled_at IS NOT NULL AND id = ANY (ARRAY(
    SELECT id FROM messaging_inboundraw
    WHERE id < %(lowest)s AND settled_at < (CASE WHEN outcome = 'unbound' THEN %(unbound)s ELSE %(read)s END)::timestamptz
    ORDER BY id LIMIT %(most)s))
"""
OPEN = "SELECT clinic_id, id FROM messaging_incident WHERE taken_at IS NULL ORDER BY id LIMIT %s"


def raise_incidents(maintenance: "psycopg.Connection[Any]", *, most: int = 100) -> int:
    """Raises one task for each new incident, not one for each text. Returns how many."""
    rows = maintenance.execute(OPEN, (most,)).fetchall()
    for clinic_id, incident_id in rows:
        with clinic_scope(clinic_id):
            incident = Incident.objects.select_for_update().get(clinic_id=clinic_id, id=incident_id)
            tasks.raise_task(
                clinic_id=clinic_id,
                kind=TaskKind.UNCERTAIN,
                source=f"incident:{incident_id}",
                by=SYSTEM,
                detail={"texts": incident.texts, "reason": incident.reason, "carrier": incident.carrier},
            )
            Incident.objects.filter(clinic_id=clinic_id, id=incident_id).update(taken_at=business_time.now())
    return len(rows)


def forget_calls(maintenance: "psycopg.Connection[Any]", *, most: int = 5_000) -> int:
    """Deletes settled calls of carriers after a week; what nobody could read stays. Returns how many went."""
    return maintenance.execute(OLD_CALLS, (lowest_id_at(real_now() - TOLD_KEPT), most)).rowcount


def forget_reports(maintenance: "psycopg.Connection[Any]", *, most: int = 5_000) -> int:
    """Deletes reports that came before their text was known, or for none of ours, a week after they came; one that is not
    settled yet stays, unless its carrier has been removed. Returns how many went."""
    return (
        opt_outs.forget_late(maintenance)
        + maintenance.execute(OLD_REPORTS, (lowest_id_at(real_now() - TOLD_KEPT), most)).rowcount
    )


def forget_texts(maintenance: "psycopg.Connection[Any]", *, most: int = 5_000) -> int:
    """Deletes inbound texts as they came, a week after they were read: their words stand with their clinic. Those of no clinic go
    after a month, as they leave the operator's list; what isn't read yet, or could not be, stays. Returns how many went."""
    now = real_now()
    values = {
        "lowest": lowest_id_at(now - TOLD_KEPT),
        "read": now - TOLD_KEPT,
        "unbound": now - KEPT_UNBOUND,
        "most": most,
    }
    return maintenance.execute(OLD_TEXTS, values).rowcount
