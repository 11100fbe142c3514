"""The rows of the waitlist, as its modules read, lock and end them. Call everything inside `clinic_scope`."""

from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet

from recado.conversations import actions as conversations
from recado.foundation import audit, business_time, news
from recado.foundation.actors import Actor

from .claims import Kept
from .models import Appointment, FreedTime
from .types import VisitState
from .waitlist_types import FreedState, WhyEnded
from .waves import FreeTime

NOBODY = UUID(int=0)
AHEAD = (VisitState.BOOKED, VisitState.CONFIRMED)  # states of a visit that is still to come


def time_of(row: FreedTime) -> FreeTime:
    return FreeTime(row.starts_at, row.duration, row.clinician, row.service, row.site)


def as_visit(row: FreedTime, patient_id: UUID) -> Appointment:
    """The time as a visit of this person, for the wordings. Never stored."""
    return Appointment(
        clinic_id=row.clinic_id,
        id=row.visit_id,
        patient_id=patient_id,
        starts_at=row.starts_at,
        duration=row.duration,
        clinician=row.clinician,
        service=row.service,
        site=row.site,
        state=VisitState.BOOKED,
    )


def as_it_was(row: FreedTime) -> tuple[Appointment, Kept]:
    """The visit whose time it was, as far as the time tells, and what it took. Never stored."""
    return as_visit(row, NOBODY), Kept(tuple(row.calendars), row.takes or timedelta(0))


def held(clinic_id: UUID, rows: "QuerySet[FreedTime]") -> FreedTime | None:
    """The row for writing. The offer's own row is locked first, as by whoever answers, or two would wait in a ring."""
    found = rows.first()
    if found is None:
        return None
    if found.offer_id:
        conversations.hold_offer(clinic_id=clinic_id, offer_id=found.offer_id)
    return FreedTime.objects.select_for_update().get(clinic_id=clinic_id, id=found.id)


def end(row: FreedTime, state: FreedState, why: WhyEnded = WhyEnded.UNKNOWN) -> None:
    row.state, row.ended_at, row.wave_ends_at, row.why = state, business_time.now(), None, why
    row.save(update_fields=["state", "ended_at", "wave_ends_at", "filled_by", "offer_id", "why"])
    news.tell(row.clinic_id, news.Topic.VISITS)


def note(clinic_id: UUID, by: Actor, action: str, patient_id: UUID | None, subject: UUID) -> None:
    audit.record(clinic_id=clinic_id, by=by, action=action, patient_id=patient_id, subject=f"waitlist:{subject}")
    news.tell(clinic_id, news.Topic.VISITS)
