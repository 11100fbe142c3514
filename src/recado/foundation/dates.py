"""Dates and times as people of each language write them in a short text. Pure; names of days and months from CLDR (Babel).

The forms are those of the design guide's reminders ("Thu 26 Nov at 10:30", "jeu 26/11 à 10:30", "czw. 26.11 o 10:30"):
short, with the weekday, 24 hours, and in GSM-7 letters wherever the language has them. The exceptions are Polish (śr.)
and Saturday in Spanish and Portuguese (sáb): spelled right, at the price of a dearer text.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date


@dataclass(frozen=True, slots=True)
class When:
    """A moment to be written in a text, in the language that the text turns out to have."""

    at: datetime  # aware
    time_zone: str  # IANA name of the place where it happens


@dataclass(frozen=True, slots=True)
class Day:
    """A day to be written in a text, without an hour; or several, up to and with `until`."""

    on: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class _Form:
    day: str  # {weekday} {long_weekday} {day} {month} {day2} {month2}
    joint: str  # between day and time
    time: str = "{hour:02}:{minute:02}"


_FORMS = {
    "en": _Form("{weekday} {day} {month}", " at "),
    "en-us": _Form("{weekday} {month} {day}", " at ", "{hour12}:{minute:02} {half}"),
    "fr": _Form("{weekday} {day2}/{month2}", " à "),
    "nl": _Form("{weekday} {day} {month}", " om "),
    "pl": _Form("{weekday}. {day2}.{month2}", " o "),
    "es": _Form("{weekday} {day} {month}", " a las "),
    "id": _Form("{long_weekday} {day} {month}", " pukul "),
    "de": _Form("{weekday} {day2}.{month2}.", " um "),
    "it": _Form("{weekday} {day2}/{month2}", " alle "),
    "pt": _Form("{weekday} {day2}/{month2}", " às "),
}
_OTHER = _Form("{weekday} {day} {month}", " ")


@dataclass(frozen=True, slots=True)
class _Names:
    weekdays: tuple[str, ...]  # short, Monday first, without the dot
    long_weekdays: tuple[str, ...]
    months: tuple[str, ...]  # short, January first, without the dot


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


@lru_cache(maxsize=64)
def _names(language: str) -> _Names:
    locale = _locale(language)
    days, months = locale.days["format"], locale.months["format"]
    return _Names(
        tuple(days["abbreviated"][i].rstrip(".") for i in range(7)),
        tuple(days["wide"][i] for i in range(7)),
        tuple(months["abbreviated"][i].rstrip(".") for i in range(1, 13)),
    )


def _form(language: str) -> _Form:
    tag = language.lower()
    return _FORMS.get(tag) or _FORMS.get(tag.partition("-")[0]) or _OTHER


def _parts(when: When, language: str) -> dict[str, object]:
    local = when.at.astimezone(ZoneInfo(when.time_zone))
    names = _names(language)
    return {
        "weekday": names.weekdays[local.weekday()],
        "long_weekday": names.long_weekdays[local.weekday()],
        "day": local.day,
        "month": names.months[local.month - 1],
        "day2": f"{local.day:02}",
        "month2": f"{local.month:02}",
        "hour": local.hour,
        "hour12": (local.hour - 1) % 12 + 1,
        "half": "AM" if local.hour < 12 else "PM",
        "minute": local.minute,
    }


def moment_words(when: When, language: str) -> str:
    """Day and time: "Thu 26 Nov at 10:30". A language without a form of its own gets its names in a plain order.

    Raises ZoneInfoNotFoundError for an unknown zone, ValueError for a time without one.
    """
    form = _form(language)
    return (form.day + form.joint + form.time).format_map(_checked(when, language))


def day_words(when: When | Day, language: str) -> str:
    """The day alone: "Thu 26 Nov"; of several days "Thu 26 Nov - Tue 1 Dec"."""
    if isinstance(when, Day):
        if when.until is not None and when.until != when.on:
            return f"{day_words(Day(when.on), language)} - {day_words(Day(when.until), language)}"
        when = When(datetime.combine(when.on, time(12), UTC), "UTC")
    return _form(language).day.format_map(_checked(when, language))


def date_words(when: When | Day, language: str) -> str:
    """The date in full, without the weekday, as CLDR writes it: "26 November 2026"."""
    if isinstance(when, Day) and when.until is not None and when.until != when.on:
        return f"{date_words(Day(when.on), language)} - {date_words(Day(when.until), language)}"
    on = when.on if isinstance(when, Day) else when.at.astimezone(ZoneInfo(when.time_zone)).date()
    return format_date(on, "long", locale=_locale("en-gb" if language == "en" else language))  # CLDR's "en" is American


def weekday_words(when: When | Day, language: str) -> str:
    """The day of the week alone: "Thursday"."""
    on = when.on if isinstance(when, Day) else when.at.astimezone(ZoneInfo(when.time_zone)).date()
    return _names(language).long_weekdays[on.weekday()]


def short_weekday(day: int, language: str) -> str:
    """The short name of a day of the week, Monday is 0: "Mon"."""
    return _names(language).weekdays[day]


def plural_of(count: int, language: str) -> str:
    """Which form a language uses for a count, by CLDR: one, few, many or other (also zero and two, elsewhere)."""
    return str(_locale(language).plural_form(count))


def plural_forms(language: str) -> frozenset[str]:
    """The forms that a language has; "other" always is among them."""
    return frozenset({*_locale(language).plural_form.tags, "other"})


def time_words(when: When, language: str) -> str:
    """The time alone: "10:30"."""
    return _form(language).time.format_map(_checked(when, language))


def _checked(when: When, language: str) -> dict[str, object]:
    if when.at.tzinfo is None:
        raise ValueError("a moment in a text needs a time zone")
    return _parts(when, language)
