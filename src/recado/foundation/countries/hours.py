"""Hours that a country leaves open, on the days that it leaves open. Pure, safe at clock changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from recado.foundation.day_window import DayWindow

from .holidays import holidays

HORIZON = timedelta(days=21)  # longer than any run of closed days: what is not open by then never is


class Opening(Protocol):
    def is_open(self, at: datetime) -> bool: ...
    def next_open(self, at: datetime) -> datetime: ...


@dataclass(frozen=True, slots=True)
class LegalHours:
    """A window of the day, without Sundays or the holidays of a country where those are closed."""

    window: DayWindow
    no_sundays: bool = False
    holidays_of: str = ""

    def is_open(self, at: datetime) -> bool:
        return self.window.is_open(at) and not self._is_closed_day(at)

    def next_open(self, at: datetime) -> datetime:
        """`at` itself when open, else the first opening after it."""
        moment = self.window.next_open(at)
        while self._is_closed_day(moment):
            moment = self.window.next_day_open(moment)
        return moment

    def _is_closed_day(self, at: datetime) -> bool:
        day = at.astimezone(ZoneInfo(self.window.time_zone)).date()
        if self.no_sundays and day.isoweekday() == 7:
            return True
        return bool(self.holidays_of) and day in holidays(self.holidays_of, day.year)


def first_open(at: datetime, openings: Sequence[Opening]) -> datetime | None:
    """The first moment from `at` on at which all are open; None: they have no hour in common."""
    moment = at
    while moment - at <= HORIZON:
        later = moment
        for opening in openings:
            later = opening.next_open(later)
        if later == moment:
            return moment
        moment = later
    return None
