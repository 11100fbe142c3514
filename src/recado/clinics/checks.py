"""What a clinic's settings must be. Each check raises Refused with the field and how to mend it."""

import re
from collections.abc import Sequence
from datetime import timedelta
from difflib import get_close_matches
from zoneinfo import available_timezones

from recado.clinics.types import OpenDay, QuietHours, Refused
from recado.foundation.text import gettext_noop

_SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
LONGEST = 200
LOCK_AFTER = timedelta(minutes=2), timedelta(minutes=60)
LONGEST_GUARD = timedelta(days=1)  # what a number has had is looked up for a day
MOST_AN_HOUR = 60


def slug(value: str) -> None:
    if not _SLUG.fullmatch(value) or not 2 <= len(value) <= 50:
        hint = gettext_noop("Use 2 to 50 small letters, digits and single hyphens, a letter first: harbour-street.")
        raise Refused("slug", hint)


def name(value: str) -> None:
    if not value.strip() or len(value) > LONGEST:
        raise Refused("name", gettext_noop("Give the clinic's name as patients know it, up to 200 letters."))


def short(field: str, value: str) -> None:
    if len(value) > LONGEST:
        raise Refused(field, gettext_noop("Use up to 200 letters."))


def time_zone(value: str) -> None:
    zones = available_timezones()
    if value in zones:
        return
    close = get_close_matches(value, sorted(zones), n=1)
    if close:
        hint = gettext_noop("There is no time zone of this name. Did you mean %(zone)s?")
        raise Refused("timezone", hint, zone=close[0])
    hint = gettext_noop("There is no time zone of this name. Give its IANA name, such as Europe/London.")
    raise Refused("timezone", hint)


def quiet_hours(value: QuietHours) -> None:
    if (value.opens is None) != (value.closes is None) or (not value.is_off and value.opens == value.closes):
        hint = gettext_noop("Say none for any hour, or two different times such as 09:00-18:00.")
        raise Refused("quiet_hours", hint)


def country(value: str) -> None:
    if not re.fullmatch(r"[A-Za-z]{2}", value):
        raise Refused("country", gettext_noop("Give the country as two letters, such as GB or FR."))


def language(value: str) -> None:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{2,8})?", value):
        raise Refused("language", gettext_noop("Give the language as its code, such as en, fr or pl."))


def languages(offered: Sequence[str], default: str) -> None:
    for one in offered:
        language(one)
    if offered and default not in offered:
        raise Refused("languages", gettext_noop("The clinic's own language must be among those it offers."))


def opening_hours(week: Sequence[OpenDay]) -> None:
    """Seven days; in each, stretches that follow one another and do not touch."""
    if len(week) != 7:
        raise Refused("opening_hours", gettext_noop("Give seven days, Monday first."))
    for day in week:
        ends = None
        for opens, closes in day:
            if opens >= closes or (ends is not None and opens <= ends):
                raise Refused("opening_hours", gettext_noop("A day opens before it closes, and again after that."))
            ends = closes


def idle_lock(value: timedelta) -> None:
    if not LOCK_AFTER[0] <= value <= LOCK_AFTER[1]:
        raise Refused("idle_lock", gettext_noop("Choose 2 to 60 minutes."))


def repeat_guard(value: timedelta) -> None:
    if not timedelta(0) <= value <= LONGEST_GUARD:
        raise Refused("repeat_guard", gettext_noop("Choose 0 (never) to 1440 minutes."))


def most_an_hour(value: int) -> None:
    if not 0 <= value <= MOST_AN_HOUR:
        raise Refused("most_an_hour", gettext_noop("Choose 0 (as many as come) to 60 texts."))


def emergency_number(value: str) -> None:
    if value and not re.fullmatch(r"[0-9](?: ?[0-9]){1,9}", value):
        raise Refused("emergency_number", gettext_noop("Give 2 to 10 digits, or leave it empty."))
