"""The rows of a file by the thousand: bookings that are ready, and rows that stay out with their reasons. Pure but for the
file itself, so that it may run in a thread."""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import BinaryIO
from zoneinfo import ZoneInfo

from recado.appointments.types import Booking
from recado.clinics.types import ClinicSettings
from recado.foundation import business_time
from recado.foundation.clock import local
from recado.integrations.csv_files import reading
from recado.integrations.csv_files.columns import Layout
from recado.integrations.csv_files.dates import DateOrder
from recado.integrations.csv_files.reading import NO_EDITS, Cells, Edits, Source
from recado.integrations.csv_files.rows import RowReader, RowReading, RowSettings

CHUNK = 2_000  # rows a transaction: its locks are short, and some 5 MB are held


@dataclass(frozen=True, slots=True)
class Troubled:
    """A row that stays out, or comes in without a cell."""

    row: int
    cells: Cells | None
    reading: RowReading

    @property
    def is_out(self) -> bool:
        return self.reading.booking is None


@dataclass(slots=True)
class Chunk:
    """Some rows, read. `upto` is the last of them."""

    bookings: list[Booking] = field(default_factory=list)
    troubled: list[Troubled] = field(default_factory=list)
    upto: int = 0
    rows: int = 0
    repeated: int = 0  # rows followed by a later one for the same appointment
    left_out: int = 0
    happening_twice: int = 0

    def take(self, row: int, cells: Cells | None, found: RowReading) -> None:
        self.happening_twice += found.happens_twice
        if found.booking is None:
            self.left_out += 1
        else:
            self.bookings.append(found.booking)
        if found.errors or found.warnings:
            self.troubled.append(Troubled(row, cells, found))


def settings_for(clinic: ClinicSettings, layout: Layout, order: DateOrder, *, is_without_ids: bool) -> RowSettings:
    """What rows are read with, at this moment."""
    now = business_time.now()
    return RowSettings(
        layout=layout,
        zone=ZoneInfo(clinic.time_zone),
        country=clinic.country.upper(),
        order=order,
        now=now,
        today=local(now, clinic.time_zone).date(),
        is_without_ids=is_without_ids,
    )


def chunks(
    file: BinaryIO, look: Source, settings: RowSettings, *, edits: Edits = NO_EDITS, after: int = 0, size: int = 0
) -> Generator[Chunk]:
    """Everything below the header; only what stands below row `after`, where an import goes on."""
    reader = RowReader(settings)
    remaining = dict(look.repeated)
    id_at = look.layout.fields.get("id")
    chunk = Chunk()
    for row, cells in reading.rows_of(file, look.dialect, edits):
        is_followed = bool(remaining) and _is_followed(cells, id_at, remaining)
        if row <= after:
            continue
        chunk.upto = row
        found = None if is_followed else reader.read(row, cells)
        chunk.repeated += is_followed
        chunk.rows += is_followed or found is not None
        if found is not None:
            chunk.take(row, cells, found)
        if chunk.rows >= (size or CHUNK):
            yield chunk
            chunk = Chunk()
    if chunk.rows:
        yield chunk


def _is_followed(cells: Cells | None, id_at: int | None, remaining: dict[int, int]) -> bool:
    """Whether a later row of the file tells of the same appointment."""
    if cells is None or id_at is None or id_at >= len(cells):
        return False
    key = reading.id_hash(cells[id_at])
    if key not in remaining:
        return False
    remaining[key] -= 1
    return remaining[key] > 0
