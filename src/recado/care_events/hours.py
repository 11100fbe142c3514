"""Other hours, or closed days, told to everybody whom they concern: who knows already."""

from collections.abc import Collection
from datetime import date
from typing import LiteralString
from uuid import UUID

from recado.foundation.database import plain_cursor

from .models import Event
from .steps import detail_of
from .types import EventKind, HoursChange

LOCK: LiteralString = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))"


def told_of_these_days(
    clinic_id: UUID, change: HoursChange, patient_ids: Collection[UUID], source: str
) -> tuple[set[UUID], list[UUID]]:
    """Who was told the very same of these days, and the events that say something else of one of them. One at a time in a
    clinic: pressed twice, it tells once. Call it inside `clinic_scope`."""
    with plain_cursor() as cursor:
        cursor.execute(LOCK, (f"recado hours {clinic_id}",))
    rows = Event.objects.select_for_update().filter(
        clinic_id=clinic_id, source=source, kind=EventKind.HOURS, state="coming", patient_id__in=list(patient_ids)
    )
    told: set[UUID] = set()
    other: list[UUID] = []
    for row in rows:
        said = detail_of(row)
        assert isinstance(said, HoursChange)
        if said == change:
            told.add(row.patient_id)
        elif _days(said)[0] <= _days(change)[1] and _days(change)[0] <= _days(said)[1]:
            other.append(row.id)
    return told, other


def _days(change: HoursChange) -> tuple[date, date]:
    return change.on, change.last_day or change.on
