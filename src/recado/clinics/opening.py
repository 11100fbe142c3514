"""When a clinic is open: by the wall clock of its zone, week after week. Pure, safe at clock changes.

Public holidays are not known: on one, these say the usual hours of that weekday.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from recado.clinics.types import OpenDay

_DAY = timedelta(days=1)
_AHEAD = 15  # days: a clock change may swallow a weekday's only stretch, but not that of the week after as well


def open_until(week: Sequence[OpenDay], zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the stretch ends in which the clinic is open at `now`; None while it is closed."""
    moment = now.astimezone(UTC)  # two times of one zone would be compared by their clocks, not as moments
    return next((closes for opens, closes in _stretches(week, zone, now) if opens <= moment < closes), None)


def next_opening(week: Sequence[OpenDay], zone: ZoneInfo, now: datetime) -> datetime | None:
    """The first moment after `now` at which the clinic opens; None where it never does."""
    moment = now.astimezone(UTC)
    return next((opens for opens, _ in _stretches(week, zone, now) if opens > moment), None)


def next_day_opening(week: Sequence[OpenDay], zone: ZoneInfo, now: datetime) -> datetime | None:
    """The first opening on a later day than `now`: not the one after lunch, nor this morning's, early in the day."""
    today = now.astimezone(zone).date()
    openings = (opens for opens, _ in _stretches(week, zone, now))
    return next((opens for opens in openings if opens.date() > today), None)


def _stretches(week: Sequence[OpenDay], zone: ZoneInfo, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Opening and closing, in the clinic's zone, from the day of `now` on."""
    return stretches(week, zone, now.astimezone(zone).date(), _AHEAD)


def stretches(week: Sequence[OpenDay], zone: ZoneInfo, first: date, days: int) -> Iterator[tuple[datetime, datetime]]:
    """Opening and closing on so many days from `first` on, in the zone; in the order of the week's entries."""
    for ahead in range(days):
        day = first + _DAY * ahead
        for opens, closes in week[day.weekday()]:
            yield from _stretch(_moment(day, opens, zone), _moment(day, closes, zone))


def _stretch(opens: datetime, closes: datetime) -> Iterator[tuple[datetime, datetime]]:
    if opens.astimezone(UTC) < closes.astimezone(UTC):  # else the clocks jumped over it
        yield opens, closes


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """A time that the clocks jump over is as much later; one that comes twice is the first."""
    return datetime.combine(day, clock, zone).astimezone(UTC).astimezone(zone)
