"""Days and times in words, in the language that is active. A value is shown in the zone it carries."""

from datetime import date, datetime, timedelta

from babel.dates import format_date
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _


def long_day(moment: datetime) -> str:
    """Thursday 26 November."""
    # Translators: CLDR's letters (EEEE weekday, d day, MMMM month); other words in '...'
    return _day(moment, pgettext("long day", "EEEE d MMMM"))


def short_day(moment: datetime) -> str:
    """Thu 26 Nov."""
    # Translators: CLDR's letters (EEE short weekday, d day, MMM short month); other words in '...'
    return _day(moment, pgettext("short day", "EEE d MMM"))


def full_date(day: date) -> str:
    """14 Mar 1979."""
    # Translators: CLDR's letters (d day, MMM short month, y year); other words in '...'
    return _day(day, pgettext("full date", "d MMM y"))


def month_day(day: date) -> str:
    """26 Nov."""
    return _day(day, "d MMM")


def weekday(moment: datetime) -> str:
    """Thu."""
    return _day(moment, "EEE")


def ago(wait: timedelta) -> str:
    """12 min, 3 h, 2 d: how long something waits."""
    minutes = max(0, int(wait.total_seconds() // 60))
    if minutes < 60:
        return _("%(count)d min") % {"count": minutes}
    if minutes < 48 * 60:
        return _("%(count)d h") % {"count": minutes // 60}
    return _("%(count)d d") % {"count": minutes // (24 * 60)}


def clock(moment: datetime) -> str:
    """10:30."""
    return f"{moment:%H:%M}"


def long_moment(moment: datetime) -> str:
    """Thursday 26 November at 10:30."""
    return _("%(day)s at %(time)s") % {"day": long_day(moment), "time": clock(moment)}


def short_moment(moment: datetime) -> str:
    """Thu 26 Nov, 10:30."""
    return f"{short_day(moment)}, {clock(moment)}"


def about(duration: timedelta) -> str:
    """about 15 minutes."""
    count = round(duration.total_seconds() / 60)
    return ngettext("about %(count)d minute", "about %(count)d minutes", count) % {"count": count}


def length(span: timedelta) -> str:
    """15 minutes, 3 hours, 9 days."""
    minutes = max(0, round(span.total_seconds() / 60))
    if minutes < 120 and minutes != 60:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    hours = round(minutes / 60)
    if hours < 48:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return ngettext("%(count)d day", "%(count)d days", round(hours / 24)) % {"count": round(hours / 24)}


def _day(moment: date, pattern: str) -> str:
    return format_date(moment, pattern, locale=(get_language() or "en").replace("-", "_"))
