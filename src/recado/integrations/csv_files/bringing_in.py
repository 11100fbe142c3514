"""The work of one import: rows are read, chunks are recorded, and what happened is counted."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO
from uuid import UUID

from recado.appointments import actions as appointments
from recado.appointments import queries as calendar
from recado.appointments.types import ANNOUNCE_LIMIT, Announce, Announced, BookingOutcome
from recado.clinics.types import ClinicSettings
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.integrations.csv_files import detect, patience, queries
from recado.integrations.csv_files.chunks import Chunk, chunks, settings_for
from recado.integrations.csv_files.dates import DateOrder
from recado.integrations.csv_files.listing import ErrorList
from recado.integrations.csv_files.read_ahead import read_ahead
from recado.integrations.csv_files.reading import Source
from recado.integrations.csv_files.types import Detected, ImportResult, Wishes


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
        for chunk in read_ahead(self._chunks(file)):
            self._count(chunk)
            record = partial(
                appointments.record_bookings,
                clinic_id=self._clinic.id,
                source=self._source,
                bookings=chunk.bookings,
                announce=self._announce,
                by=actor,
                dry_run=run_id is None,
                is_first_import=is_first,
            )
            self._tally.outcome += patience.until_done(record)
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

    def _chunks(self, file: BinaryIO) -> Iterator[Chunk]:
        layout, order = self._look.layout, self._look.order
        settings = settings_for(self._clinic, layout, order, is_without_ids=self._wishes.is_without_ids)
        return chunks(file, self._look, settings)

    def _count(self, chunk: Chunk) -> None:
        tally = self._tally
        tally.rows += chunk.rows
        tally.repeated += chunk.repeated
        tally.left_out += chunk.left_out
        tally.happening_twice += chunk.happening_twice
        for troubled in chunk.troubled:
            if troubled.is_out:
                self._listing.leave_out(troubled.reading.errors)
            else:
                self._listing.warn(troubled.reading.warnings)

    def _settled(self, run_id: UUID | None, by: Actor) -> Announced:
        if run_id:
            settle = partial(
                appointments.settle_announcements,
                clinic_id=self._clinic.id,
                source=self._source,
                announce=self._announce,
                by=by,
            )
            return patience.until_done(settle)
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
