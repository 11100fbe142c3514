"""Hours of the day in a time zone: is it open now, when does it open next, when was it open last. Pure, safe at clock changes."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayWindow:
    """Open from `opens` up to, but not at, `closes`, by the wall clock of `time_zone`. May pass midnight.

    None in either, or both the same, means open at any hour. All moments are aware; results are in UTC.
    """

    time_zone: str
    opens: time | None
    closes: time | None

    @property
    def is_always_open(self) -> bool:
        return self.opens is None or self.closes is None or self.opens == self.closes

    def is_open(self, at: datetime) -> bool:
        if self.opens is None or self.closes is None or self.opens == self.closes:
            return True
        clock = at.astimezone(ZoneInfo(self.time_zone)).time()
        if self.opens < self.closes:
            return self.opens <= clock < self.closes
        return clock >= self.opens or clock < self.closes

    def next_open(self, at: datetime) -> datetime:
        """`at` itself when open, else the first opening after it."""
        if self.opens is None or self.is_open(at):
            return at.astimezone(UTC)
        today = self._day(at)
        openings = (self._moment(today + _DAY * n, self.opens) for n in range(-1, 8))
        # Where the clocks jump over a short window, that day has no opening: the next one counts.
        return next(opening for opening in openings if opening > at and self.is_open(opening))

    def last_open(self, at: datetime, margin: timedelta = timedelta(0)) -> datetime:
        """The latest moment not after `at` that is open and at least `margin` before closing time.

        The margin (cut to half the window) is for what takes time once it has begun.
        """
        if self.opens is None or self.closes is None or self.opens == self.closes:
            return at.astimezone(UTC)
        margin = min(margin, self._length() / 2)
        if self.is_open(at) and self.is_open(at + margin):
            return at.astimezone(UTC)
        margin = max(margin, timedelta.resolution)  # closing time itself is closed
        today = self._day(at)
        closings = (self._moment(today + _DAY * n, self.closes) - margin for n in range(1, -8, -1))
        return next(last for last in closings if last <= at and self.is_open(last)).astimezone(UTC)

    def next_day_open(self, at: datetime) -> datetime:
        """The first open moment of the next local day; with a window always open, the same wall time a day later."""
        tomorrow = self._day(at) + _DAY
        if self.is_always_open or self.opens is None:
            local = at.astimezone(ZoneInfo(self.time_zone))
            return self._moment(tomorrow, local.time())
        return self.next_open(max(self._moment(tomorrow, self.opens), at + timedelta.resolution))

    def _length(self) -> timedelta:
        assert self.opens is not None and self.closes is not None
        opens, closes = (timedelta(hours=t.hour, minutes=t.minute, seconds=t.second) for t in (self.opens, self.closes))
        return (closes - opens) % _DAY

    def _day(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.time_zone)).date()

    def _moment(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=ZoneInfo(self.time_zone)).astimezone(UTC)
