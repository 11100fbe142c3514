"""What stands in the day's grid beside the visits: time that is free, held for a few minutes, or on offer to the waitlist."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from recado.appointments import queries as appointments
from recado.appointments.types import Freed, HeldTime, OpenTime, Times
from recado.clinics import queries as clinics
from recado.foundation import business_time
from recado.web import dates, slot_words

AHEAD = timedelta(days=7)  # in which the next free times are looked for
NEXT = 3


@dataclass(frozen=True, slots=True)
class Block:
    """A field of the grid that is no visit, on the clinic's clock. `kind`: free, held, offer or break. `key`: what a form sends to
    hold it."""

    kind: str
    clinician: str
    start: datetime
    end: datetime
    words: str
    detail: str = ""
    key: str = ""

    @property
    def length(self) -> str:
        return dates.ago(self.end - self.start)


@dataclass(frozen=True, slots=True)
class OnOffer:
    """A time on offer, as its card shows it."""

    id: UUID
    at: datetime
    freed_at: datetime
    clinician: str
    wave: int
    asked: int
    left: str
    share: int  # of the wave's time that is left, of 1,000

    @property
    def rest(self) -> int:
        return 1000 - self.share


@dataclass(frozen=True, slots=True)
class Around:
    """All that a day's page shows beside the visits. `again`: seconds until the time left reads otherwise."""

    blocks: Sequence[Block]
    offers: Sequence[OnOffer]
    next_free: Sequence[Block]
    free: str
    again: int | None

    def count(self, kind: str) -> int:
        return sum(1 for one in self.blocks if one.kind == kind)


def around(clinic_id: UUID, start: datetime, end: datetime, zone: str) -> Around:
    """Of the day between two moments; the next free times also of the week behind. Call it inside `clinic_scope`."""
    now, there = business_time.now(), ZoneInfo(zone)
    times = appointments.times_of_days(clinic_id, start, max(start, now) + AHEAD)
    today = Times(
        [replace(one, end=min(one.end, end)) for one in times.open if one.start < end],
        [one for one in times.held if start <= one.start < end],
        [one for one in times.breaks if start <= one.start < end],
    )
    offers = appointments.times_on_offer(clinic_id, start, end)
    staff = _names(clinic_id, today)
    blocks = [
        *(block for one in today.open for block in _free(one, there)),
        *(_held(one, now, there, staff) for one in today.held),
        *(_offered(one, now, there) for one in offers),
        *(
            Block("break", one.clinician, one.start.astimezone(there), one.end.astimezone(there), _("Break"))
            for one in today.breaks
        ),
    ]
    span = sum((one.end - one.start for one in today.open), timedelta())
    ends = [one.until for one in today.held] + [one.wave_ends_at for one in offers if one.wave_ends_at]
    again = min(60, max(1, int((min(ends) - now).total_seconds()) + 1)) if ends else None
    return Around(
        blocks,
        [_card(one, now, there) for one in offers],
        _next(times.open, there),
        dates.ago(span) if span else "",
        again,
    )


def _free(one: OpenTime, there: ZoneInfo) -> Iterator[Block]:
    """An hour of it at most in one field, so that the desk can begin where it likes."""
    start = one.start
    while start < one.end:
        at = start.astimezone(there)
        cut = start + timedelta(minutes=60 - at.minute)
        until = cut if one.end - cut >= timedelta(minutes=one.minutes) else one.end
        yield _block(one, start, until, there)
        start = until


def _block(one: OpenTime, start: datetime, until: datetime, there: ZoneInfo) -> Block:
    lasts = dates.ago(until - start)
    key = f"{one.service_id} {slot_words.key(one.calendar_id, start)}"
    return Block(
        "free",
        one.clinician,
        start.astimezone(there),
        until.astimezone(there),
        _("Free %(time)s") % {"time": lasts},
        key=key,
    )


def _next(found: Sequence[OpenTime], there: ZoneInfo) -> list[Block]:
    """The first of each clinician, the soonest three."""
    first: dict[int, Block] = {}
    for one in found:
        if one.calendar_id not in first:
            first[one.calendar_id] = _block(one, one.start, one.end, there)
    return list(first.values())[:NEXT]


def _names(clinic_id: UUID, today: Times) -> dict[UUID, str]:
    return {one.user_id: one.name for one in clinics.staff(clinic_id)} if today.held else {}


def _held(one: HeldTime, now: datetime, there: ZoneInfo, staff: dict[UUID, str]) -> Block:
    by = staff.get(one.held_for)
    words = _("Held by %(name)s") % {"name": by} if by else _("A patient is choosing")
    detail = _("free again in %(time)s") % {"time": _left(one.until, now)}
    return Block("held", one.clinician, one.start.astimezone(there), one.end.astimezone(there), words, detail)


def _offered(one: Freed, now: datetime, there: ZoneInfo) -> Block:
    start = one.time.starts_at.astimezone(there)
    end = start + (one.time.duration or appointments.USUAL_LENGTH)
    wave = _("wave %(number)d") % {"number": _wave(one)} if _wave(one) else ""
    left = _("%(time)s left") % {"time": _left(one.wave_ends_at, now)} if one.wave_ends_at else ""
    detail = ", ".join(word for word in (wave, left) if word)
    return Block("offer", one.time.clinician, start, end, _("Offered to the waitlist"), detail)


def _card(one: Freed, now: datetime, there: ZoneInfo) -> OnOffer:
    wave, offered = _wave(one), one.offer.offered if one.offer else ()
    asked = [each for each in offered if each.wave == wave]
    share = 0
    if one.wave_ends_at and asked:
        whole = (one.wave_ends_at - min(each.asked_at for each in asked)).total_seconds()
        share = round(1000 * max(0.0, (one.wave_ends_at - now).total_seconds()) / whole) if whole > 0 else 0
    return OnOffer(
        one.id,
        one.time.starts_at.astimezone(there),
        one.freed_at.astimezone(there),
        one.time.clinician,
        wave,
        len(asked),
        _left(one.wave_ends_at, now) if one.wave_ends_at else "",
        min(1000, share),
    )


def _wave(one: Freed) -> int:
    return max((each.wave for each in one.offer.offered), default=0) if one.offer else 0


def _left(until: Any, now: datetime) -> str:
    """How long it still is, rounded up."""
    return dates.ago(until - now + timedelta(seconds=59))
