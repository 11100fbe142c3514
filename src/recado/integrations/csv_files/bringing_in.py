"""The work of one import: rows are read, chunks are recorded, and what happened is counted."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from uuid import UUID
from zoneinfo import ZoneInfo

from recado.appointments import actions as appointments
from recado.appointments import queries as calendar
from recado.appointments.types import ANNOUNCE_LIMIT, Announce, Announced, Booking, BookingOutcome
from recado.clinics.types import ClinicSettings
from recado.foundation import business_time
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.integrations.csv_files import detect, queries, reading
from recado.integrations.csv_files.dates import DateOrder
from recado.integrations.csv_files.listing import ErrorList
from recado.integrations.csv_files.read_ahead import read_ahead
from recado.integrations.csv_files.reading import Cells, Source
from recado.integrations.csv_files.rows import RowReader, RowSettings
from recado.integrations.csv_files.types import Detected, ImportResult, Wishes

CHUNK = 2_000  # rows a transaction: its locks are short, and some 5 MB are held


@dataclass(slots=True)
class _Tally:
    """Counts of rows as they pass."""

    rows: int = 0
    repeated: int = 0
    left_out: int = 0
    happening_twice: int = 0
    outcome: BookingOutcome = field(default_factory=BookingOutcome)


class BringingIn:
    """One file on its way into the calendar of one clinic."""

    def __init__(
        self,
        clinic: ClinicSettings,
        look: Source,
        wishes: Wishes,
        source: str,
        announce: Announce,
        listing: ErrorList,
    ) -> None:
        self._clinic = clinic
        self._look = look
        self._wishes = wishes
        self._source = source
        self._announce = announce
        self._listing = listing
        self._tally = _Tally()

    def run(self, file: BinaryIO, *, run_id: UUID | None, by: Actor) -> ImportResult:
        """Everything from the first row to the announcements. Without a `run_id` all of it is taken back: a dry run."""
        before = os.fstat(file.fileno())
        actor = Actor(ActorKind.IMPORT, str(run_id)) if run_id else by
        seen_at = queries.brought_in_before(self._clinic.id, self._source, self._look.digest)
        is_first = self._is_first()
        for chunk in read_ahead(self._chunks(file, RowReader(self._settings()))):
            self._tally.outcome += appointments.record_bookings(
                clinic_id=self._clinic.id,
                source=self._source,
                bookings=chunk,
                announce=self._announce,
                by=actor,
                dry_run=run_id is None,
                is_first_import=is_first,
            )
        notes = self._notes(is_first=is_first)
        after = os.fstat(file.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            notes.append("The file changed while it was read. Bring it in once more.")
        if seen_at:
            notes.append(f"This very file was brought in before, on {local(seen_at, self._clinic.time_zone):%d %b %Y}.")
        return self._result(run_id, self._settled(run_id, by), notes)

    def _is_first(self) -> bool:
        """A first import that broke off is still the first when it is repeated."""
        with clinic_scope(self._clinic.id):
            is_new = calendar.is_new_source(self._clinic.id, self._source)
        return is_new or queries.broke_off(self._clinic.id, self._source)

    def _chunks(self, file: BinaryIO, reader: RowReader) -> Iterator[list[Booking]]:
        remaining = dict(self._look.repeated)
        id_at = self._look.layout.fields.get("id")
        chunk: list[Booking] = []
        for row, cells in reading.rows_of(file, self._look.dialect):
            if remaining and _is_followed(cells, id_at, remaining):
                self._tally.rows += 1
                self._tally.repeated += 1
                continue
            booking = self._booking(reader, row, cells)
            if booking:
                chunk.append(booking)
            if len(chunk) >= CHUNK:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def _booking(self, reader: RowReader, row: int, cells: Cells | None) -> Booking | None:
        found = reader.read(row, cells)
        if found is None:
            return None
        self._tally.rows += 1
        self._tally.happening_twice += found.happens_twice
        if found.booking is None:
            self._tally.left_out += 1
            self._listing.leave_out(found.errors)
        else:
            self._listing.warn(found.warnings)
        return found.booking

    def _settings(self) -> RowSettings:
        now = business_time.now()
        return RowSettings(
            layout=self._look.layout,
            zone=ZoneInfo(self._clinic.time_zone),
            country=self._clinic.country.upper(),
            order=self._look.order,
            now=now,
            today=local(now, self._clinic.time_zone).date(),
            is_without_ids=self._wishes.is_without_ids,
        )

    def _settled(self, run_id: UUID | None, by: Actor) -> Announced:
        if run_id:
            return appointments.settle_announcements(
                clinic_id=self._clinic.id, source=self._source, announce=self._announce, by=by
            )
        people = len(self._tally.outcome.to_tell)
        if self._announce is Announce.AUTO and people > ANNOUNCE_LIMIT:
            return Announced(waiting=people)
        return Announced(told=people)

    def _notes(self, *, is_first: bool) -> list[str]:
        tally, notes = self._tally, []
        if is_first and self._announce is Announce.AUTO and tally.outcome.new:
            notes.append("The first import of a source: nobody is told at once, the reminders are planned.")
        if self._look.order is DateOrder.MONTH_FIRST and self._wishes.dates == "auto":
            notes.append("Dates were read month first, because some rows can only be read so. Check one of them.")
        if tally.repeated:
            notes.append(
                f"Appointments that stand in the file more than once: the last row counts ({tally.repeated} not used)."
            )
        if tally.happening_twice:
            notes.append(
                f"Visits at an hour that happens twice, when the clocks go back: {tally.happening_twice}. The first is meant."
            )
        return notes

    def _result(self, run_id: UUID | None, settled: Announced, notes: list[str]) -> ImportResult:
        tally, listing = self._tally, self._listing
        outcome = tally.outcome
        return ImportResult(
            run_id=run_id,
            is_dry_run=run_id is None,
            announce=self._announce.value,
            detected=self._detected(),
            rows=tally.rows,
            new=outcome.new,
            moved=outcome.moved,
            cancelled=outcome.cancelled,
            changed=outcome.changed,
            unchanged=outcome.unchanged,
            without_phone=outcome.without_phone,
            past=outcome.past,
            repeated=tally.repeated,
            rows_left_out=tally.left_out,
            errors=tuple(listing.errors),
            error_count=listing.error_count,
            warnings=tuple(listing.warnings),
            warning_count=listing.warning_count,
            notes=tuple(notes),
            told=settled.told,
            waiting=settled.waiting,
        )

    def _detected(self) -> Detected:
        dialect = self._look.dialect
        return Detected(
            encoding=detect.ENCODING_NAMES[dialect.encoding],
            delimiter=detect.DELIMITER_NAMES.get(dialect.delimiter, dialect.delimiter),
            dates=self._look.order.value,
            time_zone=self._clinic.time_zone,
            columns=self._look.layout.named(),
            left_out=self._look.layout.left_out,
        )


def _is_followed(cells: Cells | None, id_at: int | None, remaining: dict[int, int]) -> bool:
    """Whether a later row of the file tells of the same appointment."""
    if cells is None or id_at is None or id_at >= len(cells):
        return False
    key = reading.id_hash(cells[id_at])
    if key not in remaining:
        return False
    remaining[key] -= 1
    return remaining[key] > 0
