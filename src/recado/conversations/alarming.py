"""Conversations that wait too long: after each step of the clinic's alarm they are shown to more people. Only working time of
the team counts. A step follows from since when it waits, so that an answer ends it and nothing has to be switched off."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from django.db.models import F, Q

from recado.clinics import queries as clinics
from recado.foundation import audit, bulk, business_time, news
from recado.foundation.actors import SYSTEM
from recado.foundation.audit import AuditLine
from recado.foundation.tenancy import clinic_scope
from recado.tasks import queries as sharing
from recado.tasks.types import RoutingView

from .models import Thread
from .types import ThreadState

MOST = 500  # conversations a round of one clinic

# Those that began to wait, and those whose next step is due. The index holds the conversations that wait, and no others.
DUE = """
SELECT DISTINCT clinic_id FROM conversations_thread WHERE state = 'open' AND waiting_since IS NOT NULL
    AND (alarm_for IS DISTINCT FROM waiting_since OR alarm_at <= %s) LIMIT 100
"""


def step_alarms(maintenance: "psycopg.Connection[Any]") -> int:
    """Brings the steps of all alarms up to date, by business time. Returns how many conversations it looked at."""
    due = [row[0] for row in maintenance.execute(DUE, (business_time.now(),))]
    return sum(_step(clinic_id) for clinic_id in due)


def _step(clinic_id: UUID) -> int:
    now = business_time.now()
    with clinic_scope(clinic_id):
        table, due = sharing.routing(clinic_id), list(_due(clinic_id, now))
        higher = [row for row in due if _brought_up_to_date(row, table, now)]
        bulk.update(due, ["alarm_for", "alarm_step", "alarm_at"])
        audit.record_many(
            [
                AuditLine(
                    clinic_id,
                    SYSTEM,
                    "conversation.alarm",
                    row.patient_id,
                    f"thread:{row.id}",
                    detail={"step": row.alarm_step, "tell": table.steps[row.alarm_step - 1].tell},
                )
                for row in higher
            ]
        )
        if higher:
            news.tell(clinic_id, news.Topic.THREADS)
    return len(due)


def _due(clinic_id: UUID, now: datetime) -> list[Thread]:
    waits = Thread.objects.filter(clinic_id=clinic_id, state=ThreadState.OPEN, waiting_since__isnull=False)
    is_due = Q(alarm_for=None) | ~Q(alarm_for=F("waiting_since")) | Q(alarm_at__lte=now)
    return list(waits.filter(is_due).select_for_update(skip_locked=True)[:MOST])


def _brought_up_to_date(row: Thread, table: RoutingView, now: datetime) -> bool:
    """Sets how far the alarm of a conversation is. True: further than it was."""
    clinic = clinics.clinic_settings(row.clinic_id)
    team = table.team(row.team_id)
    week = team.week if team is not None and team.week is not None else clinic.opening_hours
    before = row.alarm_step if row.alarm_for == row.waiting_since else 0
    assert row.waiting_since is not None
    zone, minutes = ZoneInfo(clinic.time_zone), [one.after for one in table.steps]
    moments = [sharing.working_after(week, zone, row.waiting_since, timedelta(minutes=one)) for one in minutes]
    row.alarm_for = row.waiting_since
    row.alarm_step = sum(1 for one in moments if one is not None and one <= now)
    row.alarm_at = moments[row.alarm_step] if row.alarm_step < len(moments) else None
    return row.alarm_step > before
