"""What the desk sees beside the visits: the times of each clinician that are free, and those that are held for a few minutes.
Six statements, however many days and clinicians there are.

What is free here is time, not yet a slot: which service fits, and whether its room is free too, `free.find` says.
Call all of it inside `clinic_scope`.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from recado.clinics import queries as clinics
from recado.foundation import business_time

from . import free, slots
from .models import LONGEST, Taken
from .slots import Stretch
from .types import Break, HeldTime, OpenTime, ServiceView, Times


def of_days(clinic_id: UUID, start: datetime, end: datetime) -> Times:
    """The free and held times between two moments, of what is still to come, and the breaks of those days."""
    now = business_time.now()
    if max(start, now) >= end:
        return Times()
    shortest: dict[int, ServiceView] = {}
    for service in sorted(free.services(clinic_id), key=lambda one: -one.minutes):
        shortest.update(dict.fromkeys(service.clinicians, service))
    zone = ZoneInfo(clinics.clinic_settings(clinic_id).time_zone)
    there = [one for one in free.calendars(clinic_id, since=start.astimezone(zone).date()) if one.id in shortest]
    asked = free.Asked(max(start, now), end)
    busy = free.taken_of(clinic_id, there, asked)
    found: list[OpenTime] = []
    breaks: list[Break] = []
    for one in there:
        fits, hours = shortest[one.id], free.hours_of(clinic_id, one, start, end)
        breaks += [Break(one.name, *stretch) for stretch in _between(hours, zone)]
        ahead = [(max(opens, asked.start), min(closes, end)) for opens, closes in hours]
        for opens, closes in pieces(ahead, busy.get(one.id, ()), minutes=fits.minutes, buffer=fits.buffer):
            found.append(OpenTime(one.id, one.name, opens, closes, fits.id, fits.minutes))
    found.sort(key=lambda one: (one.start, one.clinician))
    return Times(found, _held(clinic_id, {one.id: one.name for one in there}, asked, now), breaks)


def _between(hours: Sequence[Stretch], zone: ZoneInfo) -> list[Stretch]:
    """Where one stretch of a day ends and the next has not begun. Pure."""
    pairs = itertools.pairwise(hours)
    return [
        (ends, begins)
        for (_, ends), (begins, _) in pairs
        if ends < begins and ends.astimezone(zone).date() == begins.astimezone(zone).date()
    ]


def pieces(hours: Iterable[Stretch], busy: Iterable[Stretch], *, minutes: int, buffer: int) -> Iterator[Stretch]:
    """What of these hours nothing takes, from a moment on at which a visit of so many minutes can begin. Pure."""
    taken = sorted(busy)
    lasts, behind, step = timedelta(minutes=minutes), timedelta(minutes=buffer), slots.step_of(minutes)
    for opens, closes in sorted(hours):
        at = opens
        for begins, ends in [*taken, (closes + behind, closes)]:
            first = slots.rounded_up(at, step)
            if first + lasts <= closes and first + lasts + behind <= begins:
                yield first, min(begins, closes)
            at = max(at, ends)


def _held(clinic_id: UUID, names: Mapping[int, str], asked: free.Asked, now: datetime) -> list[HeldTime]:
    rows = Taken.objects.filter(
        clinic_id=clinic_id,
        calendar_id__in=list(names),
        minute__gt=free.minute(asked.start) - LONGEST,
        minute__lt=free.minute(asked.end),
        until__gt=free.minute(asked.start),
        expires_at__gt=now,
    )
    return [
        HeldTime(names[row.calendar_id], free.moment(row.minute), free.moment(row.until), row.expires_at, row.held_for)
        for row in rows.order_by("minute")
        if row.expires_at and row.held_for
    ]
