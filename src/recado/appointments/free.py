"""The free times of a service: hours of the clinic and of each clinician, without what is taken. Five statements, however
many days, clinicians and visits there are; nothing is stored. The rule is `slots`.

Call all of it inside `clinic_scope`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import LiteralString
from uuid import UUID
from zoneinfo import ZoneInfo

from recado.clinics import queries as clinics
from recado.clinics.types import OpenDay
from recado.foundation import arrays, business_time
from recado.foundation.database import plain_cursor

from . import slots
from .models import LONGEST, Calendar, DayOff, Service
from .slots import Stretch
from .types import CalendarKind, CalendarView, ServiceView, Slot

USUAL = timedelta(minutes=15)  # a visit of which its source does not say how long it is


def minute(moment: datetime) -> int:
    """Whole minutes since 1970, rounded down."""
    return int(moment.timestamp() // 60)


def moment(minutes: int) -> datetime:
    return datetime.fromtimestamp(minutes * 60, UTC)


def week_of(stored: Sequence[Sequence[Sequence[str]]] | None) -> tuple[OpenDay, ...] | None:
    if stored is None:
        return None
    return tuple(
        tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in day) for day in stored
    )


def services(clinic_id: UUID, *, only: Collection[UUID] | None = None) -> list[ServiceView]:
    """What can be booked, by name."""
    rows = Service.objects.filter(clinic_id=clinic_id, closed_at=None).order_by("name")
    if only is not None:
        rows = rows.filter(id__in=only)
    return [
        ServiceView(
            s.id, s.name, s.minutes, s.buffer, s.by_link, tuple(s.clinicians), tuple(s.rooms), s.by_anyone, s.is_usual
        )
        for s in rows
    ]


def calendars(clinic_id: UUID, *, since: date | None = None) -> list[CalendarView]:
    """Clinicians and rooms that are there, by name, with their days off from `since` on (none: all)."""
    off: dict[int, list[tuple[date, date]]] = {}
    days = DayOff.objects.filter(clinic_id=clinic_id).order_by("first_day")
    for one in days.filter(last_day__gte=since) if since else days:
        off.setdefault(one.calendar_id, []).append((one.first_day, one.last_day))
    rows = Calendar.objects.filter(clinic_id=clinic_id, closed_at=None).order_by("name")
    return [
        CalendarView(row.id, CalendarKind(row.kind), row.name, week_of(row.week), tuple(off.get(row.id, ())))
        for row in rows
    ]


# What is taken, of holds only those that still stand and are not one's own, and what is on offer to the waitlist, with its room;
# visits of other systems, and what of theirs is on offer, by name.
TAKEN: LiteralString = """
SELECT t.calendar_id, t.minute, t.until FROM appointments_taken t
WHERE t.clinic_id = %(clinic)s AND t.calendar_id = ANY (%(calendars)s) AND t.minute > %(before)s AND t.minute < %(last)s
    AND t.until > %(first)s AND NOT t.is_off AND (t.expires_at IS NULL OR t.expires_at > %(now)s)
    AND (%(held_for)s::uuid IS NULL OR t.held_for IS DISTINCT FROM %(held_for)s)
    AND (%(moving)s::uuid IS NULL
        OR (t.appointment_id IS DISTINCT FROM %(moving)s AND t.held_for IS DISTINCT FROM %(moving)s))
UNION ALL
SELECT o.calendar, floor(extract(epoch FROM f.starts_at) / 60)::bigint, ceil(extract(epoch FROM f.starts_at + f.takes) / 60)::bigint
FROM appointments_freedtime f, unnest(f.calendars) AS o (calendar)
WHERE f.clinic_id = %(clinic)s AND f.starts_at >= %(start)s AND f.starts_at < %(end)s AND f.state = 'offering'
    AND o.calendar = ANY (%(calendars)s)
"""
TOLD: LiteralString = """
SELECT lower(v.clinician), v.starts_at, v.duration FROM appointments_appointment v
WHERE v.clinic_id = %(clinic)s AND v.starts_at >= %(start)s AND v.starts_at < %(end)s AND v.state <> 'cancelled'
    AND lower(v.clinician) = ANY (%(names)s) AND v.id IS DISTINCT FROM %(moving)s
    AND NOT EXISTS (SELECT FROM appointments_taken t WHERE t.clinic_id = v.clinic_id AND t.appointment_id = v.id)
UNION ALL
SELECT lower(f.clinician), f.starts_at, f.duration FROM appointments_freedtime f
WHERE f.clinic_id = %(clinic)s AND f.starts_at >= %(start)s AND f.starts_at < %(end)s AND f.state = 'offering'
    AND lower(f.clinician) = ANY (%(names)s)
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """From when to when, and what does not count as taken: one's own hold, the visit that is moved and what is held for it."""

    start: datetime
    end: datetime
    held_for: UUID | None = None
    moving: UUID | None = None


def find(
    clinic_id: UUID,
    *,
    service_id: UUID,
    start: datetime,
    end: datetime,
    clinicians: Collection[int] = (),
    held_for: UUID | None = None,
    moving: UUID | None = None,
) -> list[Slot]:
    """Every free time of a service that begins from `start` up to `end`, in order; none for a service that is not there.

    `clinicians`: only these, where given. A time at which several are free stands once for each of them.
    `held_for`: whose own hold does not count as taken; `moving`: nor does this visit, nor what is held for it.
    """
    asked = Asked(max(start, business_time.now()), end, held_for, moving)
    free = _each(clinic_id, services(clinic_id, only=[service_id]), asked, clinicians)
    return _in_order(free.get(service_id, ()))


def find_each(
    clinic_id: UUID, wanted: Sequence[ServiceView], *, start: datetime, end: datetime, held_for: UUID | None = None
) -> dict[UUID, list[Slot]]:
    """The same of several services: as many statements as for one."""
    found = _each(clinic_id, wanted, Asked(max(start, business_time.now()), end, held_for))
    return {name: _in_order(free) for name, free in found.items()}


def have_any(
    clinic_id: UUID, wanted: Sequence[ServiceView], *, start: datetime, end: datetime, held_for: UUID | None = None
) -> set[UUID]:
    """Which of these services have a free time at all: no further than to the first is looked."""
    found = _each(clinic_id, wanted, Asked(max(start, business_time.now()), end, held_for))
    return {name for name, free in found.items() if next(free, None) is not None}


def _in_order(free: Iterable[Slot]) -> list[Slot]:
    return sorted(free, key=lambda slot: (slot.starts_at, slot.clinician))


def _each(
    clinic_id: UUID, wanted: Sequence[ServiceView], asked: Asked, clinicians: Collection[int] = ()
) -> dict[UUID, Iterator[Slot]]:
    """The free times of each, clinician by clinician, as they are asked for."""
    if not wanted:
        return {}
    zone = ZoneInfo(clinics.clinic_settings(clinic_id).time_zone)
    there = {one.id: one for one in calendars(clinic_id, since=asked.start.astimezone(zone).date())}
    by = {
        one.id: [there[name] for name in one.clinicians if name in there and (not clinicians or name in clinicians)]
        for one in wanted
    }
    rooms = {one.id: [there[name] for name in one.rooms if name in there] for one in wanted}
    needed = {one.id: one for group in (*by.values(), *rooms.values()) for one in group}
    busy = taken_of(clinic_id, list(needed.values()), asked)

    def times(service: ServiceView) -> Iterator[Slot]:
        for clinician in by[service.id]:
            yield from _of(clinic_id, service, clinician, rooms[service.id], busy, asked)

    return {service.id: times(service) for service in wanted}


def _of(
    clinic_id: UUID,
    service: ServiceView,
    clinician: CalendarView,
    rooms: Sequence[CalendarView],
    busy: Mapping[int, Sequence[Stretch]],
    asked: Asked,
) -> Iterator[Slot]:
    hours = hours_of(clinic_id, clinician, asked.start, asked.end)
    in_rooms = [(room, hours_of(clinic_id, room, asked.start, asked.end)) for room in rooms]
    lasts, behind = timedelta(minutes=service.minutes), timedelta(minutes=service.buffer)
    mine = busy.get(clinician.id, ())
    for at in slots.beginnings(hours, mine, minutes=service.minutes, buffer=service.buffer, after=asked.start):
        if at >= asked.end:
            return
        room = next(
            (
                room
                for room, open_at in in_rooms
                if any(opens <= at and at + lasts <= closes for opens, closes in open_at)
                and slots.is_free(at, at + lasts + behind, busy.get(room.id, ()))
            ),
            None,
        )
        if room is not None or not service.rooms:
            name, number = (room.name, room.id) if room else ("", None)
            yield Slot(service.id, clinician.id, at, service.minutes, service.name, clinician.name, number, name)


def hours_of(clinic_id: UUID, calendar: CalendarView, start: datetime, end: datetime) -> list[Stretch]:
    """When a clinician or room is there while the clinic is open, on the days between two moments."""
    clinic = clinics.clinic_settings(clinic_id)
    zone = ZoneInfo(clinic.time_zone)
    first = start.astimezone(zone).date()
    days = (end.astimezone(zone).date() - first).days + 1
    there = [
        (opens.astimezone(UTC), closes.astimezone(UTC))
        for opens, closes in clinics.open_stretches(clinic.opening_hours, zone, first, days)
        if not any(begins <= opens.date() <= ends for begins, ends in calendar.days_off)
    ]
    if calendar.week is None:
        return sorted(there)
    own = clinics.open_stretches(calendar.week, zone, first, days)
    return slots.common(there, [(opens.astimezone(UTC), closes.astimezone(UTC)) for opens, closes in own])


def taken_of(clinic_id: UUID, wanted: Sequence[CalendarView], asked: Asked) -> dict[int, list[Stretch]]:
    """What is taken of each calendar."""
    by_name = {one.name.casefold(): one.id for one in wanted if one.kind is CalendarKind.CLINICIAN}
    given = {
        "clinic": clinic_id,
        "calendars": arrays.int8_array([one.id for one in wanted]),
        "first": minute(asked.start),
        "last": minute(asked.end) + LONGEST,
        "before": minute(asked.start) - LONGEST,
        "now": business_time.now(),
        "held_for": asked.held_for,
        "moving": asked.moving,
        "start": asked.start - timedelta(minutes=LONGEST),
        "end": asked.end + timedelta(minutes=LONGEST),
        "names": arrays.text_array([one.name.lower() for one in wanted]),
    }
    busy: dict[int, list[Stretch]] = {}
    with plain_cursor() as cursor:
        for calendar, first, last in cursor.execute(TAKEN, given).fetchall():
            busy.setdefault(calendar, []).append((moment(first), moment(last)))
        for name, starts_at, lasts in cursor.execute(TOLD, given).fetchall():
            number = by_name.get(name.casefold())
            if number is not None:
                busy.setdefault(number, []).append((starts_at, starts_at + (lasts or USUAL)))
    return busy
