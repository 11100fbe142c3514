"""Free times as a patient's page shows them: the days that have some, the times of one day, and the one that is held."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from recado.appointments.types import Slot, SlotWish
from recado.web import dates
from recado.web.paging import moment_asked

PAST_IDS = 2**63  # of PostgreSQL's bigint


def key_of(slot: Slot | SlotWish) -> str:
    """A time as a form names it: its calendar and its moment."""
    return key(slot.calendar_id, slot.starts_at)


def key(calendar_id: int, starts_at: datetime) -> str:
    """The same of its parts."""
    return f"{calendar_id} {starts_at.isoformat()}"


def wish_of(service_id: UUID, typed: str) -> SlotWish | None:
    """The time that a form names; None: it names none, or one that no calendar has and no zone can show."""
    number, _, moment = typed.partition(" ")
    start = moment_asked(moment)
    try:
        calendar = int(number)
    except ValueError:
        return None
    return SlotWish(service_id, calendar, start) if start and 0 < calendar < PAST_IDS else None


def day_of(wish: SlotWish, zone: str) -> str:
    """The day of a time as an address names it: who comes too late for it is shown those near to it."""
    return wish.starts_at.astimezone(ZoneInfo(zone)).date().isoformat()


def _nearest(days: Sequence[date], asked: str) -> date | None:
    """The day asked for, or the free one next to it. None: none is asked for, or none is free."""
    try:
        wanted = date.fromisoformat(asked)
    except ValueError:
        return None
    return min(days, key=lambda one: abs(one - wanted), default=None)


def worded(
    free: Sequence[Slot], zone: ZoneInfo, asked: str, held: SlotWish | None = None, until: datetime | None = None
) -> dict[str, Any]:
    """What the page says, in the language that is active: `asked` is the day that its address names."""
    local = [(slot.starts_at.astimezone(zone), slot) for slot in free]
    days = sorted({at.date() for at, _ in local})
    at_held = held.starts_at.astimezone(zone) if held else None
    first = at_held.date() if at_held else days[0] if days else None
    day = _nearest(days, asked) or first
    shown: dict[datetime, Slot] = {}
    for at, slot in local:
        if at.date() == day:
            shown.setdefault(at, slot)
    counts = {one: len({at for at, _ in local if at.date() == one}) for one in days}
    return {
        "days": [(one, dates.weekday(at), counts[one], one == day) for one in days for at in [_noon(one, zone)]],
        "day": day.isoformat() if day else "",
        "chosen": dates.long_day(_noon(day, zone)) if day else "",
        "parts": _parts(shown, held.starts_at if held else None),
        "held": dates.short_moment(at_held) if at_held else "",
        "held_key": key_of(held) if held else "",
        "held_until": dates.clock(until.astimezone(zone)) if until else "",
    }


def _noon(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=zone)


def _parts(shown: dict[datetime, Slot], held: datetime | None) -> list[tuple[bool, list[tuple[str, str, bool, str]]]]:
    """Morning and afternoon: clock, form value, whether it is the one held, and day and clock for whoever hears the page."""
    rows = [
        (at, (dates.clock(at), key_of(slot), slot.starts_at == held, dates.short_moment(at)))
        for at, slot in shown.items()
    ]
    halves = [(True, [row for at, row in rows if at.hour < 12]), (False, [row for at, row in rows if at.hour >= 12])]
    return [(is_morning, half) for is_morning, half in halves if half]
