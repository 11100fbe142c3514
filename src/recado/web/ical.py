"""A visit as a calendar file (RFC 5545). Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_OCTETS_A_LINE = 75  # RFC 5545 §3.1, the line break not counted


@dataclass(frozen=True, slots=True)
class Entry:
    """What goes into a calendar. It may be shared with colleagues and family, so `summary` says no more than where."""

    uid: str
    summary: str
    location: str
    description: str
    starts_at: datetime
    duration: timedelta | None
    written_at: datetime


def calendar(entry: Entry) -> bytes:
    """A VCALENDAR with one VEVENT, times in UTC (so no time zone table is needed)."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Recado//Visit//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"DTSTAMP:{_utc(entry.written_at)}",
        f"DTSTART:{_utc(entry.starts_at)}",
        *([f"DTEND:{_utc(entry.starts_at + entry.duration)}"] if entry.duration else []),
        f"SUMMARY:{_text(entry.summary)}",
        *([f"LOCATION:{_text(entry.location)}"] if entry.location else []),
        *([f"DESCRIPTION:{_text(entry.description)}"] if entry.description else []),
        "CLASS:PRIVATE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) + b"\r\n" for line in lines)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    """Escapes a TEXT value (RFC 5545 §3.3.11)."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Breaks a long line before the limit and never inside a letter (RFC 5545 §3.1)."""
    pieces: list[bytes] = []
    piece = b""
    for letter in line:
        octets = letter.encode()
        if len(piece) + len(octets) > _OCTETS_A_LINE:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece])
