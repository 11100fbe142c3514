"""What a person types of an event, in a form or in a cell of a table: read into its kind. Pure."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime, time
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

from recado.care_events.kinds import DETAIL_OF
from recado.care_events.types import Detail, EventKind, Stage

LONGEST = 20_000  # letters of a list of pages
_STAGE = re.compile(r"(\d{1,3})\D*?(?:\s+at|\s*[x×:@])?\s+((?:\d{1,2}[:.]\d{2}[\s,;]*)+)", re.IGNORECASE)
_AMOUNT = re.compile(r"([0-9]{1,10})(?:[.,]([0-9]{1,2}))?")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})")
_NO = frozenset({"", "0", "no", "n", "false", "off"})

# What can't be read at all, by the key that `read` gives for a field. `kinds.FAULTS` has the others.
UNREADABLE: dict[str, str] = {
    "needed": "This is needed.",
    "day": "Write a day, as 24/11/2026 or 2026-11-24.",
    "moment": "Write a day and an hour, as 2026-11-24 10:30.",
    "clock": "Write an hour, as 08:30.",
    "number": "Write a whole number.",
    "amount": "Write an amount, as 45.00.",
    "stages": "Write each stretch as: 7 days at 08:00 20:00.",
}


class Unreadable(ValueError):
    """What was typed can't be read: a key of UNREADABLE."""


def read(kind: EventKind, typed: Mapping[str, str], zone: ZoneInfo) -> tuple[Detail | None, dict[str, str]]:
    """What was typed, as a detail; or what is wrong, by field: keys of UNREADABLE."""
    made = DETAIL_OF[kind]
    hints = get_type_hints(made)
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for one in fields(made):
        text = typed.get(one.name, "")[:LONGEST].strip()
        if not text and hints[one.name] is not bool:
            if one.default is MISSING and one.default_factory is MISSING:
                faults[one.name] = "needed"
            continue
        try:
            values[one.name] = _value(one.name, hints[one.name], text, zone)
        except Unreadable as unreadable:
            faults[one.name] = str(unreadable)
    return (None, faults) if faults else (made(**values), {})


def sort_of(name: str, hint: Any) -> str:
    """How a field is typed: datetime-local, date, time, number, checkbox, url, text or lines."""
    if hint is datetime:
        return "datetime-local"
    if hint in (date, date | None):
        return "date"
    if hint in (time, time | None):
        return "time"
    if hint is bool:
        return "checkbox"
    if hint is str:
        return "url" if name.endswith("url") else "text"
    if hint is int:
        return "text" if name == "amount_minor" else "number"
    return "lines"


def _value(name: str, hint: Any, text: str, zone: ZoneInfo) -> Any:
    match sort_of(name, hint):
        case "datetime-local":
            moment: datetime = _parsed(datetime.fromisoformat, text, "moment")
            return moment if moment.tzinfo else moment.replace(tzinfo=zone)
        case "date":
            return _day(text)
        case "time":
            return _parsed(time.fromisoformat, text, "clock").replace(tzinfo=None)
        case "checkbox":
            return text.lower() not in _NO
        case "number":
            return _parsed(int, text[:9], "number")
        case "lines":
            lines = [line.strip() for line in text.splitlines() if line.strip()]
            return _stages(lines) if name == "stages" else tuple(lines)
    if name == "currency":
        return text.upper()
    return _minor(text) if name == "amount_minor" else text


def _parsed(parse: Any, text: str, fault: str) -> Any:
    try:
        return parse(text)
    except ValueError as error:
        raise Unreadable(fault) from error


def _day(text: str) -> date:
    if written := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", text):
        day, month, year = map(int, written.groups())
        text = f"{year:04}-{month:02}-{day:02}"
    found: date = _parsed(date.fromisoformat, text, "day")
    return found


def _minor(text: str) -> int:
    """Hundredths. A comma is a point too; behind either stand one or two digits, since three may be meant as thousands."""
    written = _AMOUNT.fullmatch(text)
    if written is None:
        raise Unreadable("amount")
    return int(written[1]) * 100 + int((written[2] or "").ljust(2, "0"))


def _stages(lines: list[str]) -> tuple[Stage, ...]:
    """Each line, or part of one between ", then", is days and hours: "7 days at 08:00 20:00"."""
    stages = []
    for line in lines:
        for part in re.split(r"[,;]?\s*\bthen\b\s*", line, flags=re.IGNORECASE):
            written = _STAGE.fullmatch(part.strip(" .,;"))
            if written is None:
                raise Unreadable("stages")
            clocks = _CLOCK.findall(written[2])
            try:
                stages.append(Stage(int(written[1]), tuple(time(int(hour), int(minute)) for hour, minute in clocks)))
            except ValueError as error:
                raise Unreadable("clock") from error
    return tuple(stages)
