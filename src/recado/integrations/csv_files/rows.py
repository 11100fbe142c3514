"""One row of a file becomes a booking, or says what is wrong with it and how to put it right. Pure.

Messages name the column and the shape of a value, never the value: they are printed, stored and mailed around.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop as _

from recado.appointments.types import LONGEST_ID, LONGEST_TITLE, Booking, BookingStatus, CancelReason
from recado.contacts.types import PersonRecord
from recado.foundation.phone import Phone
from recado.integrations.csv_files import dates, phones, words
from recado.integrations.csv_files import row_sentences as said
from recado.integrations.csv_files.columns import Layout, plain
from recado.integrations.csv_files.dates import DateOrder, Moment
from recado.integrations.csv_files.header_words import HEADERS
from recado.integrations.csv_files.types import CellTrouble, RowError, mask

_TIME = len("@2026-11-24T09:30")  # what follows a record number where it stands for an appointment number
_NAME_MAX = 160
_AHEAD_MAX = timedelta(days=3 * 366)
_DAMAGED = "\ufffd"
_FORMULA = re.compile(r'="?([^"]*)"?')
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,2}")
_WHOLE_FLOAT = re.compile(r"(\d+)[.,]0+")
_TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "mme",
        "mlle",
        "m",
        "mm",
        "dhr",
        "mevr",
        "mw",
        "pan",
        "pani",
        "sr",
        "sra",
        "srta",
        "don",
        "bpk",
        "ibu",
        "prof",
    ]
)
_LAST_NAME_FIRST = frozenset(
    plain(title)
    for title in HEADERS["patient"]["pl"].split(",")
    + HEADERS["patient"]["es"].split(",")
    + HEADERS["patient"]["fr"].split(",")
    if plain(title).startswith(("nazwisko", "apellidos", "nomprenom", "nometprenom"))
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RowSettings:
    """What a row is read with. `today` is the clinic's day by business time."""

    layout: Layout
    zone: ZoneInfo
    country: str
    order: DateOrder
    now: datetime
    today: date
    is_without_ids: bool = False


@dataclass(slots=True)
class RowReading:
    """A booking, or none and why; and what the visit came in without."""

    booking: Booking | None = None
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)
    happens_twice: bool = False  # the local time, at the end of summer time; the first is taken


class RowReader:
    """Reads the rows of one file: `read(row, cells)` for each."""

    def __init__(self, settings: RowSettings) -> None:
        self._settings = settings
        self._layout = settings.layout
        self._at = dict(settings.layout.fields)
        self._width = len(settings.layout.header)
        self._is_last_name_first = plain(self._layout.title("patient")) in _LAST_NAME_FIRST
        self._moments: dict[datetime, tuple[datetime, bool]] = {}

    def read(self, row: int, cells: list[str] | None) -> RowReading | None:
        """None for a row with nothing in it, and for a header that stands in the file once more."""
        reading = RowReading()
        if cells is None:
            self._refuse(reading, row, "row", CellTrouble("quote_open", *said.QUOTE_OPEN))
            return reading
        if not any(cells) or not any(cell.strip() for cell in cells):
            return None
        if len(cells) != self._width:
            if tuple(cell.strip() for cell in cells[: self._width]) == self._layout.header:
                return None
            if not self._fit(reading, row, cells):
                return reading
        self._read_visit(reading, row, cells)
        return reading

    def _fit(self, reading: RowReading, row: int, cells: list[str]) -> bool:
        """Whether a row of another width than the header still reads: empty cells may be missing or left over."""
        if any(cell.strip() for cell in cells[self._width :]):
            self._refuse(reading, row, "row", CellTrouble("row_too_long", *said.ROW_TOO_LONG))
            return False
        needed = [self._at[name] for name in ("id", "start", "start_date", "start_time") if name in self._at]
        if len(cells) <= max(needed, default=0):
            counts = {"count": str(len(cells)), "width": str(self._width)}
            self._refuse(reading, row, "row", CellTrouble("row_too_short", *said.ROW_TOO_SHORT, **counts))
            return False
        return True

    def _read_visit(self, reading: RowReading, row: int, cells: list[str]) -> None:
        status = self._take(reading, row, "status", lambda: self._status(cells))
        # A cancellation must come through whatever else is wrong in its row: else people are asked to come.
        is_cancelled = status is BookingStatus.CANCELLED
        external_id = "" if self._settings.is_without_ids else self._take(reading, row, "id", lambda: self._id(cells))
        moment = self._take(reading, row, self._start_field(), lambda: self._moment(cells), clock="start_time")
        start = self._take(reading, row, self._start_field(), lambda: self._start(reading, moment)) if moment else None
        name = self._take(reading, row, "patient", lambda: self._name(cells))
        record = self._take(reading, row, "record_number", lambda: self._record_number(cells))
        if name == "" and record == "":
            self._refuse(reading, row, self._layout.title("patient"), CellTrouble("patient_missing", *said.NOBODY))
        born = self._birth_date(reading, row, cells, has_record=bool(record) or is_cancelled)
        phone = self._phone(reading, row, cells, is_cancelled=is_cancelled)
        if reading.errors or not start or not moment or status is None or external_id is None:
            return
        person = PersonRecord(record or None, name or "", phone, self._language(reading, row, cells), born)
        reading.booking = Booking(
            external_id=external_id or f"{record}@{start.astimezone(self._settings.zone):%Y-%m-%dT%H:%M}",
            person=person,
            start=start,
            duration=self._duration(reading, row, cells, moment),
            clinician=self._title(reading, row, cells, "clinician"),
            service=self._title(reading, row, cells, "service"),
            site=self._title(reading, row, cells, "site"),
            status=status,
            reason=self._reason(cells) if is_cancelled else None,
        )

    # One cell each. They raise CellTrouble; `_take` turns it into an error, `_try` into a warning.

    def _cell(self, cells: list[str], name: str) -> str:
        at = self._at.get(name)
        if at is None or at >= len(cells):
            return ""
        return clean(cells[at])

    def _refuse_line_break(self, cells: list[str], name: str) -> None:
        """A name or number over two lines is two rows grown together by a quotation mark: two patients in one."""
        at = self._at.get(name)
        if at is not None and at < len(cells) and "\n" in cells[at].strip():
            raise CellTrouble("line_break", *said.LINE_BREAK)

    def _id(self, cells: list[str]) -> str:
        self._refuse_line_break(cells, "id")
        found = _number_text(self._cell(cells, "id"))
        if not found:
            raise CellTrouble(
                "id_missing", _("There is no appointment number."), _("Add it, or cancel the row in your system.")
            )
        return found

    def _record_number(self, cells: list[str]) -> str:
        found = _number_text(self._cell(cells, "record_number"))
        if not found and self._settings.is_without_ids:
            fix = _("Add it: without appointment numbers it tells visits apart.")
            raise CellTrouble("record_number_missing", _("There is no record number."), fix)
        if self._settings.is_without_ids and len(found) > LONGEST_ID - _TIME:
            raise _too_long(LONGEST_ID - _TIME)
        return found

    def _name(self, cells: list[str]) -> str:
        for name_field in ("patient", *_NAME_PARTS):
            self._refuse_line_break(cells, name_field)
        name = self._cell(cells, "patient")
        if name:
            name = straight_name(name, is_last_name_first=self._is_last_name_first)
        else:
            parts = (self._cell(cells, part) for part in _NAME_PARTS)
            name = " ".join(part for part in parts if part)
        if _DAMAGED in name:
            raise CellTrouble("letters_damaged", *said.DAMAGE)
        return name[:_NAME_MAX]

    def _status(self, cells: list[str]) -> BookingStatus:
        text = self._cell(cells, "status")
        status = words.status_of(text)
        if status is None:
            raise CellTrouble("status_unknown", *said.STATUS_UNKNOWN, shape=mask(text))
        return status

    def _reason(self, cells: list[str]) -> CancelReason | None:
        return words.reason_of(self._cell(cells, "status"), self._cell(cells, "cancel_reason"))

    def _start_field(self) -> str:
        return "start" if "start" in self._at else "start_date"

    def _moment(self, cells: list[str]) -> Moment:
        day = self._cell(cells, self._start_field())
        if not day:
            raise CellTrouble("start_missing", _("There is no date."), _("Add it, for example 24/11/2026 09:30."))
        if "start_time" not in self._at:
            return dates.read_start(day, self._settings.order)
        clock = self._cell(cells, "start_time")
        if not clock:
            return dates.read_start(day, self._settings.order)
        return dates.join_start(day, clock, self._settings.order)

    def _start(self, reading: RowReading, moment: Moment) -> datetime:
        known = self._moments.get(moment.at)
        if known is None:
            known = dates.localise(moment.at, self._settings.zone)
            if len(self._moments) < 50_000:
                self._moments[moment.at] = known
        start, reading.happens_twice = known
        if start > self._settings.now + _AHEAD_MAX:
            raise CellTrouble("start_far", _("The visit is more than three years ahead."), _("Check the year."))
        return start

    def _duration(self, reading: RowReading, row: int, cells: list[str], moment: Moment) -> timedelta | None:
        text = self._cell(cells, "duration")
        if text and text not in ("0", "-"):
            return self._try(reading, row, "duration", lambda: dates.read_duration(text))
        ends = moment.ends
        end_text = self._cell(cells, "end")
        if ends is None and end_text:
            order = self._settings.order
            taken = self._try(reading, row, "end", lambda: dates.read_end(end_text, order))
            ends = taken
        if ends is None or ends <= moment.at.time():
            return None
        return datetime.combine(moment.at.date(), ends) - datetime.combine(moment.at.date(), moment.at.time())

    def _birth_date(self, reading: RowReading, row: int, cells: list[str], *, has_record: bool) -> date | None:
        """Without a record number the birth date helps to know a person again, so a wrong one keeps the row out."""
        text = self._cell(cells, "birth_date")
        if not text or text == "-":
            return None
        how = self._try if has_record else self._take
        return how(
            reading, row, "birth_date", lambda: dates.read_birth_date(text, self._settings.order, self._settings.today)
        )

    def _language(self, reading: RowReading, row: int, cells: list[str]) -> str | None:
        text = self._cell(cells, "language")
        if not text or text == "-":
            return None
        code = words.language_of(text)
        if code is None:
            self._warn(
                reading, row, "language", CellTrouble("language_unknown", *said.LANGUAGE_UNKNOWN, shape=mask(text))
            )
        return code

    def _title(self, reading: RowReading, row: int, cells: list[str], name: str) -> str:
        text = self._cell(cells, name)
        if len(text) <= LONGEST_TITLE and _DAMAGED not in text:
            return text
        trouble = (
            CellTrouble("letters_damaged", *said.DAMAGE)
            if _DAMAGED in text
            else CellTrouble("text_too_long", *said.TOO_LONG, most=str(LONGEST_TITLE))
        )
        self._warn(reading, row, name, trouble)
        return ""

    def _phone(self, reading: RowReading, row: int, cells: list[str], *, is_cancelled: bool) -> Phone | None:
        """The first number that can be texted, from the columns in their order."""
        troubles: list[tuple[str, CellTrouble]] = []
        for at in self._layout.phones:
            title = self._layout.header[at]
            try:
                found = phones.read(cells[at], self._settings.country) if at < len(cells) else phones.NO_NUMBER
            except CellTrouble as problem:
                troubles.append((title, problem))
                continue
            if found.phone and not found.is_fixed:
                if found.is_unusual:
                    troubles.append((title, CellTrouble("phone_unusual", *said.UNUSUAL)))
                for column, trouble in troubles:
                    self._warn(reading, row, column, trouble)
                return found.phone
            if found.is_fixed:
                troubles.append((title, CellTrouble("phone_landline", *said.LANDLINE)))
        is_wrong = any(trouble.code != "phone_landline" for _, trouble in troubles)
        for column, trouble in troubles:
            if is_wrong and not is_cancelled and trouble.code != "phone_landline":
                self._refuse(reading, row, column, trouble)
            else:
                self._warn(reading, row, column, trouble)
        return None

    def _take(self, reading: RowReading, row: int, name: str, how: Callable[[], T], *, clock: str = "") -> T | None:
        try:
            return how()
        except CellTrouble as trouble:
            blamed = clock if clock in self._at and trouble.code.startswith("time_") else name
            self._refuse(reading, row, self._layout.title(blamed), trouble)
            return None

    def _try(self, reading: RowReading, row: int, name: str, how: Callable[[], T]) -> T | None:
        try:
            return how()
        except CellTrouble as trouble:
            self._warn(reading, row, name, trouble)
            return None

    def _refuse(self, reading: RowReading, row: int, column: str, trouble: CellTrouble) -> None:
        at = self._layout.at(column)
        reading.errors.append(RowError(row, column, trouble.code, trouble.reason, trouble.fix, at))

    def _warn(self, reading: RowReading, row: int, name: str, trouble: CellTrouble) -> None:
        column = self._layout.title(name) if name in self._at else name
        at = self._layout.at(column)
        reading.warnings.append(RowError(row, column, trouble.code, trouble.reason, trouble.fix, at))


_NAME_PARTS = ("first_name", "name_infix", "last_name", "second_last_name")


def clean(cell: str) -> str:
    """A cell without what spreadsheets and systems put around a value: spaces, control signs, `="..."`."""
    if not cell.isprintable():
        cell = "".join(c if c.isprintable() else " " for c in cell)
    text = " ".join(cell.split())
    if text.startswith("="):
        found = _FORMULA.fullmatch(text)
        return found[1].strip() if found else text
    return text


def _number_text(text: str) -> str:
    """An appointment or record number. Spreadsheets write 10231 as 10231.0, and long ones as 1.02E+11: those are lost."""
    text = text.lstrip("'")
    if _SCIENTIFIC.fullmatch(text) and re.search(r"[.,+]", text):
        raise CellTrouble(
            "number_cut",
            _("The spreadsheet has cut this number and digits are lost."),
            _("Format the column as text and export again."),
        )
    whole = _WHOLE_FLOAT.fullmatch(text)
    if _DAMAGED in text:
        raise CellTrouble("letters_damaged", *said.DAMAGE)
    if len(text) > LONGEST_ID:
        raise _too_long(LONGEST_ID)
    return whole[1] if whole else text


def _too_long(most: int) -> CellTrouble:
    return CellTrouble(
        "number_too_long",
        _("This number is longer than %(most)s signs."),
        _("Check the column."),
        most=str(most),
    )


def straight_name(name: str, *, is_last_name_first: bool) -> str:
    """`LEFÈVRE, Zoé`, `LEFÈVRE Zoé` and, under a header that says so, `Lefèvre Zoé` become `Zoé Lefèvre`'s order."""
    if name.count(",") == 1:
        last, first = (part.strip() for part in name.split(","))
        return f"{first} {last}".strip()
    parts = name.split()
    if len(parts) < 2 or parts[0].casefold().rstrip(".") in _TITLES:
        return name
    if is_last_name_first and len(parts) == 2:
        return f"{parts[1]} {parts[0]}"
    capitals = 0
    while capitals < len(parts) and parts[capitals].isupper() and len(parts[capitals]) > 1:
        capitals += 1
    if 0 < capitals < len(parts) and not any(part.isupper() and len(part) > 2 for part in parts[capitals:]):
        return " ".join([*parts[capitals:], *parts[:capitals]])
    return name
