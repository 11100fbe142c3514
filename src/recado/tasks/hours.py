"""Working time: when so much of it has gone by, and how much lies between two moments. Pure but for the clinics' own hours,
which are pure too; safe at clock changes.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from recado.clinics import queries as clinics
from recado.clinics.types import OpenDay

MOST_DAYS = 120  # a team that works so little is never late


def after(week: Sequence[OpenDay], zone: ZoneInfo, since: datetime, span: timedelta) -> datetime | None:
    """When `span` of working time has gone by since a moment, in UTC; None where that takes longer than `MOST_DAYS`."""
    left, start = span, since.astimezone(UTC)
    for opens, closes in clinics.open_stretches(week, zone, since.astimezone(zone).date(), MOST_DAYS):
        begins, ends = max(opens.astimezone(UTC), start), closes.astimezone(UTC)
        if begins >= ends:
            continue
        if left <= ends - begins:
            return begins + left
        left -= ends - begins
    return None


def between(week: Sequence[OpenDay], zone: ZoneInfo, start: datetime, end: datetime) -> timedelta:
    """How much of the time between two moments was working time."""
    first, last = start.astimezone(UTC), end.astimezone(UTC)
    days = (end.astimezone(zone).date() - start.astimezone(zone).date()).days + 1
    worked = timedelta(0)
    for opens, closes in clinics.open_stretches(week, zone, start.astimezone(zone).date(), max(days, 0)):
        begins, ends = max(opens.astimezone(UTC), first), min(closes.astimezone(UTC), last)
        worked += max(ends - begins, timedelta(0))
    return worked
