"""Dialogues whose question nobody has answered in time end. Wired under WORKERS."""

import logging
from typing import TYPE_CHECKING, LiteralString

from django.db import transaction

from recado.foundation import business_time
from recado.foundation.faults import describe
from recado.foundation.tenancy import clinic_scope

from . import endings

if TYPE_CHECKING:
    import psycopg

log = logging.getLogger("recado.dialogues")

DUE: LiteralString = (
    "SELECT clinic_id, id FROM dialogues_run WHERE state = 'running' AND expires_at <= %s ORDER BY expires_at LIMIT 100"
)


def end_silent(maintenance: "psycopg.Connection[psycopg.rows.TupleRow]") -> int:
    """Ends dialogues in which no answer came. Returns how many."""
    ended = 0
    for clinic_id, run_id in maintenance.execute(DUE, (business_time.now(),)).fetchall():
        try:
            with clinic_scope(clinic_id), transaction.atomic():
                ended += endings.end_silent(clinic_id, run_id)
        except Exception as error:  # one clinic's trouble is nobody else's; it is tried again at the next look
            log.error("dialogues: %s", describe(error))
    return ended
