"""From a file on disk to rows of cells, with flat memory whatever the file holds."""

import csv
import hashlib
import io
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext_noop as _

from recado.integrations.csv_files import columns, detect
from recado.integrations.csv_files.columns import Layout
from recado.integrations.csv_files.dates import DateOrder, OrderEvidence
from recado.integrations.csv_files.detect import Dialect, LetterSurvey
from recado.integrations.csv_files.types import Unreadable, Wishes

_BLOCK = 1 << 20
_LINE_MAX = 1 << 20  # characters; a longer line is no row of a diary
_QUOTED_LINES_MAX = 40  # lines one quoted cell may span before the quotation mark counts as a slip

Cells = list[str]
Edits = Mapping[int, Mapping[int, str] | None]  # row -> cells put right by a person; None: left out by a person
NO_EDITS: Edits = {}
_UNTOUCHED: Mapping[int, str] = {}


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was looked through once: how it is written, where its fields stand, which ids repeat."""

    digest: bytes
    dialect: Dialect
    layout: Layout
    order: DateOrder
    repeated: dict[int, int]  # hash of an id that several rows carry -> how many
    rows: int


def open_file(path: Path) -> BinaryIO:
    """The file, or `Unreadable` with a sentence for the person who typed its name."""
    try:
        if not path.is_file():
            kind = "a folder" if path.is_dir() else "not a file" if path.exists() else "not there"
            raise Unreadable("file_missing", f"{path.name} is {kind}. Check the name and the folder.")
        return path.open("rb")
    except PermissionError:
        raise Unreadable(
            "file_forbidden", f"{path.name} may not be read by this user. Change its permissions."
        ) from None
    except OSError as problem:
        raise Unreadable("file_unreadable", f"{path.name} can't be read: {problem.strerror}.") from None


@contextmanager
def trouble_told(path: Path) -> Iterator[None]:
    """Turns a disk that fails while the file is read into a sentence. What went in stays in; repeating is safe."""
    try:
        yield
    except OSError as problem:
        raise Unreadable(
            "file_unreadable", f"{path.name} could not be read to its end: {problem.strerror}. Bring it in again."
        ) from None


def look_through(
    file: BinaryIO, wishes: Wishes, mapping: columns.Mapping, *, is_polish_likely: bool, edits: Edits = NO_EDITS
) -> Source:
    """Reads the whole file once before anything is written. Raises `Unreadable`."""
    digest, dialect = recognise(file, wishes, mapping, is_polish_likely=is_polish_likely)
    layout = columns.match(dialect.header, mapping)
    columns.refuse_incomplete(layout, is_without_ids=wishes.is_without_ids)
    evidence, repeated, rows = look_at_rows(file, dialect, layout, edits)
    return Source(digest, dialect, layout, order_of(evidence, wishes), repeated, rows)


def recognise(
    file: BinaryIO, wishes: Wishes, mapping: columns.Mapping, *, is_polish_likely: bool
) -> tuple[bytes, Dialect]:
    """The digest of the file, and how it is written. Raises `Unreadable`."""
    letters, digest = LetterSurvey(), hashlib.sha256()
    head = file.read(detect.HEAD_BYTES)
    detect.refuse_other_formats(head)
    block, is_whole = head, len(head) < detect.HEAD_BYTES
    while block:
        digest.update(block)
        letters.feed(block)
        block = file.read(_BLOCK)
    letters.feed(b"", is_last=True)
    encoding = wishes.encoding or detect.encoding_of(head, letters, is_polish_likely=is_polish_likely)
    dialect = detect.dialect_of(
        head,
        encoding,
        is_whole_file=is_whole,
        mapping=mapping,
        wanted=wishes.delimiter,
        is_header_assumed=wishes.is_header_assumed,
    )
    return digest.digest(), dialect


def look_at_rows(
    file: BinaryIO, dialect: Dialect, layout: Layout, edits: Edits = NO_EDITS
) -> tuple[OrderEvidence, dict[int, int], int]:
    """What the dates say of their order, which ids repeat, and how many rows there are."""
    evidence, rows = OrderEvidence(), 0
    date_at = layout.fields.get("start", layout.fields.get("start_date", 0))
    born_at = layout.fields.get("birth_date")
    id_at = layout.fields.get("id")
    seen: set[int] = set()  # one number a row: 6 MB for 100,000 rows, given back before the first is written
    repeated: Counter[int] = Counter()
    for _row, cells in rows_of(file, dialect, edits):
        if cells is None or not any(cells):
            continue
        rows += 1
        if date_at < len(cells):
            evidence.see(cells[date_at])
        if born_at is not None and born_at < len(cells):
            evidence.see(cells[born_at], is_visit=False)
        if id_at is not None and id_at < len(cells):
            key = id_hash(cells[id_at])
            if key in seen and cells[id_at].strip():
                repeated[key] += 1
            seen.add(key)
    return evidence, {key: times + 1 for key, times in repeated.items()}, rows


def id_hash(cell: str) -> int:
    """Stands for an id while a file is read; two spellings that differ in spaces only are one."""
    return hash(" ".join(cell.split()))


def order_of(evidence: OrderEvidence, wishes: Wishes) -> DateOrder:
    if wishes.dates != "auto":
        return DateOrder.DAY_FIRST if wishes.dates == "day-first" else DateOrder.MONTH_FIRST
    verdict = evidence.verdict()
    if verdict is None:
        raise Unreadable(
            "dates_unclear",
            "Some dates can only be read day first and others only month first, so none is safe to read."
            " Say which it is with --dates day-first or --dates month-first; rows that don't fit will be listed.",
        )
    return verdict


def rows_of(file: BinaryIO, dialect: Dialect, edits: Edits = NO_EDITS) -> Iterator[tuple[int, Cells | None]]:
    """The rows below the header, numbered as a spreadsheet does. None for a row whose quotes never close. Rows that a
    person left out are not there; cells that a person put right are."""
    file.seek(0)
    text = io.TextIOWrapper(file, dialect.encoding, errors="replace", newline="")
    try:
        lines = _Lines(text, dialect)
        reader = csv.reader(lines, delimiter=dialect.delimiter, quotechar=dialect.quote)
        row = 0
        while True:
            row += 1
            try:
                cells: Cells | None = next(reader)
            except StopIteration:
                return
            except csv.Error:
                cells = None
            if row > dialect.header_at + 1:
                found = None if lines.is_broken else cells
                edit = edits.get(row, _UNTOUCHED)
                if edit is not None:
                    yield row, edited(found, edit) if edit else found
    finally:
        text.detach()


def edited(cells: Cells | None, edit: Mapping[int, str]) -> Cells | None:
    """A row with cells put right. A row that can't be taken apart can't be put right either."""
    if cells is None:
        return None
    width = max([len(cells), *(at + 1 for at in edit)])
    return [edit.get(at, cells[at] if at < len(cells) else "") for at in range(width)]


class _Lines:
    """Hands the csv module whole records, so that one forgotten quotation mark does not swallow the rest of a file."""

    def __init__(self, text: io.TextIOWrapper, dialect: Dialect) -> None:
        self._text = text
        self._dialect = dialect
        self._put_back: deque[str] = deque()
        self.is_broken = False
        if dialect.has_sep_line:
            text.readline(_LINE_MAX)

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        self.is_broken = False
        line = self._take()
        if not line:
            raise StopIteration
        if line.count(self._dialect.quote) % 2 == 0 or not self._is_open(line):
            return line
        return self._closed(line)

    def _take(self) -> str:
        if self._put_back:
            return self._put_back.popleft()
        line = self._text.readline(_LINE_MAX)
        if len(line) >= _LINE_MAX:
            raise Unreadable(
                "line_too_long", _("A line of this file is longer than a million letters, so it is not CSV.")
            )
        return line

    def _closed(self, line: str) -> str:
        joined = [line]
        while len(joined) < _QUOTED_LINES_MAX:
            following = self._take()
            if not following:
                break
            joined.append(following)
            if following.count(self._dialect.quote) % 2:
                problem = self._problem("".join(joined))
                if not problem:
                    return "".join(joined)
                if "unexpected end" not in problem:
                    break  # the mark that closes it belongs to another cell
        self._put_back.extendleft(reversed(joined[1:]))
        self.is_broken = True
        return line.replace(self._dialect.quote, "")

    def _is_open(self, text: str) -> bool:
        """Whether a quoted cell is still open at the end: a mark inside an unquoted cell (5" needle) opens nothing."""
        return "unexpected end" in self._problem(text)

    def _problem(self, text: str) -> str:
        try:
            list(csv.reader([text], delimiter=self._dialect.delimiter, quotechar=self._dialect.quote, strict=True))
        except csv.Error as problem:
            return str(problem)
        return ""
