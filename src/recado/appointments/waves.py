"""Who is asked for a time that came free, how many at once, and how long each has. Pure.

One person after the other fills few times on the same day; everybody at once makes many hear "too late". A wave is as large
as it must be for somebody in it to say yes, by how often people of this clinic did so before.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

ALL_DAYS = 0b1111111  # Monday is the lowest bit
DAY_END = 24 * 60

HOPED = 0.7  # the chance that a wave is to give of one yes or more
LARGEST_WAVE = 10
# Before a clinic has any experience: as if one of three had said yes.
PRIOR_YES, PRIOR_ASKED = 1, 3

LAST_MOMENT = timedelta(minutes=30)  # before the visit: nobody is asked any more
FARTHEST = timedelta(days=60)  # a time so far ahead is booked in the ordinary way
# The further away the visit, the longer each wave has.
HOLDS = (
    (timedelta(days=7), timedelta(hours=4)),
    (timedelta(days=2), timedelta(hours=1)),
    (timedelta(hours=2), timedelta(minutes=15)),
    (timedelta(0), timedelta(minutes=5)),
)


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A time that came free. `starts_at` is aware."""

    starts_at: datetime
    duration: timedelta | None = None
    clinician: str = ""
    service: str = ""
    site: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody waits for. Empty or None: any. `days`: bits, Monday the lowest; minutes are of the clinic's wall clock.

    `has_at`: the visit that they have and would give up; only an earlier time is any use to them then. `until`: the last day
    that is; `not_on`: a day on which they want to be asked no more.
    """

    entry_id: UUID
    patient_id: UUID
    joined_at: datetime
    clinician: str = ""
    service: str = ""
    site: str = ""
    days: int = ALL_DAYS
    from_minute: int = 0
    to_minute: int = DAY_END
    notice: timedelta = timedelta(hours=1)
    is_urgent: bool = False
    has_at: datetime | None = None
    until: date | None = None
    not_on: date | None = None


def fits(wish: Wish, time: FreeTime, now: datetime, time_zone: str) -> bool:
    """Whether the time is one that this person asked for."""
    local = time.starts_at.astimezone(ZoneInfo(time_zone))
    minute = local.hour * 60 + local.minute
    return (
        _same(wish.clinician, time.clinician)
        and _same(wish.service, time.service)
        and _same(wish.site, time.site)
        and bool(wish.days >> local.weekday() & 1)
        and wish.from_minute <= minute < wish.to_minute
        and time.starts_at - now >= max(wish.notice, LAST_MOMENT)
        and (wish.has_at is None or time.starts_at < wish.has_at)
        and (wish.until is None or local.date() <= wish.until)
        and wish.not_on != local.date()
    )


def _same(wished: str, given: str) -> bool:
    return not wished or wished.casefold() == given.casefold()


def ranked(wishes: Iterable[Wish], time: FreeTime, now: datetime, time_zone: str) -> list[Wish]:
    """Those that the time fits: marked urgent first, then who waits longest, then whose wish says most."""
    fitting = (wish for wish in wishes if fits(wish, time, now, time_zone))
    return sorted(fitting, key=lambda wish: (not wish.is_urgent, wish.joined_at, -_said(wish), wish.entry_id))


def _said(wish: Wish) -> int:
    return bool(wish.clinician) + bool(wish.service) + bool(wish.site) + (wish.days != ALL_DAYS)


def wave_size(yes: int, asked: int) -> int:
    """How many are asked at once, where `yes` of `asked` people of this clinic took what they were offered."""
    rate = min(0.95, (yes + PRIOR_YES) / (asked + PRIOR_ASKED))
    return min(LARGEST_WAVE, max(1, math.ceil(math.log(1 - HOPED) / math.log(1 - rate))))


def closes_at(time: FreeTime) -> datetime:
    """When nobody can say yes any more."""
    return time.starts_at - LAST_MOMENT


def is_worth_asking(time: FreeTime, now: datetime) -> bool:
    """Whether anybody could still come, and the time is not for the ordinary book."""
    return now < closes_at(time) and time.starts_at - now <= FARTHEST


def wave_ends(time: FreeTime, asked_at: datetime) -> datetime:
    """Until when those just asked have, before others are asked too."""
    ahead = time.starts_at - asked_at
    hold = next(hold for least, hold in HOLDS if ahead >= least or not least)
    return min(asked_at + hold, closes_at(time))
