"""The free times of a service as staff choose among them: six days, with how many are free, and the times of one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from recado.appointments import queries
from recado.appointments.types import ServiceView, Slot, SlotWish
from recado.foundation import business_time
from recado.web import dates, slot_words
from recado.web.calendar import days

SHOWN = 6  # days beside one another


@dataclass(frozen=True, slots=True)
class Who:
    """Whose hold does not count as taken, and the visit that is moved: neither does its old time."""

    me: UUID
    visit_id: UUID | None = None
    usual: str = ""  # the visit's service
    clinician: str = ""  # and who it is with


@dataclass(frozen=True, slots=True)
class Held:
    """The time that somebody has chosen. `until`: it is held for them; None: it is free, and not held (any more)."""

    slot: Slot
    at: datetime
    until: datetime | None

    @property
    def key(self) -> str:
        return key_of(self.slot)

    @property
    def when(self) -> str:
        return dates.short_moment(self.at)

    @property
    def clock(self) -> str:
        return dates.clock(self.at)


def key_of(slot: Slot) -> str:
    """A time as a button sends it: service, calendar and moment."""
    return f"{slot.service_id} {slot_words.key_of(slot)}"


def wish_of(typed: str) -> SlotWish | None:
    """The time that a button names; None: it names none."""
    service, _sep, rest = typed.partition(" ")
    try:
        return slot_words.wish_of(UUID(service), rest)
    except ValueError:
        return None


def held(clinic_id: UUID, wish: SlotWish | None, who: Who, zone: str) -> Held | None:
    """The time that an address names, where nobody else has it. Call it inside `clinic_scope`."""
    if wish is None:
        return None
    end = wish.starts_at + timedelta(minutes=1)
    found = _free(clinic_id, wish.service_id, wish.starts_at, end, who, [wish.calendar_id])
    slot = next((one for one in found if one.starts_at == wish.starts_at), None)
    if slot is None:
        return None
    (service,) = [one for one in queries.services(clinic_id) if one.id == wish.service_id]
    mine, until = queries.held_slot(clinic_id, who.me, service)
    is_mine = mine is not None and (mine.calendar_id, mine.starts_at) == (wish.calendar_id, wish.starts_at)
    return Held(slot, slot.starts_at.astimezone(ZoneInfo(zone)), until if is_mine else None)


def others(clinic_id: UUID, held: Held, who: Who) -> list[tuple[str, str, bool]]:
    """What else this clinician can do at that time: name, key, whether it is the one chosen. Call it inside `clinic_scope`."""
    start, number = held.slot.starts_at, held.slot.calendar_id
    fits = []
    for service in queries.services(clinic_id):
        if number in service.clinicians:
            found = _free(clinic_id, service.id, start, start + timedelta(minutes=1), who, [number])
            fits += [(service.name, key_of(one), service.id == held.slot.service_id) for one in found]
    return fits


def choose(
    request: HttpRequest, clinic_id: UUID, services: Sequence[ServiceView], who: Who, chosen: Held | None, zone: str
) -> dict[str, Any]:
    """What the page shows to choose among, by its address. Call it inside `clinic_scope`."""
    there, now = ZoneInfo(zone), business_time.now()
    today = now.astimezone(there).date()
    service = _service(request, services, who.usual, chosen)
    day = max(days.day_asked(request.GET.get("day"), chosen.at.date() if chosen else today), today)
    first = max(today, _first(request.GET.get("from"), day))
    if service is None:
        return {"service": None}
    names = {one.id: one.name for one in queries.calendars(clinic_id)}
    clinicians = [(number, names[number]) for number in service.clinicians if number in names]
    wanted = request.GET.get("with")
    usual = chosen.slot.clinician if chosen and not who.visit_id else who.clinician
    only = [number for number, name in clinicians if (name == usual if wanted is None else str(number) == wanted)]
    start, end = days.bounds(first, zone, days=SHOWN)
    slots = _free(clinic_id, service.id, start, end, who, only)
    counts: dict[date, set[datetime]] = {first + timedelta(days=at): set() for at in range(SHOWN)}
    for slot in slots:
        counts[slot.starts_at.astimezone(there).date()].add(slot.starts_at)
    shown = day if counts.get(day) else next((one for one, free in counts.items() if free), day)
    of_day = [slot for slot in slots if slot.starts_at.astimezone(there).date() == shown]
    return {
        "services": services,
        "service": service,
        "clinicians": clinicians,
        "with": only[0] if only else None,
        "first_iso": first.isoformat(),
        "day_iso": shown.isoformat(),
        "day_words": dates.long_day(_noon(shown, there)),
        "days": [
            (
                dates.weekday(_noon(one, there)),
                one,
                len(free),
                one == shown,
                days.with_query(request.GET, day=one.isoformat(), **{"from": first.isoformat()}),
            )
            for one, free in counts.items()
        ],
        "earlier": _step(request, first - timedelta(days=SHOWN), today) if first > today else "",
        "later": _step(request, first + timedelta(days=SHOWN), today),
        "times": [
            (
                dates.clock(slot.starts_at.astimezone(there)),
                slot.clinician,
                key_of(slot),
                chosen is not None and slot == chosen.slot,
            )
            for slot in of_day
        ],
        "is_several": len({slot.clinician for slot in of_day}) > 1,
    }


def _free(
    clinic_id: UUID, service_id: UUID, start: datetime, end: datetime, who: Who, clinicians: Sequence[int]
) -> list[Slot]:
    return queries.free_slots(
        clinic_id,
        service_id=service_id,
        start=start,
        end=end,
        clinicians=clinicians,
        held_for=who.me,
        moving=who.visit_id,
    )


def _service(
    request: HttpRequest, services: Sequence[ServiceView], usual: str, chosen: Held | None
) -> ServiceView | None:
    asked = request.GET.get("service") or (str(chosen.slot.service_id) if chosen else "")
    by_name = (one for one in services if one.name == usual)
    return next((one for one in services if str(one.id) == asked), next(by_name, services[0] if services else None))


def _first(asked: str | None, day: date) -> date:
    """The first of the days shown: such that the chosen one is among them."""
    first = days.day_asked(asked, day)
    return first if first <= day < first + timedelta(days=SHOWN) else day


def _step(request: HttpRequest, day: date, today: date) -> str:
    first = max(day, today).isoformat()
    return days.with_query(request.GET, day=first, **{"from": first})


def _noon(day: date, there: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=there)
