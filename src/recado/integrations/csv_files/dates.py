"""Dates and times as people and practice systems write them. Pure.

Day first everywhere, as in all the countries this is made for; month first only where the file itself proves it.
A wrong guess here sends people on the wrong day, so a file that speaks for both is not guessed at.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop as _

from recado.integrations.csv_files.sentences import Sentence
from recado.integrations.csv_files.types import CellTrouble
from recado.integrations.csv_files.words import MONTHS

_NUMERIC = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})(?!\d)")
_YEAR_FIRST = re.compile(r"(\d{4})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(\d{8})(?!\d)")
_NAMED = re.compile(
    r"(\d{1,2})(?:\.|st|nd|rd|th|er|º|ª)?[\s\-./]*(?:de\s+)?([^\W\d_]{3,12})\.?[\s\-./,]*(?:de[l]?\s+)?(\d{4}|\d{2})(?!\d)"
)
_NAMED_FIRST = re.compile(r"([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
_WEEKDAY = re.compile(r"[^\W\d_]{2,13}\.?,?\s+(?=\d)")

_CLOCK = re.compile(
    r"(\d{1,2})(?:\s*[:.hu]\s*(\d{2}))?(?:\s*[:.]\s*(\d{2})(?:[.,]\d+)?)?\s*(?:h|hrs?|uur|uhr|WIB|WITA|WIT)?\s*"
    r"([ap]\.?\s?m\.?)?",
    re.IGNORECASE,
)
_FOUR_DIGITS = re.compile(r"(\d{2})(\d{2})")
_TIME_PREFIX = re.compile(r"(?:at|à|a las|a la|om|o|godz\.?|pukul|jam|kl\.?|klo)\s+(?=\d)", re.IGNORECASE)
_RANGE = re.compile(r"\s*(?:[-–—]|to|à|tot|do|a|s/d|sampai)\s*(?=\d)")
_ZONED = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s?(?:Z|[+-]\d{2}:?\d{2})")
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_HIDDEN = re.compile(r"#+")

_DATE_FIX = _("Write the date as day/month/year, for example 24/11/2026, or as 2026-11-24.")
_TIME_FIX = _("Write the time as hours and minutes, for example 09:30.")


class DateOrder(StrEnum):
    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


class OrderEvidence:
    """Counts what the dates of a file say of their order. Feed it every date, then ask for the verdict."""

    def __init__(self) -> None:
        self.only_day_first = 0
        self.only_month_first = 0
        self._total = 0
        self._firsts: Counter[int] = Counter()
        self._seconds: Counter[int] = Counter()

    def see(self, text: str, *, is_visit: bool = True) -> None:
        """`is_visit` for dates of visits; dates of birth prove an order too, but do not cluster."""
        found = _NUMERIC.match(_without_weekday(text.strip()))
        if not found:
            return
        first, second = int(found[1]), int(found[2])
        self._total += 1
        if 12 < first <= 31 and 1 <= second <= 12:
            self.only_day_first += 1
        elif 1 <= first <= 12 < second <= 31:
            self.only_month_first += 1
        elif is_visit:
            self._firsts[first] += 1
            self._seconds[second] += 1

    def verdict(self) -> DateOrder | None:
        """None when the file speaks for both orders and neither may be guessed."""
        if not self.only_month_first:
            return DateOrder.DAY_FIRST
        if self.only_day_first:
            return DateOrder.DAY_FIRST if self.only_day_first >= self.only_month_first else None
        # Visits cover many days and few months. One slip of the pen in a day-first file must not turn all the others.
        is_thin = self.only_month_first < 3 or self.only_month_first * 10 <= self._total
        if is_thin and len(self._firsts) > len(self._seconds):
            return None
        return DateOrder.MONTH_FIRST


@dataclass(frozen=True, slots=True)
class Moment:
    """When a visit starts: aware when the file gave an offset. `ends` only where the cell held a range."""

    at: datetime
    ends: time | None = None


def _without_weekday(text: str) -> str:
    found = _WEEKDAY.match(text)
    if found and not _NAMED_FIRST.match(text):
        return text[found.end() :]
    return text


@lru_cache(maxsize=8192)
def read_date(text: str, order: DateOrder) -> date:
    """A date by itself. Raises `CellTrouble`."""
    day, rest = split_date(text, order)
    if rest and not re.fullmatch(r"[T,\s]*0{1,2}[:.h]00(?:[:.]00)?", rest):
        raise CellTrouble("date_unreadable", _("This is not a date."), _DATE_FIX)
    return day


def split_date(text: str, order: DateOrder) -> tuple[date, str]:
    """The date a cell starts with, and what follows it. Raises `CellTrouble`."""
    stripped = _without_weekday(" ".join(text.split()))
    for pattern, reading in _READINGS:
        found = pattern.match(stripped)
        if found:
            numbers = reading(found, order)
            if numbers:
                return _calendar_date(*numbers), stripped[found.end() :].strip(" ,;")
    if _HIDDEN.fullmatch(stripped):
        raise CellTrouble(
            "date_hidden",
            _("The spreadsheet column was too narrow and hid the date."),
            _("Widen the column and export again."),
        )
    if _SERIAL.fullmatch(stripped):
        raise CellTrouble(
            "date_is_number",
            _("The spreadsheet wrote the date as a number of days."),
            _("Format the column as a date and export again; it should look like 24/11/2026."),
        )
    raise CellTrouble("date_unreadable", _("This is not a date."), _DATE_FIX)


_Numbers = tuple[int, int, int]  # year, month, day


def _numeric(found: re.Match[str], order: DateOrder) -> _Numbers:
    first, second = int(found[1]), int(found[2])
    day, month = (second, first) if order is DateOrder.MONTH_FIRST else (first, second)
    return _year(found[3]), month, day


def _compact(found: re.Match[str], order: DateOrder) -> _Numbers:
    digits = found[1]
    if digits[:2] in ("19", "20") and digits[4:6] <= "12":
        return int(digits[:4]), int(digits[4:6]), int(digits[6:])
    day, month = digits[:2], digits[2:4]
    if order is DateOrder.MONTH_FIRST:
        day, month = month, day
    return int(digits[4:]), int(month), int(day)


def _named(found: re.Match[str], order: DateOrder) -> _Numbers | None:
    month = MONTHS.get(found[2].casefold())
    return (_year(found[3]), month, int(found[1])) if month else None


def _named_first(found: re.Match[str], order: DateOrder) -> _Numbers | None:
    month = MONTHS.get(found[1].casefold())
    return (int(found[3]), month, int(found[2])) if month else None


_READINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], DateOrder], _Numbers | None]], ...] = (
    (_YEAR_FIRST, lambda found, order: (int(found[1]), int(found[2]), int(found[3]))),
    (_NUMERIC, _numeric),
    (_COMPACT, _compact),
    (_NAMED, _named),
    (_NAMED_FIRST, _named_first),
)

_MONTH_NAMES = [
    _("January"),
    _("February"),
    _("March"),
    _("April"),
    _("May"),
    _("June"),
    _("July"),
    _("August"),
    _("September"),
    _("October"),
    _("November"),
    _("December"),
]
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _year(digits: str) -> int:
    """Two digits are this century; dates of birth are put right by `read_birth_date`."""
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _calendar_date(year: int, month: int, day: int) -> date:
    if not 1 <= month <= 12:
        raise CellTrouble("date_impossible", _("Months go from 1 to 12. Dates are read day first."), _DATE_FIX)
    if not 1 <= day <= _LENGTHS[month - 1]:
        raise CellTrouble(
            "date_impossible",
            _("There is no such day in %(month)s."),
            _DATE_FIX,
            month=Sentence(_MONTH_NAMES[month - 1]),
        )
    if not 1800 <= year <= 2199:
        raise CellTrouble("date_impossible", _("The year is not one that can be meant."), _DATE_FIX)
    try:
        return date(year, month, day)
    except ValueError:
        raise CellTrouble("date_impossible", _("February has 28 days in that year."), _DATE_FIX) from None


def read_birth_date(text: str, order: DateOrder, today: date) -> date:
    """Two-digit years are the last hundred years: nobody is born tomorrow. Raises `CellTrouble`."""
    born = read_date(text, order)
    if born > today and born.year >= 2000 and not re.search(r"20\d\d", text):
        born = born.replace(year=born.year - 100) if (born.month, born.day) != (2, 29) else date(born.year - 100, 2, 28)
    if not date(1900, 1, 1) <= born <= today or today.year - born.year > 125:
        raise CellTrouble(
            "birth_date_impossible",
            _("Nobody living was born on that day."),
            _("Write the year with four digits, for example 24/11/1958."),
        )
    return born


@lru_cache(maxsize=4096)
def read_time(text: str) -> tuple[time, time | None]:
    """A time of day, and the end where the cell holds a range such as `09:15 - 09:30`. Raises `CellTrouble`."""
    stripped = " ".join(text.split()).lstrip("T, ")
    prefix = _TIME_PREFIX.match(stripped)
    start, rest = _clock(stripped[prefix.end() :] if prefix else stripped)
    if not rest:
        return start, None
    between = _RANGE.match(rest)
    if not between:
        raise CellTrouble("time_unreadable", _("This is not a time of day."), _TIME_FIX)
    end, rest = _clock(rest[between.end() :])
    if rest:
        raise CellTrouble("time_unreadable", _("This is not a time of day."), _TIME_FIX)
    return start, end


def _clock(text: str) -> tuple[time, str]:
    found = _FOUR_DIGITS.fullmatch(text) or _CLOCK.match(text)
    if not found or not (found[2] or "h" in text.lower() or "u" in text.lower() or (found.re is _CLOCK and found[4])):
        raise CellTrouble("time_unreadable", _("This is not a time of day."), _TIME_FIX)
    hours, minutes = int(found[1]), int(found[2] or 0)
    seconds, half = (int(found[3] or 0), found[4]) if found.re is _CLOCK else (0, None)
    if half:
        if not 1 <= hours <= 12:
            raise CellTrouble("time_impossible", _("With AM or PM, hours go from 1 to 12."), _TIME_FIX)
        hours = hours % 12 + (12 if half[0] in "pP" else 0)
    if hours > 23:
        raise CellTrouble("time_impossible", _("Hours go from 00 to 23."), _TIME_FIX)
    if minutes > 59 or seconds > 59:
        raise CellTrouble("time_impossible", _("Minutes go from 00 to 59."), _TIME_FIX)
    return time(hours, minutes), text[found.end() :].strip()


def read_start(text: str, order: DateOrder) -> Moment:
    """Date and time in one cell. Raises `CellTrouble`."""
    stripped = text.strip()
    if _ZONED.fullmatch(stripped):
        return Moment(_zoned(stripped))
    day, rest = split_date(stripped, order)
    if not rest:
        raise CellTrouble(
            "time_missing", _("There is a date and no time."), _("Add the time, for example 24/11/2026 09:30.")
        )
    start, end = read_time(rest)
    return Moment(datetime.combine(day, start), end)


def _zoned(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text.replace(" +", "+").replace(" Z", "Z").replace(",", "."))
    except ValueError:
        raise CellTrouble("date_unreadable", _("This is not a date and time."), _DATE_FIX) from None
    _calendar_date(at.year, at.month, at.day)
    return at.replace(microsecond=0)


def join_start(day_text: str, time_text: str, order: DateOrder) -> Moment:
    """Date and time from two cells. Systems fill up either: `24/11/2026 00:00`, `30/12/1899 09:15`."""
    day, _rest = split_date(day_text, order)
    time_part = time_text.strip()
    if re.match(r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{2,4}[ T]", time_part):
        time_part = split_date(time_part, order)[1]
    start, end = read_time(time_part)
    return Moment(datetime.combine(day, start), end)


def localise(moment: datetime, zone: ZoneInfo) -> tuple[datetime, bool]:
    """The moment in UTC, and whether the local time happens twice that day (then the first is taken).

    Raises `CellTrouble` for a time that the change to summer time skips.
    """
    if moment.tzinfo is not None:
        return moment.astimezone(UTC), False
    first = moment.replace(tzinfo=zone, fold=0)
    at = first.astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != moment:
        raise CellTrouble(
            "time_skipped",
            _("This time does not exist: the clocks go forward over it that day."),
            _("Check the time with the practice system; an hour later is probably meant."),
        )
    return at, first.utcoffset() != moment.replace(tzinfo=zone, fold=1).utcoffset()


_MINUTES = re.compile(
    r"(\d{1,3})(?:[.,]0+)?\s*(?:m|min|mins|minutes?|minuten|minut[ay]?|minutos?|menit|['′])?\.?", re.IGNORECASE
)
_HOURS = re.compile(
    r"(\d{1,2})(?:[.,](\d{1,2}))?\s*(?:h|hrs?|hours?|heures?|uur|uren|godz|godzin[ay]?|horas?|jam)\.?\s*(?:(\d{1,2})\s*(?:m|min)?\.?)?",
    re.IGNORECASE,
)
_CLOCK_LENGTH = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?")
_ISO_LENGTH = re.compile(r"PT(?:(\d{1,2})H)?(?:(\d{1,3})M)?(?:0S)?", re.IGNORECASE)


@lru_cache(maxsize=1024)
def read_duration(text: str) -> timedelta:
    """`30`, `30 min`, `0:30`, `1h30`, `1,5 h`, `PT30M`. Raises `CellTrouble`; more than 24 hours is no visit."""
    stripped = " ".join(text.split())
    minutes = 0
    if found := _MINUTES.fullmatch(stripped):
        minutes = int(found[1])
    elif found := _CLOCK_LENGTH.fullmatch(stripped):
        minutes = int(found[1]) * 60 + int(found[2])
    elif found := _HOURS.fullmatch(stripped):
        fraction = int(found[2]) * 60 // 10 ** len(found[2]) if found[2] else 0
        minutes = int(found[1]) * 60 + fraction + int(found[3] or 0)
    elif found := _ISO_LENGTH.fullmatch(stripped):
        minutes = int(found[1] or 0) * 60 + int(found[2] or 0)
    if not 1 <= minutes <= 24 * 60:
        raise CellTrouble(
            "duration_unreadable", _("This is not a length of time."), _("Write it in minutes, for example 30.")
        )
    return timedelta(minutes=minutes)


def read_end(text: str, order: DateOrder) -> time:
    """The end of a visit: a time, or a date and a time of the same day. Raises `CellTrouble`."""
    stripped = text.strip()
    if _ZONED.fullmatch(stripped):
        return _zoned(stripped).time()
    if re.match(r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{2,4}[ T,]", stripped):
        stripped = split_date(stripped, order)[1]
    return read_time(stripped)[0]
