"""Files on their way in are checked and brought in here, some rows at a time, whoever watches or not. Wired under WORKERS.

A chunk and the place it ends at are one transaction. Killed in between, the next worker goes on behind the last chunk; two
at once, and the second finds the file elsewhere and writes nothing.
"""

import logging
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, BinaryIO
from uuid import UUID

import psycopg
from django import db

from recado.appointments import actions as appointments
from recado.appointments.types import Announce, CannotImport, FileState, NoSuchFile
from recado.clinics import queries as clinics
from recado.foundation import audit, news
from recado.foundation.actors import SYSTEM, Actor, ActorKind
from recado.foundation.clock import real_now
from recado.foundation.faults import describe
from recado.foundation.tenancy import clinic_scope
from recado.integrations.csv_files import arriving, chunks, ending, kept, queries, reading, store, undoing
from recado.integrations.csv_files.looking import is_polish_likely
from recado.integrations.csv_files.models import FileRow, ImportFile
from recado.integrations.csv_files.row_by_row import OUTCOMES
from recado.integrations.csv_files.types import Unreadable

log = logging.getLogger("recado.imports")
ROWS = 500  # a chunk: short enough for a pause to be heard, and for a bar that moves
SLICE = 2.0  # seconds on one file while others wait
TELL_EVERY = 1.0  # seconds between two notices to open screens
ROWS_KEPT = 5_000  # rows to look at, of each kind; all are counted, and the list of errors has every one
KEPT_FOR = timedelta(hours=24)
_CLEAN_EVERY = 600.0  # seconds

TO_DO = """
SELECT clinic_id, id, source FROM csv_files_importfile WHERE state IN ('checking', 'running') ORDER BY touched_at LIMIT 20
"""
LOCK = "SELECT pg_try_advisory_lock(hashtextextended(%s, 11))"
UNLOCK = "SELECT pg_advisory_unlock(hashtextextended(%s, 11))"


class _Elsewhere(Exception):
    """The file is not where it was left: paused, gone, or another worker's."""


@dataclass(slots=True)
class _Work:
    """A file that is open here, between two slices."""

    file_id: UUID
    state: str
    at: int
    opened: BinaryIO
    chunks: Generator[chunks.Chunk]
    edits: reading.Edits
    kept: dict[str, int] = field(default_factory=dict)
    to_tell: set[UUID] = field(default_factory=set)
    told_at: float = 0.0


_open: dict[str, _Work] = {}  # one at most: the file of the last slice
_cleaned: dict[str, float] = {}


def run_next(maintenance: "psycopg.Connection[Any]") -> int:
    """A slice of each import that is taken back, and of each file that waits. Returns how many were worked on."""
    _clean(maintenance)
    undone = sum(_slice(maintenance, undoing.work_on, *found) for found in undoing.to_do(maintenance))
    return undone + sum(_slice(maintenance, _work_on_file, *found) for found in maintenance.execute(TO_DO).fetchall())


def _slice(
    maintenance: "psycopg.Connection[Any]",
    work: Callable[[UUID, UUID], None],
    clinic_id: UUID,
    which: UUID,
    source: str,
) -> int:
    name = (f"recado import {clinic_id} {source}",)  # the lock of `recado import`: one import of a source at a time
    row = maintenance.execute(LOCK, name).fetchone()
    if not row or not row[0]:
        return 0
    try:
        work(clinic_id, which)
        return 1
    except _Elsewhere:
        _close()
        return 0
    finally:
        if not maintenance.closed:
            maintenance.execute(UNLOCK, name)


def _work_on_file(clinic_id: UUID, file_id: UUID) -> None:
    try:
        _work_on(clinic_id, file_id)
    except _Elsewhere:
        raise
    except (psycopg.OperationalError, db.OperationalError, db.InterfaceError):
        _close()
        raise
    except Exception as error:
        _close()
        _give_up(clinic_id, file_id, error)


def _give_up(clinic_id: UUID, file_id: UUID, error: Exception) -> None:
    """A file that can't be worked on waits for a person. What of it is in stays in."""
    log.error("file %s was not brought in: %s", file_id, describe(error))
    problem = error.code if isinstance(error, Unreadable | CannotImport) else "broke_off"
    with clinic_scope(clinic_id):
        row = ImportFile.objects.select_for_update().filter(clinic_id=clinic_id, id=file_id).first()
        if row is not None:
            was_running = row.state in (FileState.RUNNING, FileState.PAUSED)
            audit.record(
                clinic_id=clinic_id,
                by=SYSTEM,
                action="csv_files.break_off",
                subject=f"import:{file_id}",
                detail={"problem": problem[:40]},
            )
            kept.step(row, FileState.PAUSED if was_running else FileState.FILE, problem=problem[:40])


def _work_on(clinic_id: UUID, file_id: UUID) -> None:
    with clinic_scope(clinic_id):
        row = ImportFile.objects.filter(clinic_id=clinic_id, id=file_id).first()
        if row is None or row.state not in (FileState.CHECKING, FileState.RUNNING):
            raise _Elsewhere
        if queries.is_being_undone(clinic_id, row.source) or (row.state == FileState.RUNNING and _has_elder(row)):
            raise _Elsewhere
    work = _opened(row)
    until = time.monotonic() + SLICE
    while time.monotonic() < until:
        chunk = next(work.chunks, None)
        if chunk is None:
            _end(row, work)
            _close()
            return
        _take(row, work, chunk)


def _has_elder(row: ImportFile) -> bool:
    """Two files of one source go in one after the other, in the order in which they were brought."""
    others = ImportFile.objects.filter(clinic_id=row.clinic_id, source=row.source, state=FileState.RUNNING)
    return others.filter(id__lt=row.id).exists()


def _opened(row: ImportFile) -> _Work:
    """The file as the last slice left it, or opened anew behind the last row that is in."""
    work = _open.get("work")
    if work and (work.file_id, work.state, work.at) == (row.id, row.state, row.rows_done) and row.rows_done:
        return work
    _close()
    clinic = clinics.clinic_settings(row.clinic_id)
    if row.state == FileState.CHECKING:  # a check that broke off starts anew: it has written nothing
        with clinic_scope(row.clinic_id):
            again = FileRow.objects.filter(clinic_id=row.clinic_id, file_id=row.id, state__in=["to_fix", "warned"])
            again.delete()
            kept.step(row, rows_done=0, counts={})
    with clinic_scope(row.clinic_id):
        edits = kept.edits_of(row.clinic_id, row.id)
    setup = kept.setup_of(row)
    opened = store.opened(row.clinic_id, row.id)
    look = reading.look_through(
        opened, setup.wishes(), setup.mapping, is_polish_likely=is_polish_likely(clinic), edits=edits
    )
    settings = chunks.settings_for(clinic, look.layout, look.order, is_without_ids=setup.is_without_ids)
    parts = chunks.chunks(opened, look, settings, edits=edits, after=row.rows_done, size=ROWS)
    _open["work"] = work = _Work(row.id, row.state, row.rows_done, opened, parts, edits)
    return work


def _close() -> None:
    work = _open.pop("work", None)
    if work is not None:
        work.chunks.close()  # first: it reads from the file
        work.opened.close()


def _take(row: ImportFile, work: _Work, chunk: chunks.Chunk) -> None:
    """One chunk: recorded, or only compared, with its place and its counts in the same transaction."""
    is_check = row.state == FileState.CHECKING
    with clinic_scope(row.clinic_id):
        outcome = appointments.record_bookings(
            clinic_id=row.clinic_id,
            source=row.source,
            bookings=chunk.bookings,
            announce=Announce(row.announce),
            by=_actor(row),
            dry_run=is_check,
            is_first_import=kept.view(row).is_first,
        )
        work.to_tell |= outcome.to_tell
        counts = dict(row.counts)
        for name in OUTCOMES:
            counts[name] = counts.get(name, 0) + getattr(outcome, name)
        for name, count in (("read", chunk.rows), ("repeated", chunk.repeated), ("to_fix", chunk.left_out)):
            counts[name] = counts.get(name, 0) + count
        if is_check:
            counts["to_tell"] = len(work.to_tell)
            _keep_rows(row, work, chunk, counts)
        _move(row, work, chunk.upto, counts)


def _actor(row: ImportFile) -> Actor:
    if row.state == FileState.CHECKING:
        return Actor(ActorKind(row.actor_kind), row.actor_ref)
    return Actor(ActorKind.IMPORT, str(row.id))


def _keep_rows(row: ImportFile, work: _Work, chunk: chunks.Chunk, counts: dict[str, int]) -> None:
    """Rows that somebody should look at, sealed."""
    made = []
    for troubled in chunk.troubled:
        state = "to_fix" if troubled.is_out else "warned"
        edit = dict(work.edits.get(troubled.row) or {})
        if edit and not troubled.is_out:
            continue
        counts["warned"] = counts.get("warned", 0) + (not troubled.is_out)
        work.kept[state] = work.kept.get(state, 0) + 1
        if work.kept[state] <= ROWS_KEPT:
            sealed = kept.seal_cells(row.clinic_id, row.id, troubled.row, troubled.cells, edit)
            made.append(
                FileRow(clinic_id=row.clinic_id, file_id=row.id, row=troubled.row, state=state, cells_ct=sealed)
            )
    FileRow.objects.bulk_create(
        made,
        update_conflicts=True,
        unique_fields=["clinic_id", "file_id", "row"],
        update_fields=["state", "cells_ct"],
    )


def _move(row: ImportFile, work: _Work, upto: int, counts: dict[str, int]) -> None:
    """Moves the place on, if it is where this worker left it."""
    files = ImportFile.objects.filter(clinic_id=row.clinic_id, id=row.id, state=row.state, rows_done=row.rows_done)
    if not files.update(rows_done=upto, counts=counts, touched_at=real_now()):
        raise _Elsewhere
    row.rows_done, row.counts, work.at = upto, counts, upto
    if time.monotonic() - work.told_at >= TELL_EVERY:
        work.told_at = time.monotonic()
        news.tell(row.clinic_id, news.Topic.IMPORTS)


def _end(row: ImportFile, work: _Work) -> None:
    with clinic_scope(row.clinic_id):
        file = kept.locked(row.clinic_id, row.id, FileState(row.state))
        if file.rows_done != row.rows_done:
            raise _Elsewhere
        if row.state == FileState.CHECKING:
            states = FileRow.objects.filter(clinic_id=row.clinic_id, file_id=row.id).values_list("state", flat=True)
            stays = {state: sum(1 for found in states if found == state) for state in ("fixed", "left_out")}
            read = file.counts.get("read", 0) + stays["left_out"]
            kept.step(file, FileState.CHECKED, counts={**file.counts, **stays, "read": read})
            return
        ending.finish(file)


PAUSED = "SELECT clinic_id, id FROM csv_files_importfile WHERE state = 'paused' AND touched_at < %s LIMIT 100"
CLEAN = (
    "DELETE FROM csv_files_filepart p USING csv_files_importfile f WHERE f.id = p.file_id AND {old}",
    "DELETE FROM csv_files_filerow r USING csv_files_importfile f WHERE f.id = r.file_id AND {old}",
    "DELETE FROM csv_files_importfile f WHERE {old}",
)


def _clean(maintenance: "psycopg.Connection[Any]") -> None:
    """Files go a day after their last step, whatever became of them."""
    now = time.monotonic()
    if now - _cleaned.get("at", -_CLEAN_EVERY) < _CLEAN_EVERY:
        return
    _cleaned["at"] = now
    clean(maintenance)


def clean(maintenance: "psycopg.Connection[Any]") -> None:
    """Deletes what is a day old, and what an import of a week ago remembers."""
    before = real_now() - KEPT_FOR
    for clinic_id, file_id in maintenance.execute(PAUSED, (before,)).fetchall():
        _end_early(clinic_id, file_id)
    with maintenance.transaction():
        for statement in CLEAN:
            maintenance.execute(
                statement.format(old="f.touched_at < %s AND f.state NOT IN ('running', 'paused')"), (before,)
            )
    appointments.forget_imports(before=real_now() - timedelta(days=7), maintenance=maintenance)


def _end_early(clinic_id: UUID, file_id: UUID) -> None:
    """A file that was paused and left for a day."""
    try:
        arriving.discard(clinic_id=clinic_id, file_id=file_id, by=SYSTEM, is_left=True)
    except (NoSuchFile, CannotImport):
        log.info("file %s went on, or went, meanwhile", file_id)
