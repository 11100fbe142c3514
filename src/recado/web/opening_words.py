"""When a clinic is open, in words, in the language that is active."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from recado.clinics import queries as clinics
from recado.clinics.types import OpenDay
from recado.web import dates

MONDAY = datetime(2024, 1, 1, tzinfo=UTC)


def state(week: Sequence[OpenDay], zone: ZoneInfo, now: datetime) -> str:
    """Open until 18:00, or closed and when it opens next; empty where no hours are known."""
    closes = clinics.open_until(week, zone, now) if week else None
    if closes is not None:
        return _("Open now, until %(time)s.") % {"time": dates.clock(closes)}
    opens = clinics.next_opening(week, zone, now) if week else None
    if opens is None:
        return ""
    if opens.date() == now.astimezone(zone).date():
        return _("Closed now. Opens at %(time)s.") % {"time": dates.clock(opens)}
    return _("Closed now. Opens %(when)s.") % {"when": dates.short_moment(opens)}


def week_lines(week: Sequence[OpenDay]) -> list[str]:
    """Mon–Fri 08:00–18:00: a line for each run of days with the same hours; closed days are left out."""
    lines = []
    for day, run in groupby(enumerate(week), key=lambda one: one[1]):
        days = [dates.weekday(MONDAY + timedelta(days=at)) for at, _hours in run]
        if day:
            named = days[0] if len(days) == 1 else f"{days[0]}–{days[-1]}"
            lines.append(f"{named} {', '.join(f'{opens:%H:%M}–{closes:%H:%M}' for opens, closes in day)}")
    return lines
