"""Tells other rooms that a visit is over, or is not after all (AFTER_VISITS in launch/wiring.py)."""

from datetime import datetime

from recado.foundation.actors import Actor
from recado.foundation.wiring import all_wired
from recado.journeys.types import FinishedVisit

from .models import Appointment


def finished(visit: Appointment, at: datetime, by: Actor) -> None:
    """Call it inside `clinic_scope`, in the transaction that says so."""
    told = FinishedVisit(visit.id, visit.patient_id, at, visit.clinician, visit.service, visit.site)
    for room in all_wired("AFTER_VISITS"):
        room.visits_finished(clinic_id=visit.clinic_id, visits=[told], by=by)


def not_finished(visit: Appointment, by: Actor) -> None:
    """The same of one that is not over after all."""
    for room in all_wired("AFTER_VISITS"):
        room.visits_not_finished(clinic_id=visit.clinic_id, visit_ids=[visit.id], by=by)
