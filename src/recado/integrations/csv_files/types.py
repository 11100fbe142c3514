"""Values of the CSV import: what was found in a file, what is wrong with a row, what an import did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from recado.integrations.csv_files.sentences import Sentence

ERRORS_KEPT = 1_000  # listed in memory; all are counted, and `--errors FILE` gets every one


class Unreadable(Exception):
    """The file as a whole can't be brought in. The text says what to do and holds nothing from its rows."""

    def __init__(self, code: str, sentence: str, **values: str) -> None:
        self.code = code
        self.sentence = Sentence(sentence, **values)
        super().__init__(self.sentence)


class CellTrouble(Exception):
    """One cell can't be read. Holds a stable code, what is wrong and how to put it right; never the value.

    `values` go into both sentences, which are marked with `gettext_noop`.
    """

    def __init__(self, code: str, reason: str, fix: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.reason = Sentence(reason, **values)
        self.fix = Sentence(fix, **values)


@dataclass(frozen=True, slots=True)
class RowError:
    """A row, or a part of it, that stays out. `row` counts as a spreadsheet does: the first line is row 1."""

    row: int
    column: str
    code: str
    reason: Sentence
    fix: Sentence
    at: int | None = None  # the cell, where one is to blame


@dataclass(frozen=True, slots=True)
class Detected:
    """How the file was read, in words a person can check."""

    encoding: str
    delimiter: str
    dates: str
    time_zone: str
    columns: Mapping[str, str]  # header as written -> field
    left_out: tuple[str, ...]  # headers that are not brought in


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, or with `is_dry_run` would do. Row numbers and headers only: no personal data."""

    run_id: UUID | None
    is_dry_run: bool
    announce: str
    detected: Detected
    rows: int
    new: int = 0
    moved: int = 0
    cancelled: int = 0
    changed: int = 0
    unchanged: int = 0
    without_phone: int = 0
    past: int = 0
    repeated: int = 0  # rows followed by a later one for the same appointment
    rows_left_out: int = 0
    errors: tuple[RowError, ...] = ()
    error_count: int = 0
    warnings: tuple[RowError, ...] = ()  # rows that came in without this cell
    warning_count: int = 0
    notes: tuple[str, ...] = ()
    told: int = 0  # people who are told at once
    waiting: int = 0  # people whose texts wait for a person's word

    @property
    def is_empty_handed(self) -> bool:
        """Rows were there and not one could be read."""
        return self.rows > 0 and self.rows_left_out == self.rows


DateOrderWish = Literal["auto", "day-first", "month-first"]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person said about reading the file. Empty: found out by itself."""

    columns: Mapping[str, str] = field(default_factory=dict)  # header -> field, "" = leave out
    dates: DateOrderWish = "auto"
    is_without_ids: bool = False
    encoding: str = ""
    delimiter: str = ""
    is_header_assumed: bool = False  # the first line is the header, even if no word of it is known


def mask(value: str) -> str:
    """The shape of a value without the value: `07700 9OO123` becomes `99999 9aa999`."""
    shape = "".join("9" if c.isdigit() else "a" if c.isalpha() else c if c.isprintable() else " " for c in value[:24])
    return shape + ("…" if len(value) > 24 else "")
