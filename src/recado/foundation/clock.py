"""Time as a value. Pure code is given the moment; only the edges ask for it.

Real time (leases, time-outs, sign-in, audit) is `real_now`. Business time (due, quiet hours, expiry) is
`foundation.business_time.now`. Both fit `Clock`.
"""

from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Gives the present moment, aware, in UTC."""

    def __call__(self) -> datetime: ...


def real_now() -> datetime:
    """The machine's own time, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime, time_zone: str) -> datetime:
    """The same moment on the wall clock of an IANA time zone. Raises ZoneInfoNotFoundError for an unknown zone."""
    return moment.astimezone(ZoneInfo(time_zone))
