"""The form of a care event: made from the fields of its kind, and read back. Pure."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

from recado.care_events.queries import DETAIL_OF
from recado.care_events.types import Detail, EventKind, Stage
from recado.web.patients import care_words

LONGEST = 20_000  # letters of a list of pages
_STAGE = re.compile(r"(\d{1,3})\D*?(?:\s+at|\s*[x×:@])?\s+((?:\d{1,2}[:.]\d{2}[\s,;]*)+)", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})")


@dataclass(frozen=True, slots=True)
class Field:
    """One input. `sort`: datetime-local, date, time, number, checkbox, url, text or lines."""

    name: str
    sort: str
    label: Any
    hint: Any
    value: str
    is_needed: bool
    fault: Any = ""


class Unreadable(ValueError):
    """What was typed can't be read: a key of `care_words.FAULTS`."""


def form(kind: EventKind, typed: Mapping[str, str], faults: Mapping[str, str], now: datetime) -> list[Field]:
    """The inputs of a kind, as typed so far; a moment begins with `now`, in the clinic's zone."""
    hints = get_type_hints(DETAIL_OF[kind])
    return [
        Field(
            one.name,
            _sort(one.name, hints[one.name]),
            care_words.FIELDS[one.name],
            care_words.HINTS.get(one.name, ""),
            typed.get(one.name, f"{now:%Y-%m-%dT%H:%M}" if hints[one.name] is datetime and not typed else ""),
            one.default is MISSING and one.default_factory is MISSING,
            care_words.FAULTS[faults[one.name]] if one.name in faults else "",
        )
        for one in fields(DETAIL_OF[kind])
    ]


def read(kind: EventKind, typed: Mapping[str, str], zone: ZoneInfo) -> tuple[Detail | None, dict[str, str]]:
    """What was typed, as a detail; or what is wrong, by field: keys of `care_words.FAULTS`."""
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


def _sort(name: str, hint: Any) -> str:
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
    match _sort(name, hint):
        case "datetime-local":
            return _parsed(datetime.fromisoformat, text, "moment").replace(tzinfo=zone)
        case "date":
            return _day(text)
        case "time":
            return _parsed(time.fromisoformat, text, "clock").replace(tzinfo=None)
        case "checkbox":
            return bool(text)
        case "number":
            return _parsed(int, text[:9], "number")
        case "lines":
            lines = [line.strip() for line in text.splitlines() if line.strip()]
            return _stages(lines) if name == "stages" else tuple(lines)
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
    """Hundredths. A comma is a point too."""
    try:
        amount = Decimal(text.replace(",", ".")) * 100
    except InvalidOperation as error:
        raise Unreadable("amount") from error
    if not amount.is_finite() or amount != amount.to_integral_value() or not 0 <= amount < 10**12:
        raise Unreadable("amount")
    return int(amount)


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
