"""One row of a table of care events becomes an event, or says what is wrong with it and how to put it right. Pure.

The columns are named as the fields of the API are; whoever the event is about may be named as in a file of appointments.
Messages name the column, never the value: they are printed, stored and mailed around.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

from recado.care_events.queries import DETAIL_OF, FAULTS, UNREADABLE, read_typed, sort_of, states_of
from recado.care_events.types import CareEvent, EventKind, EventTrouble
from recado.contacts.types import PersonRecord
from recado.integrations.csv_files import columns, dates, phones, words
from recado.integrations.csv_files.dates import DateOrder
from recado.integrations.csv_files.rows import clean
from recado.integrations.csv_files.types import CellTrouble

LONGEST_ID, LONGEST_NAME = 128, 160
ABOUT = ("kind", "external_id", "state")
PERSON = ("record_number", "name", "phone", "language", "birth_date")
OF_KIND = {kind: tuple(one.name for one in fields(made)) for kind, made in DETAIL_OF.items()}
OTHER_NAMES = {"id": "external_id", "amount": "amount_minor", "patient": "name", "mobile": "phone"}
_KNOWN = {columns.plain(name): name for name in (*ABOUT, *PERSON, *(name for its in OF_KIND.values() for name in its))}
_KNOWN |= {columns.plain(other): name for other, name in OTHER_NAMES.items()}
HEADERS: Mapping[str, str] = dict(_KNOWN)  # plain header -> field: what tells a header line

# What is wrong with a cell, by key; those of the kinds stand in `care_events`.
WRONG: dict[str, str] = {
    **FAULTS,
    **UNREADABLE,
    "kind": "Write one of the kinds of care events, as prescription or invoice.",
    "id_missing": "Give each event a name of its own: by it a second import knows it again.",
    "id_long": "Shorten it to 128 letters or fewer.",
    "nobody": "Give the record number or the name of the patient.",
    "phone": "This is no phone number that can be texted. Write it as +447700900123, or leave it empty.",
    "language": "Write the code of a language, as pl.",
    "birth": "Write the day of birth, as 31/03/1950.",
    "broken": "A quotation mark opens in this row and never closes. Remove it.",
    "later": "A later row of this file tells of the same event: only that one counts.",
}


@dataclass(frozen=True, slots=True)
class Table:
    """Where the fields stand, and what rows are read with. `kind`: of rows that name none."""

    header: tuple[str, ...]
    at: Mapping[str, int]
    left_out: tuple[str, ...]
    zone: ZoneInfo
    country: str
    order: DateOrder
    today: date
    kind: EventKind | None = None


def places(header: Sequence[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Where each field stands, and the columns that mean nothing here. The first of two columns counts."""
    found: dict[str, int] = {}
    unknown: list[str] = []
    for at, title in enumerate(header):
        field = field_of(title)
        if field and field not in found:
            found[field] = at
        elif title.strip():
            unknown.append(title.strip())
    return found, tuple(unknown)


def field_of(header: str) -> str | None:
    """What a header means; None: nothing here."""
    name = _KNOWN.get(columns.plain(header))
    if name:
        return name
    meant = columns.field_of(header) or ""
    meant = OTHER_NAMES.get(meant, meant)
    return meant if meant in (*PERSON, "external_id") else None


def read(table: Table, row: int, cells: Sequence[str] | None) -> CareEvent | list[EventTrouble] | None:
    """The event of a row, or what is wrong with it; None: the row is empty."""
    if cells is None:
        return [EventTrouble(row, "", "broken")]
    given = {name: clean(cells[at]) for name, at in table.at.items() if at < len(cells)}
    if not any(given.values()):
        return None
    troubles: list[EventTrouble] = []
    kind = _kind(table, given)
    if kind is None:
        troubles.append(EventTrouble(row, title_of(table, "kind"), "kind"))
    name = given.get("external_id", "")
    if not name or len(name) > LONGEST_ID:
        troubles.append(EventTrouble(row, title_of(table, "external_id"), "id_long" if name else "id_missing"))
    person = _person(table, row, given, troubles)
    state = given.get("state", "").lower()
    if kind is None:
        return troubles
    if state and state not in states_of(kind):
        troubles.append(EventTrouble(row, title_of(table, "state"), "bad_state"))
    detail, faults = read_typed(kind, dict(_typed(table, kind, given)), table.zone)
    troubles += [EventTrouble(row, title_of(table, field), key) for field, key in faults.items()]
    if troubles or detail is None or person is None:
        return troubles
    return CareEvent(name, person, detail, state)


def title_of(table: Table, field: str) -> str:
    """The header as the file writes it; the field's name where it has no column."""
    return table.header[table.at[field]].strip() if field in table.at else field


def _kind(table: Table, given: Mapping[str, str]) -> EventKind | None:
    written = given.get("kind", "").lower().replace(" ", "_")
    if not written:
        return table.kind
    return EventKind(written) if written in set(EventKind) else None


def _person(table: Table, row: int, given: Mapping[str, str], troubles: list[EventTrouble]) -> PersonRecord | None:
    record, name = given.get("record_number", "")[:LONGEST_ID], given.get("name", "")[:LONGEST_NAME]
    before = len(troubles)
    if not record and not name:
        troubles.append(EventTrouble(row, title_of(table, "name"), "nobody"))
    phone = None
    try:
        found = phones.read(given.get("phone", ""), table.country)
        phone = None if found.is_fixed else found.phone
    except CellTrouble:
        troubles.append(EventTrouble(row, title_of(table, "phone"), "phone"))
    spoken = given.get("language", "")
    language = words.language_of(spoken) if spoken else None
    if spoken and language is None:
        troubles.append(EventTrouble(row, title_of(table, "language"), "language"))
    born = None
    if written := given.get("birth_date", ""):
        try:
            born = dates.read_birth_date(written, table.order, table.today)
        except CellTrouble:
            troubles.append(EventTrouble(row, title_of(table, "birth_date"), "birth"))
    return PersonRecord(record or None, name, phone, language, born) if len(troubles) == before else None


def _typed(table: Table, kind: EventKind, given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The cells of this kind's fields, days and moments as ISO writes them. What can't be read stays as it is, and is told."""
    hints: dict[str, Any] = get_type_hints(DETAIL_OF[kind])
    for name in OF_KIND[kind]:
        text = given.get(name, "")
        match sort_of(name, hints[name]):
            case "datetime-local":
                text = _iso_moment(text, table)
            case "date":
                text = _iso_day(text, table)
            case "lines":
                text = text.replace("|", "\n") if name == "stages" else "\n".join(text.replace("|", " ").split())
        yield name, text


def _iso_moment(text: str, table: Table) -> str:
    if not text:
        return ""
    try:
        at = dates.read_start(text, table.order).at
    except CellTrouble:
        return text
    return at.isoformat() if at.tzinfo else dates.localise(at, table.zone)[0].isoformat()


def _iso_day(text: str, table: Table) -> str:
    try:
        return dates.read_date(text, table.order).isoformat() if text else ""
    except CellTrouble:
        return text


# ------------------------------------------------------------------------------------------------ a file to fill in

_EXAMPLES: dict[str, str] = {
    "external_id": "2041",
    "record_number": "10417",
    "name": "Eleanor Whitcombe",
    "phone": "+447700900417",
    "language": "en",
    "birth_date": "1950-03-31",
    "state": "",
    "place": "Quay Pharmacy",
    "stages": "7 days at 08:00 20:00, then 7 days at 08:00",
    "needs_call": "no",
    "amount_minor": "45.00",
    "currency": "GBP",
    "minutes": "30",
    "every_days": "7",
    "pages": "https://clinic.example/1 https://clinic.example/2",
    "opens": "09:00",
    "closes": "13:00",
    "title": "Letter",
    "insurer": "Example Health",
    "medicine": "Amoxicillin",
    "reference": "L-2041",
}


def template(kind: EventKind, today: date) -> list[tuple[str, ...]]:
    """A header and a line about an invented person, for a spreadsheet."""
    hints: dict[str, Any] = get_type_hints(DETAIL_OF[kind])
    names = ("kind", "external_id", *PERSON, *OF_KIND[kind], "state")
    written = {OTHER_NAMES_BACK.get(name, name): name for name in names}
    return [tuple(written), tuple(_example(name, kind, hints, today) for name in written.values())]


OTHER_NAMES_BACK = {"amount_minor": "amount"}


def _example(name: str, kind: EventKind, hints: Mapping[str, Any], today: date) -> str:
    if name == "kind":
        return str(kind)
    if name in _EXAMPLES:
        return _EXAMPLES[name]
    match sort_of(name, hints[name]):
        case "datetime-local":
            return datetime.combine(today, time(10)).isoformat(" ", "minutes")
        case "date":
            is_last = name in ("until", "last_day")
            return date.fromordinal(today.toordinal() + (14 if is_last else 7)).isoformat()
        case "url":
            return "https://clinic.example/page"
    return ""
