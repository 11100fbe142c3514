"""Tells other rooms of visits that another system says are over, or are not after all (AFTER_VISITS in launch/wiring.py)."""

from collections.abc import Iterable
from uuid import UUID

from recado.foundation.actors import Actor
from recado.foundation.wiring import all_wired
from recado.journeys.types import FinishedVisit

from .models import Event
from .types import Detail, VisitFinished

OVER = "over"


def tell(clinic_id: UUID, events: Iterable[tuple[Event, Detail]], by: Actor) -> None:
    """Events of other kinds are left out. Call it inside `clinic_scope`, in the transaction that says so."""
    visits = [(row, detail) for row, detail in events if isinstance(detail, VisitFinished)]
    over = [
        FinishedVisit(row.id, row.patient_id, row.at, detail.clinician, detail.service, detail.site)
        for row, detail in visits
        if row.state == OVER
    ]
    withdrawn = [row.id for row, _ in visits if row.state != OVER]
    for room in all_wired("AFTER_VISITS"):
        if over:
            room.visits_finished(clinic_id=clinic_id, visits=over, by=by)
        if withdrawn:
            room.visits_not_finished(clinic_id=clinic_id, visit_ids=withdrawn, by=by)
