"""SMPP's two ways to write a time (7.1.1), and the shorter one of receipts (appendix B)."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

_DAYS_OF_YEAR, _DAYS_OF_MONTH = 365, 30
_FORMAT = re.compile(r"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d)(\d\d)([+\-R])", re.ASCII)
_RECEIPT = re.compile(r"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?", re.ASCII)


@lru_cache(maxsize=256)
def encode_relative(duration: timedelta) -> bytes:
    """A duration with its NUL, b"\\0" for one that is not positive. Whole seconds, at least one.

    Months count 30 and years 365 days, which is what carriers make of it give or take a day; at most 99 years.
    """
    if duration <= timedelta(0):
        return b"\0"
    seconds = max(1, int(duration.total_seconds()))
    days, seconds = divmod(seconds, 86_400)
    years, days = divmod(days, _DAYS_OF_YEAR)
    months, days = divmod(days, _DAYS_OF_MONTH)
    if years > 99:
        years, months, days, seconds = 99, 0, 0, 0
    hours, seconds = divmod(seconds, 3_600)
    minutes, seconds = divmod(seconds, 60)
    return b"%02d%02d%02d%02d%02d%02d000R\0" % (years, months, days, hours, minutes, seconds)


def encode_absolute(until: datetime) -> bytes:
    """A moment with its NUL, in UTC, to the second."""
    return until.astimezone(UTC).strftime("%y%m%d%H%M%S000+").encode("ascii") + b"\0"


def decode_time(value: str, now: datetime) -> datetime | None:
    """The moment that a relative or absolute time names; None for an empty or senseless one. Never raises."""
    found = _FORMAT.fullmatch(value)
    if not found:
        return None
    years, months, days, hours, minutes, seconds, tenths, quarters = map(int, found.groups()[:8])
    if found[9] == "R":
        return now + timedelta(
            days=years * _DAYS_OF_YEAR + months * _DAYS_OF_MONTH + days, hours=hours, minutes=minutes, seconds=seconds
        )
    offset = timedelta(minutes=15 * quarters) * (1 if found[9] == "+" else -1)
    try:
        zone = timezone(offset)
        at = datetime(2000 + years, months, days, hours, minutes, seconds, tenths * 100_000, zone)
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=256)
def encode_receipt_time(at: datetime) -> str:
    """YYMMDDhhmm, in UTC: the form of appendix B, to the minute."""
    return at.astimezone(UTC).strftime("%y%m%d%H%M")


@lru_cache(maxsize=256)
def decode_receipt_time(value: str, zone: tzinfo = UTC) -> datetime | None:
    """YYMMDDhhmm with or without seconds, in the carrier's zone (the form names none). Never raises."""
    found = _RECEIPT.fullmatch(value)
    if not found:
        return None
    year, month, day, hour, minute = map(int, found.groups()[:5])
    try:
        return datetime(2000 + year, month, day, hour, minute, int(found[6] or 0), tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
