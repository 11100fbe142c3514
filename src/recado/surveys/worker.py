"""What goes by itself: people are asked about visits whose time is over, where the clinic wants it. Wired under WORKERS."""

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, LiteralString
from uuid import UUID

from django.db import transaction

from recado.foundation import business_time
from recado.foundation.actors import SYSTEM
from recado.foundation.faults import describe
from recado.foundation.tenancy import clinic_scope
from recado.foundation.wiring import all_wired

from . import actions
from .models import ClinicPolicy

if TYPE_CHECKING:
    import psycopg

log = logging.getLogger("recado.surveys")
EVERY = timedelta(minutes=1)

DUE: LiteralString = "SELECT clinic_id FROM surveys_clinicpolicy WHERE clock_seen <= %s ORDER BY clock_seen LIMIT 50"


def ask_by_clock(maintenance: "psycopg.Connection[Any]") -> int:
    """Sees to visits that ended since the last look, clinic by clinic. Returns how many people are going to be asked."""
    now = business_time.now()
    asked = 0
    for (clinic_id,) in maintenance.execute(DUE, (now - EVERY,)).fetchall():
        try:
            with clinic_scope(clinic_id), transaction.atomic():
                asked += _see_to(clinic_id, now)
        except Exception as error:  # one clinic's trouble is nobody else's; it is tried again at the next look
            log.error("surveys: %s", describe(error))
    return asked


def _see_to(clinic_id: UUID, now: datetime) -> int:
    policy = ClinicPolicy.objects.select_for_update().filter(clinic_id=clinic_id).first()
    if policy is None or policy.clock_seen is None or policy.clock_seen > now - EVERY:
        return 0  # another worker, or the clinic, was quicker
    since = max(policy.clock_seen, now - actions.NEWS)
    visits = [visit for room in all_wired("OVER_BY_CLOCK") for visit in room(clinic_id, since, now)]
    policy.clock_seen = now
    policy.save(update_fields=["clock_seen"])
    return actions.visits_finished(clinic_id=clinic_id, visits=visits, by=SYSTEM) if visits else 0
