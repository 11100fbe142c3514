"""The form of a care event: made from the fields of its kind, and read back by `care_events.queries.read_typed`. Pure."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from typing import Any, get_type_hints

from recado.care_events.queries import DETAIL_OF, sort_of
from recado.care_events.types import EventKind
from recado.web.patients import care_words


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


def form(kind: EventKind, typed: Mapping[str, str], faults: Mapping[str, str], now: datetime) -> list[Field]:
    """The inputs of a kind, as typed so far; a moment begins with `now`, in the clinic's zone."""
    hints = get_type_hints(DETAIL_OF[kind])
    return [
        Field(
            one.name,
            sort_of(one.name, hints[one.name]),
            care_words.FIELDS[one.name],
            care_words.HINTS.get(one.name, ""),
            typed.get(one.name, f"{now:%Y-%m-%dT%H:%M}" if hints[one.name] is datetime and not typed else ""),
            one.default is MISSING and one.default_factory is MISSING,
            care_words.FAULTS[faults[one.name]] if one.name in faults else "",
        )
        for one in fields(DETAIL_OF[kind])
    ]
