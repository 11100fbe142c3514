"""People of the demo who wait for an earlier time: those with the last visits of the calendar."""

from datetime import timedelta
from uuid import UUID

from recado.appointments import actions as appointments
from recado.appointments import queries
from recado.appointments.types import ALL_DAYS, DAY_END
from recado.contacts import queries as contacts
from recado.foundation import business_time
from recado.foundation.actors import Actor
from recado.foundation.tenancy import clinic_scope

NOON = 12 * 60
WEEKDAYS_ONLY = 0b0011111
WISHES = (
    {"from_minute": 0, "to_minute": NOON, "notice": timedelta(hours=1)},
    {"days": ALL_DAYS},
    {"days": WEEKDAYS_ONLY, "notice": timedelta(hours=3)},
    {"from_minute": NOON, "to_minute": DAY_END},
    {"is_urgent": True},
)


def load(clinic_id: UUID, by: Actor) -> int:
    """Puts some people on the waitlist. Returns how many."""
    now = business_time.now()
    with clinic_scope(clinic_id):
        visits = queries.between(clinic_id, now + timedelta(days=2), now + timedelta(days=60))
        reached = contacts.reach(clinic_id, {visit.patient_id for visit in visits})
        last = {visit.patient_id: visit for visit in visits if reached[visit.patient_id].phone}
        chosen = sorted(last.values(), key=lambda visit: (visit.starts_at, visit.id))[-len(WISHES) :]
        for visit, wish in zip(chosen, WISHES, strict=False):
            appointments.join_waitlist(
                clinic_id=clinic_id,
                patient_id=visit.patient_id,
                visit_id=visit.id,
                by=by,
                **wish,  # type: ignore[arg-type]
            )
    return len(chosen)
