"""The rows that take a time: written and given back. Two that overlap are refused by the database, whoever asks.

Call all of it inside `clinic_scope` and a transaction.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from recado.foundation import business_time

from .free import minute
from .models import LONGEST, Appointment, Calendar, Taken
from .types import SlotTaken


@dataclass(frozen=True, slots=True)
class Kept:
    """What a visit's time takes of us: the numbers of calendars (of a clinician, a room), and how long, with what follows it."""

    calendars: tuple[int, ...] = ()
    lasts: timedelta = timedelta(0)


def kept(clinic_id: UUID, visits: Collection[Appointment]) -> Mapping[UUID, Kept]:
    """What the times of these visits take, or took before they were cancelled. Those of other systems take nothing here."""
    starts = {visit.id: minute(visit.starts_at) for visit in visits}
    rows = Taken.objects.filter(clinic_id=clinic_id, appointment_id__in=list(starts)).order_by("calendar_id")
    found: dict[UUID, Kept] = {}
    for name, calendar, first, until in rows.values_list("appointment_id", "calendar_id", "minute", "until"):
        if name is not None and starts[name] == first:
            before = found.get(name, Kept())
            found[name] = Kept((*before.calendars, calendar), timedelta(minutes=until - first))
    return found


def lock(clinic_id: UUID, calendars: Collection[int]) -> None:
    """One booking at a time of these calendars, in the order of their numbers: two that wait for each other would be found
    only after a second, and one of them thrown out."""
    rows = Calendar.objects.select_for_update(no_key=True).filter(clinic_id=clinic_id, id__in=calendars)
    list(rows.order_by("id").values_list("id", flat=True))


def take(
    clinic_id: UUID,
    calendars: Collection[int],
    start: datetime,
    lasts: timedelta,
    *,
    visit_id: UUID | None = None,
    held_for: UUID | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Takes this time of every one of these calendars, for a visit or held. Raises SlotTaken."""
    first = minute(start)
    until = first + max(1, -(-int(lasts.total_seconds()) // 60))
    _clear(clinic_id, calendars, first, until)
    rows = [
        Taken(
            clinic_id=clinic_id,
            calendar_id=name,
            minute=first,
            until=until,
            appointment_id=visit_id,
            held_for=held_for,
            expires_at=expires_at,
        )
        for name in sorted(calendars)
    ]
    try:
        with transaction.atomic():
            Taken.objects.bulk_create(rows)
    except IntegrityError:
        raise SlotTaken from None


def _clear(clinic_id: UUID, calendars: Collection[int], first: int, until: int) -> None:
    """What was held for too long stands in nobody's way."""
    there = Taken.objects.filter(clinic_id=clinic_id, calendar_id__in=calendars, minute__gt=first - LONGEST)
    there.filter(minute__lt=until, until__gt=first, expires_at__lte=business_time.now()).delete()


def let_go(clinic_id: UUID, held_for: UUID) -> None:
    """What was held is free again."""
    Taken.objects.filter(clinic_id=clinic_id, held_for=held_for).delete()


def give_back(clinic_id: UUID, visit_ids: Collection[UUID]) -> None:
    """These visits are cancelled: their times are free, and theirs again as long as nobody takes them; what was held for
    them is let go."""
    if visit_ids:
        Taken.objects.filter(clinic_id=clinic_id, held_for__in=visit_ids).delete()
        Taken.objects.filter(clinic_id=clinic_id, appointment_id__in=visit_ids, is_off=False).update(is_off=True)


def take_again(clinic_id: UUID, visit_id: UUID) -> None:
    """A cancelled visit stands again. Raises SlotTaken: somebody has its time."""
    mine = list(Taken.objects.filter(clinic_id=clinic_id, appointment_id=visit_id, is_off=True))
    lock(clinic_id, [row.calendar_id for row in mine])
    for row in mine:
        _clear(clinic_id, [row.calendar_id], row.minute, row.until)
    try:
        with transaction.atomic():
            Taken.objects.filter(clinic_id=clinic_id, id__in=[row.id for row in mine]).update(is_off=False)
    except IntegrityError:
        raise SlotTaken from None


def drop(clinic_id: UUID, visit_ids: Collection[UUID]) -> None:
    """These visits move, have their times from another system, or go: nothing is taken or held for them."""
    if visit_ids:
        mine = Q(appointment_id__in=visit_ids) | Q(held_for__in=visit_ids)
        Taken.objects.filter(mine, clinic_id=clinic_id).delete()
