"""A visit that was booked or moved here, at a time around which another system has since called everybody off. That system
doesn't know of the visit there, so no file of it takes it back: a person is told, or somebody travels for nothing.

Call all of it inside `clinic_scope`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from django.db import connection

from recado.foundation import business_time
from recado.foundation.actors import Actor
from recado.tasks import actions as tasks
from recado.tasks import queries
from recado.tasks.types import TaskKind, TaskWish

from . import nobody_there, waves
from .models import Appointment, Change, FreedTime, Service
from .types import BookingStatus, ChangeKind, VisitState
from .waitlist_types import FreedState

NEAR = timedelta(hours=2)  # as it stands below
ABOUT = "visit"  # in the task's detail: what Today goes by
# The visits near these are looked for day by day of a clinician: as many looks into the index as there are such days.
ALONE: LiteralString = f"""
WITH gone AS MATERIALIZED (
    SELECT * FROM unnest(%(ids)s::uuid[], %(starts)s::timestamptz[], %(clinicians)s::text[], %(sites)s::text[])
        AS g (id, starts_at, clinician, site)
), days AS MATERIALIZED (
    SELECT clinician, site, min(starts_at) - interval '2 hours' AS first, max(starts_at) + interval '2 hours' AS last
    FROM gone GROUP BY clinician, site, date_trunc('day', starts_at)
), v AS MATERIALIZED (
    SELECT DISTINCT o.id, o.starts_at, o.clinician, o.site, %(now)s::timestamptz AS said_at
    FROM days d JOIN appointments_appointment o
        ON o.clinic_id = %(clinic)s AND o.starts_at BETWEEN d.first AND d.last AND o.clinician = d.clinician AND o.site = d.site
    WHERE o.state IN ('booked', 'confirmed') AND o.starts_at > %(now)s
        AND EXISTS (
            SELECT 1 FROM gone g WHERE g.clinician = o.clinician AND g.site = o.site
                AND g.starts_at BETWEEN o.starts_at - interval '2 hours' AND o.starts_at + interval '2 hours'
        )
        AND NOT ({nobody_there.KNOWN})
)
SELECT v.id, (
    SELECT max(c.at) FROM gone g JOIN appointments_change c
        ON c.clinic_id = %(clinic)s AND c.appointment_id = g.id AND c.kind IN ('cancelled', 'moved')
    WHERE g.clinician = v.clinician AND g.site = v.site
        AND g.starts_at BETWEEN v.starts_at - interval '2 hours' AND v.starts_at + interval '2 hours'
) FROM v {nobody_there.STANDING} WHERE standing.one IS NULL
"""

NOT_ALONE: LiteralString = f"""
WITH v AS MATERIALIZED (
    SELECT o.id, o.starts_at, o.clinician, o.site, %(now)s::timestamptz AS said_at FROM appointments_appointment o
    WHERE o.clinic_id = %(clinic)s AND o.id = ANY(%(ids)s)
)
SELECT v.id FROM v {nobody_there.STANDING} WHERE standing.one IS NOT NULL
"""


def may_be(clinic_id: UUID, now: datetime) -> bool:
    """Whether visits are booked and moved here at all, or the waitlist has given anybody a time that is still to come."""
    if Service.objects.filter(clinic_id=clinic_id).exists():
        return True
    given = FreedTime.objects.filter(clinic_id=clinic_id, freed_at__gt=now - waves.FARTHEST, state=FreedState.FILLED)
    return given.filter(starts_at__gt=now).exists()


def tell(clinic_id: UUID, gone: Sequence[Appointment], now: datetime, by: Actor) -> None:
    """Raises a task for each such visit near these, which were called off or moved away since nobody could be seen, as they were:
    three statements, however many, and those of the tasks. One about which a task is open is told of already. A task that is done
    stays so for what was called off then; what is called off anew, after an import was taken back, is told anew."""
    if not gone:
        return
    values: dict[str, Any] = {
        "clinic": clinic_id,
        "ids": [visit.id for visit in gone],
        "starts": [visit.starts_at for visit in gone],
        "clinicians": [visit.clinician for visit in gone],
        "sites": [visit.site for visit in gone],
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(ALONE, values)
        off_since: dict[UUID, datetime | None] = dict(cursor.fetchall())
    new = off_since.keys() - queries.open_subjects(clinic_id, TaskKind.NOBODY_THERE) if off_since else set()
    visits = Appointment.objects.filter(clinic_id=clinic_id, id__in=new).order_by("starts_at", "id")
    wishes = [
        TaskWish(
            TaskKind.NOBODY_THERE,
            f"nobody-there:{visit.id}:{visit.revision}:{_stamp(off_since[visit.id])}",
            visit.patient_id,
            visit.id,
            detail={"about": ABOUT},
        )
        for visit in visits
    ]
    tasks.raise_tasks(clinic_id=clinic_id, wishes=wishes, by=by)


def _stamp(at: datetime | None) -> str:
    """A moment to the microsecond, as short as a task's source needs it."""
    return f"{at:%Y%m%d%H%M%S%f}" if at else ""


def end_tasks(clinic_id: UUID, by: Actor) -> None:
    """What another system had called off stands again: the tasks end about visits that are alone no more."""
    about = queries.open_subjects(clinic_id, TaskKind.NOBODY_THERE)
    if not about:
        return
    with connection.cursor() as cursor:
        cursor.execute(NOT_ALONE, {"clinic": clinic_id, "ids": about, "now": business_time.now()})
        found = [name for (name,) in cursor.fetchall()]
    tasks.finish_about_each(clinic_id=clinic_id, kinds=[TaskKind.NOBODY_THERE], subject_ids=found, by=by)


def stand_again(clinic_id: UUID, visits: Sequence[Appointment], by: Actor) -> None:
    """These visits were cancelled, and stand after all: the tasks that ended with that are there again, but about those that are
    alone no more. Where there was none, a person is told of those around which another system has called everybody off meanwhile."""
    if not visits:
        return
    about = {visit.id: visit for visit in visits}
    off = Change.objects.filter(clinic_id=clinic_id, appointment_id__in=list(about), kind=ChangeKind.CANCELLED)
    kinds, gone, reopened = [TaskKind.NOBODY_THERE], [], 0
    for name, since in dict(off.order_by("at", "id").values_list("appointment_id", "at")).items():
        came = tasks.reopen_about(clinic_id=clinic_id, kinds=kinds, subject_id=name, since=since, by=by)
        gone += [] if came else _gone_around(about[name])
        reopened += came
    if reopened:
        end_tasks(clinic_id, by)
    tell(clinic_id, gone, business_time.now(), by)


def _gone_around(visit: Appointment) -> list[Appointment]:
    """What another system has called off around a visit since nobody could be seen."""
    near = (visit.starts_at - NEAR, visit.starts_at + NEAR)
    off = Appointment.objects.filter(
        clinic_id=visit.clinic_id,
        starts_at__range=near,
        clinician=visit.clinician,
        site=visit.site,
        state=VisitState.CANCELLED,
        source_status=BookingStatus.CANCELLED,
    )
    found = list(off.order_by("starts_at", "id"))
    gone = nobody_there.of_cancelled(visit.clinic_id, found, {})
    return [one for one in found if one.id in gone]
