"""The alarm of a text that names a danger: on every screen at once, whose turn it is goes further every few minutes, until
somebody takes it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.db import transaction

from recado.foundation import audit, bulk, business_time, news
from recado.foundation.actors import SYSTEM, Actor, ActorKind
from recado.foundation.audit import AuditLine
from recado.foundation.clock import real_now
from recado.foundation.database import plain_cursor
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope

from . import on_call, rules, sharing
from .models import Emergency
from .types import By, EmergencyView, RoutingView, TakenAlarm, TeamView

STILL_TAKEN = timedelta(minutes=10)  # whoever has just taken it sees the next text of the same person anyway
MOST_STEPS = 10_000  # a step each minute for a week


def sound(
    *,
    clinic_id: UUID,
    subject_id: UUID,
    by: Actor,
    table: RoutingView,
    patient_id: UUID | None = None,
    is_put_away: bool = False,
) -> bool:
    """An alarm about a conversation. False: one stands, or was taken a moment ago by somebody who still has it before them;
    `is_put_away`: nobody has. Call it inside `clinic_scope`."""
    now = business_time.now()
    fresh = Emergency.objects.filter(clinic_id=clinic_id, subject_id=subject_id, taken_at__gt=now - STILL_TAKEN)
    if not is_put_away and fresh.exists():
        return False
    made = Emergency(
        clinic_id=clinic_id,
        id=new_id(),
        subject_id=subject_id,
        raised_at=now,
        next_at=now + timedelta(minutes=table.danger_minutes),
        turn_id=rules.turn_of(0, _team(table), real_now()),
        called=[],
    )
    with transaction.atomic():
        Emergency.objects.bulk_create([made], ignore_conflicts=True)
        if not Emergency.objects.filter(clinic_id=clinic_id, id=made.id).exists():
            return False
        subject, detail = f"thread:{subject_id}", {"turn": str(made.turn_id or "")}
        audit.record(
            clinic_id=clinic_id, by=by, action="emergency.sound", patient_id=patient_id, subject=subject, detail=detail
        )
        news.tell(clinic_id, news.Topic.ALARMS)
    return True


def _team(table: RoutingView) -> TeamView | None:
    danger = next((one for one in table.rules if one.by is By.DANGER), None)
    return table.team(danger.team_id) if danger else None


def take(*, clinic_id: UUID, subject_id: UUID, by: Actor, at: datetime | None = None) -> bool:
    """Somebody sees to it: the alarm ends. `at`: the moment by which `again` finds it; now, where none is given. False: none
    stands, or a colleague was faster. Call it inside `clinic_scope`."""
    with transaction.atomic():
        rows = Emergency.objects.filter(clinic_id=clinic_id, subject_id=subject_id, taken_at=None)
        who = UUID(by.ref) if by.kind is ActorKind.STAFF else None
        if not rows.update(taken_at=at or business_time.now(), taken_by=who):
            return False
        audit.record(clinic_id=clinic_id, by=by, action="emergency.take", subject=f"thread:{subject_id}")
        news.tell(clinic_id, news.Topic.ALARMS)
    return True


def again(*, clinic_id: UUID, subject_id: UUID, taken_at: datetime, by: Actor) -> bool:
    """The alarm that was taken at that moment stands again, and goes further as it would have. False: there is none, or another
    stands. Call it inside `clinic_scope`."""
    rows = Emergency.objects.filter(clinic_id=clinic_id, subject_id=subject_id)
    with transaction.atomic():
        if rows.filter(taken_at=None).exists() or not rows.filter(taken_at=taken_at).update(
            taken_at=None, taken_by=None
        ):
            return False
        audit.record(clinic_id=clinic_id, by=by, action="emergency.again", subject=f"thread:{subject_id}")
        news.tell(clinic_id, news.Topic.ALARMS)
    return True


def standing(clinic_id: UUID) -> list[EmergencyView]:
    """The alarms that nobody has taken, the oldest first. Call it inside `clinic_scope`."""
    rows = Emergency.objects.filter(clinic_id=clinic_id, taken_at=None).order_by("raised_at", "id")
    return [
        EmergencyView(
            row.id, row.subject_id, row.raised_at, row.step, row.turn_id, on_call.called(row.raised_at, row.called)
        )
        for row in rows
    ]


def count_since(clinic_id: UUID, since: datetime) -> int:
    """How many alarms were sounded since then. Call it inside `clinic_scope`."""
    return Emergency.objects.filter(clinic_id=clinic_id, raised_at__gte=since).count()


def taken(clinic_id: UUID, subject_id: UUID, *, most: int = 20) -> list[TakenAlarm]:
    """The alarms about a conversation that somebody has taken, the newest first. Call it inside `clinic_scope`."""
    rows = Emergency.objects.filter(clinic_id=clinic_id, subject_id=subject_id, taken_at__isnull=False)
    found = rows.order_by("-taken_at").values_list("raised_at", "taken_at", "taken_by", "called")[:most]
    return [
        TakenAlarm(raised, at, by, on_call.called(raised, kept)) for raised, at, by, kept in found if at is not None
    ]


DUE = "SELECT DISTINCT clinic_id FROM tasks_emergency WHERE taken_at IS NULL AND next_at <= %s LIMIT 100"


def go_further(maintenance: "psycopg.Connection[Any]") -> int:
    """Alarms that nobody took in time go one step further, by business time. Returns how many."""
    due = [row[0] for row in maintenance.execute(DUE, (business_time.now(),))]
    return sum(_further(clinic_id) for clinic_id in due)


def _further(clinic_id: UUID) -> int:
    now = business_time.now()
    with clinic_scope(clinic_id):
        rows = list(
            Emergency.objects.select_for_update(skip_locked=True).filter(
                clinic_id=clinic_id, taken_at=None, next_at__lte=now
            )
        )
        table = sharing.routing(clinic_id)
        for row in rows:
            row.step = min(row.step + 1, MOST_STEPS)
            row.turn_id = rules.turn_of(row.step, _team(table), real_now())
            row.next_at = now + timedelta(minutes=table.danger_minutes)
        texted = on_call.text(clinic_id, rows)
        bulk.update(rows, ["step", "turn_id", "next_at", "called"])
        _tell(clinic_id, rows, texted)
    return len(rows)


def _tell(clinic_id: UUID, rows: Sequence[Emergency], texted: Mapping[UUID, bool]) -> None:
    audit.record_many(
        [
            AuditLine(
                clinic_id,
                SYSTEM,
                "emergency.further",
                None,
                f"thread:{row.subject_id}",
                detail=_detail(row, texted.get(row.id)),
            )
            for row in rows
        ]
    )
    if rows:
        news.tell(clinic_id, news.Topic.ALARMS)


def _detail(row: Emergency, is_texted: bool | None) -> dict[str, audit.JSON]:
    """`is_texted` None: nobody on call had to be."""
    said: dict[str, audit.JSON] = {"step": row.step, "turn": str(row.turn_id or "")}
    return said if is_texted is None else {**said, "texted": is_texted}


# ------------------------------------------------------------------------------------------------ who is here

_HERE = """
INSERT INTO tasks_here (clinic_id, id, user_id, at) VALUES (%s, %s, %s, %s)
ON CONFLICT (clinic_id, user_id) DO UPDATE SET at = excluded.at WHERE tasks_here.at < excluded.at - interval '50 seconds'
"""


def note_here(*, clinic_id: UUID, user_id: UUID) -> None:
    """A screen of this person shows that they are there: signed in and not locked. Written once a minute. Call it inside
    `clinic_scope`."""
    with plain_cursor() as cursor:
        cursor.execute(_HERE, (clinic_id, new_id(), user_id, real_now()))
