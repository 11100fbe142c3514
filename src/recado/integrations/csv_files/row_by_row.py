"""Single rows of a file: what is wrong with each, put right in place, left out."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from recado.appointments import actions as appointments
from recado.appointments.types import Announce, Booking, CannotImport, CellView, FileState, NoSuchFile, RowView
from recado.clinics import queries as clinics
from recado.foundation import audit
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.tenancy import clinic_scope
from recado.integrations.csv_files import kept, reading, store
from recado.integrations.csv_files.chunks import chunks, settings_for
from recado.integrations.csv_files.looking import Setup, is_polish_likely
from recado.integrations.csv_files.models import FileRow, ImportFile
from recado.integrations.csv_files.rows import RowReader, RowReading
from recado.integrations.csv_files.sentences import here
from recado.integrations.csv_files.types import RowError

PAGE = 50
OUTCOMES = ("new", "moved", "cancelled", "changed", "unchanged", "without_phone", "past")
_CELL_MAX = 2_000
_BAD_FIRST = {"=", "+", "-", "@"}


def _reader(clinic_id: UUID, setup: Setup) -> RowReader:
    clinic = clinics.clinic_settings(clinic_id)
    return RowReader(settings_for(clinic, setup.layout, setup.order, is_without_ids=setup.is_without_ids))


def rows(clinic_id: UUID, file_id: UUID, state: str, page: int, *, by: Actor) -> tuple[list[RowView], int]:
    """A page of the rows in a state, and how many there are."""
    with clinic_scope(clinic_id):
        file = kept.find(clinic_id, file_id)
        setup = kept.setup_of(file)
        if setup.found is None:
            return [], 0
        found = FileRow.objects.filter(clinic_id=clinic_id, file_id=file_id, state=state).order_by("row")
        total = found.count()
        reader = _reader(clinic_id, setup)
        views = [_view(reader, setup, row) for row in found[(page - 1) * PAGE : page * PAGE]]
        audit.record(
            clinic_id=clinic_id,
            by=by,
            action="csv_files.see_rows",
            subject=f"import:{file_id}",
            detail={"rows": len(views), "state": state},
        )
    return views, total


def _view(reader: RowReader, setup: Setup, row: FileRow) -> RowView:
    cells, _edit = kept.open_cells(row)
    found = reader.read(row.row, cells) or RowReading()
    faults = found.errors or found.warnings
    return RowView(row.row, row.state, _who(setup, cells), tuple(_cell(fault, cells) for fault in faults))


def _cell(fault: RowError, cells: list[str] | None) -> CellView:
    at = fault.at if cells is not None else None
    value = cells[at] if cells is not None and at is not None and at < len(cells) else ""
    return CellView(at, fault.column, value, here(fault.reason), here(fault.fix))


def _who(setup: Setup, cells: list[str] | None) -> str:
    fields = setup.layout.fields
    named = [fields[name] for name in ("patient", "first_name", "name_infix", "last_name") if name in fields]
    if "patient" in fields:
        named = [fields["patient"]]
    return " ".join(cells[at].strip() for at in named if cells and at < len(cells)).strip()


def fix_row(*, clinic_id: UUID, file_id: UUID, row: int, cells: Mapping[int, str], by: Actor) -> RowView:
    """Puts cells of a row right and reads it again at once. Returns the row as it stands now."""
    with clinic_scope(clinic_id):
        file, found = _open(clinic_id, file_id, row)
        setup = kept.setup_of(file)
        reader = _reader(clinic_id, setup)
        old, edit = kept.open_cells(found)
        if old is None or not all(0 <= at < len(setup.layout.header) for at in cells):
            raise CannotImport("not_here")
        edit = {**edit, **{at: value[:_CELL_MAX] for at, value in cells.items()}}
        new = reading.edited(old, edit)
        before, after = reader.read(row, old), reader.read(row, new)
        state = "fixed" if after and after.booking else "to_fix"
        _recount(file, found.state, state, before, after)
        _keep(found, state, new, edit)
        subject = f"import:{file_id}"
        audit.record(clinic_id=clinic_id, by=by, action="csv_files.fix_row", subject=subject, detail={"row": row})
        return _view(reader, setup, found)


def leave_out(*, clinic_id: UUID, file_id: UUID, row: int, is_out: bool, by: Actor) -> None:
    """Leaves a row in the file, or takes it up again."""
    with clinic_scope(clinic_id):
        file, found = _open(clinic_id, file_id, row)
        cells, edit = kept.open_cells(found)
        read = _reader(clinic_id, kept.setup_of(file)).read(row, cells)
        is_good = read is not None and read.booking is not None
        state = "left_out" if is_out else "to_fix" if not is_good else "fixed" if edit else "warned"
        if state == found.state:
            return
        _recount(file, found.state, state, read, read)
        _keep(found, state, cells, edit)
        action = "csv_files.leave_out" if is_out else "csv_files.take_up"
        audit.record(clinic_id=clinic_id, by=by, action=action, subject=f"import:{file_id}", detail={"row": row})


def _open(clinic_id: UUID, file_id: UUID, row: int) -> tuple[ImportFile, FileRow]:
    file = kept.locked(clinic_id, file_id, FileState.CHECKED)
    found = FileRow.objects.filter(clinic_id=clinic_id, file_id=file_id, row=row).first()
    if found is None:
        raise NoSuchFile(f"{file_id} has no such row")
    return file, found


def _keep(found: FileRow, state: str, cells: list[str] | None, edit: dict[int, str]) -> None:
    found.state = state
    found.cells_ct = kept.seal_cells(found.clinic_id, found.file_id, found.row, cells, edit)
    found.save(update_fields=["state", "cells_ct"])


def _recount(file: ImportFile, old: str, new: str, before: RowReading | None, after: RowReading | None) -> None:
    """Takes the row out of the counts as it was, and puts it in as it is."""
    counts = dict(file.counts)

    def count(state: str, read: RowReading | None, step: int) -> None:
        counts[state] = counts.get(state, 0) + step
        if state not in ("to_fix", "left_out") and read is not None and read.booking is not None:
            for name, rows_of_it in _effect(file, read.booking).items():
                counts[name] = counts.get(name, 0) + step * rows_of_it

    count(old, before, -1)
    count(new, after, 1)
    kept.step(file, counts=counts)


def _effect(file: ImportFile, booking: Booking) -> dict[str, int]:
    """What a row alone would do to the calendar."""
    is_first = kept.view(file).is_first
    outcome = appointments.record_bookings(
        clinic_id=file.clinic_id,
        source=file.source,
        bookings=[booking],
        announce=Announce(file.announce),
        by=Actor(ActorKind(file.actor_kind), file.actor_ref),
        dry_run=True,
        is_first_import=is_first,
    )
    return {**{name: getattr(outcome, name) for name in OUTCOMES}, "to_tell": len(outcome.to_tell)}


def errors(clinic_id: UUID, file_id: UUID) -> Iterator[tuple[str, ...]]:
    """Every row that stays out and why, read from the file anew, without names and numbers: row, column, reason, what to
    do. Once the file is gone: those rows that were kept."""
    with clinic_scope(clinic_id):
        file = kept.find(clinic_id, file_id)
        edits = kept.edits_of(clinic_id, file_id)
        setup = kept.setup_of(file)
    if file.state == FileState.DONE:
        yield from _errors_kept(clinic_id, file_id, setup)
        return
    clinic = clinics.clinic_settings(clinic_id)
    settings = settings_for(clinic, setup.layout, setup.order, is_without_ids=setup.is_without_ids)
    with store.opened(clinic_id, file_id) as opened:
        look = reading.look_through(
            opened, setup.wishes(), setup.mapping, is_polish_likely=is_polish_likely(clinic), edits=edits
        )
        for chunk in chunks(opened, look, settings, edits=edits):
            for troubled in chunk.troubled:
                yield from (_line(fault) for fault in troubled.reading.errors)


def _errors_kept(clinic_id: UUID, file_id: UUID, setup: Setup) -> Iterator[tuple[str, ...]]:
    with clinic_scope(clinic_id):
        reader = _reader(clinic_id, setup)
        kept_rows = FileRow.objects.filter(clinic_id=clinic_id, file_id=file_id, state="to_fix").order_by("row")
        opened = [(row.row, kept.open_cells(row)[0]) for row in kept_rows]
    for row, cells in opened:
        read = reader.read(row, cells)
        yield from (_line(fault) for fault in (read.errors if read else ()))


def _line(fault: RowError) -> tuple[str, ...]:
    # A header that begins like a formula must not become one in the spreadsheet that opens this list.
    column = f"'{fault.column}" if fault.column[:1] in _BAD_FIRST else fault.column
    return str(fault.row), column, here(fault.reason), here(fault.fix)
