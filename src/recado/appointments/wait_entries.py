"""Who waits for an earlier time: joins, changes what they wait for, leaves, or has waited until the day they named."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from recado.clinics import queries as clinics
from recado.foundation import business_time
from recado.foundation.actors import Actor
from recado.foundation.clock import local

from . import waitlist_rows as rows
from . import waves
from .models import WaitEntry


def join(
    *,
    clinic_id: UUID,
    patient_id: UUID,
    by: Actor,
    visit_id: UUID | None = None,
    clinician: str = "",
    service: str = "",
    site: str = "",
    days: int = waves.ALL_DAYS,
    from_minute: int = 0,
    to_minute: int = waves.DAY_END,
    notice: timedelta = timedelta(hours=1),
    until: date | None = None,
    is_urgent: bool | None = None,
) -> UUID:
    """Puts somebody on the list, or changes what they wait for; who waits keeps their place. Returns the entry.

    `visit_id`: the visit that they would give up. `until`: the last day that is any use to them. `is_urgent` None: as it
    stands. Call it inside `clinic_scope`. Raises ValueError for hours or days that hold nothing.
    """
    if not 0 <= from_minute < to_minute <= waves.DAY_END or not 0 < days <= waves.ALL_DAYS or notice < timedelta(0):
        raise ValueError("Nobody can come in no hours or on no day.")
    wishes: dict[str, object] = {
        "visit_id": visit_id,
        "clinician": clinician,
        "service": service,
        "site": site,
        "days": days,
        "from_minute": from_minute,
        "to_minute": to_minute,
        "notice": notice,
        "until": until,
        "not_on": None,
    }
    if is_urgent is not None:
        wishes["is_urgent"] = is_urgent
    return _keep(clinic_id, patient_id, wishes, by)


def _keep(clinic_id: UUID, patient_id: UUID, wishes: Mapping[str, object], by: Actor) -> UUID:
    with transaction.atomic():
        lapse(clinic_id)
        entry, is_new = WaitEntry.objects.update_or_create(
            clinic_id=clinic_id,
            patient_id=patient_id,
            state="waiting",
            defaults=wishes,
            create_defaults={**wishes, "joined_at": business_time.now(), "joined_by": by.kind},
        )
        rows.note(clinic_id, by, "waitlist.join" if is_new else "waitlist.change", patient_id, entry.id)
    return entry.id


def leave(*, clinic_id: UUID, patient_id: UUID, by: Actor) -> bool:
    """Takes somebody off the list; False where they did not wait. Offers already made stand. Call it inside `clinic_scope`."""
    with transaction.atomic():
        entry = held(clinic_id, patient_id)
        if entry is None:
            return False
        entry.state, entry.ended_at = "left", business_time.now()
        entry.save(update_fields=["state", "ended_at"])
        rows.note(clinic_id, by, "waitlist.leave", patient_id, entry.id)
    return True


def not_on(*, clinic_id: UUID, patient_id: UUID, day: date, by: Actor) -> None:
    """They want to be asked about no other time of this day. Call it inside `clinic_scope`."""
    with transaction.atomic():
        entry = held(clinic_id, patient_id)
        if entry is not None:
            entry.not_on = day
            entry.save(update_fields=["not_on"])
            rows.note(clinic_id, by, "waitlist.not_on", patient_id, entry.id)


def lapse(clinic_id: UUID) -> None:
    """Whose last day is over waits no more: one statement. Call it inside `clinic_scope`."""
    now = business_time.now()
    today = local(now, clinics.clinic_settings(clinic_id).time_zone).date()
    lapsed = WaitEntry.objects.filter(clinic_id=clinic_id, state="waiting", until__lt=today)
    lapsed.update(state="left", ended_at=now)


def held(clinic_id: UUID, patient_id: UUID) -> WaitEntry | None:
    """The entry of somebody who waits, for writing. Call it inside `clinic_scope` and a transaction."""
    entries = WaitEntry.objects.select_for_update().filter(clinic_id=clinic_id, patient_id=patient_id, state="waiting")
    return entries.first()
