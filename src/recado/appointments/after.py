"""Tells other rooms that a visit is over, or is not after all (AFTER_VISITS in launch/wiring.py), and which visits are over
by the clock, where nobody has said so (OVER_BY_CLOCK)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from recado.foundation.actors import Actor
from recado.foundation.wiring import all_wired
from recado.journeys.types import FinishedVisit

from .models import Appointment
from .states import VisitState
from .types import BookingStatus

USUAL = timedelta(minutes=30)  # so long a visit lasts that no length is known of
LONGEST = timedelta(days=1)


def finished(visit: Appointment, at: datetime, by: Actor) -> None:
    """Call it inside `clinic_scope`, in the transaction that says so."""
    told = FinishedVisit(visit.id, visit.patient_id, at, visit.clinician, visit.service, visit.site)
    for room in all_wired("AFTER_VISITS"):
        room.visits_finished(clinic_id=visit.clinic_id, visits=[told], by=by)


def not_finished(visit: Appointment, by: Actor) -> None:
    """The same of one that is not over after all."""
    for room in all_wired("AFTER_VISITS"):
        room.visits_not_finished(clinic_id=visit.clinic_id, visit_ids=[visit.id], by=by)


def told_by_source(
    clinic_id: UUID, over: Sequence[Appointment], not_over: Sequence[Appointment], now: datetime, by: Actor
) -> None:
    """The same of many, as the source of an import says. A visit is over at its own end, or now where that is to come: what
    ended days ago must not look like today's."""
    told = [
        FinishedVisit(one.id, one.patient_id, min(_end(one), now), one.clinician, one.service, one.site) for one in over
    ]
    for room in all_wired("AFTER_VISITS"):
        if told:
            room.visits_finished(clinic_id=clinic_id, visits=told, by=by)
        if not_over:
            room.visits_not_finished(clinic_id=clinic_id, visit_ids=[one.id for one in not_over], by=by)


def _end(visit: Appointment) -> datetime:
    return visit.starts_at + (visit.duration if visit.duration is not None else USUAL)


def over_between(clinic_id: UUID, since: datetime, until: datetime) -> list[FinishedVisit]:
    """Visits whose time ended after `since`, at `until` at the latest, and of which nobody said that they were cancelled,
    missed or seen: who is marked as seen has been told of. Call it inside `clinic_scope`."""
    rows = Appointment.objects.filter(
        clinic_id=clinic_id,
        starts_at__gt=since - LONGEST,
        starts_at__lte=until,
        state__in=[VisitState.BOOKED, VisitState.CONFIRMED, VisitState.ARRIVED],
        wants_another_time=False,
    ).exclude(source_status=BookingStatus.MISSED)
    return [
        FinishedVisit(row.id, row.patient_id, _end(row), row.clinician, row.service, row.site)
        for row in rows
        if since < _end(row) <= until
    ]
