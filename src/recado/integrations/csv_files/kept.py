"""Files on their way in, as they are kept: found, locked, opened, and told to open screens."""

from typing import Any
from uuid import UUID

from recado.appointments import queries as calendar
from recado.appointments.types import Announce, CannotImport, FileState, FileView, NoSuchFile
from recado.foundation import news
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.clock import real_now
from recado.foundation.keys import keys_for
from recado.integrations.csv_files import queries, store
from recado.integrations.csv_files.looking import Setup
from recado.integrations.csv_files.models import ABOUT_VISITS, FilePart, FileRow, ImportFile
from recado.integrations.csv_files.reading import Edits

SETUP, NAME, CELLS = "csv_file.setup", "csv_file.name", "csv_row.cells"


def find(clinic_id: UUID, file_id: UUID) -> ImportFile:
    """Call it inside `clinic_scope`."""
    found = ImportFile.objects.filter(clinic_id=clinic_id, id=file_id, about=ABOUT_VISITS).first()
    if found is None:
        raise NoSuchFile(str(file_id))
    return found


def locked(clinic_id: UUID, file_id: UUID, *states: FileState) -> ImportFile:
    """The file, for this transaction, in one of these states. `CannotImport("moved_on")`: it stands elsewhere by now."""
    files = ImportFile.objects.select_for_update().filter(clinic_id=clinic_id, id=file_id, about=ABOUT_VISITS)
    found = files.first()
    if found is None:
        raise NoSuchFile(str(file_id))
    if found.state not in states:
        raise CannotImport("moved_on")
    return found


def step(file: ImportFile, state: FileState | None = None, **fields: Any) -> None:
    """Changes the file, and lets open screens know."""
    changed = {"touched_at": real_now(), **({"state": state} if state else {}), **fields}
    for name, value in changed.items():
        setattr(file, name, value)
    file.save(update_fields=list(changed))
    news.tell(file.clinic_id, news.Topic.IMPORTS)


def remove_parts(file: ImportFile) -> None:
    FilePart.objects.filter(clinic_id=file.clinic_id, file_id=file.id).delete()


def setup_of(file: ImportFile) -> Setup:
    return Setup(**store.open_json(file.clinic_id, SETUP, file.id.bytes, file.setup_ct))


def sealed_setup(clinic_id: UUID, file_id: UUID, setup: Setup) -> bytes:
    return store.seal_json(clinic_id, SETUP, file_id.bytes, setup.as_json())


def row_place(file_id: UUID, row: int) -> bytes:
    return file_id.bytes + row.to_bytes(4, "big")


def seal_cells(clinic_id: UUID, file_id: UUID, row: int, cells: list[str] | None, edit: dict[int, str]) -> bytes:
    value = {"cells": cells, "edit": {str(at): cell for at, cell in edit.items()}}
    return store.seal_json(clinic_id, CELLS, row_place(file_id, row), value)


def open_cells(row: FileRow) -> tuple[list[str] | None, dict[int, str]]:
    """The cells as they stand, and which of them a person wrote."""
    found = store.open_json(row.clinic_id, CELLS, row_place(row.file_id, row.row), row.cells_ct)
    return found["cells"], {int(at): cell for at, cell in found["edit"].items()}


def edits_of(clinic_id: UUID, file_id: UUID) -> Edits:
    """What people did to single rows. Call it inside `clinic_scope`."""
    rows = FileRow.objects.filter(clinic_id=clinic_id, file_id=file_id)
    edits: dict[int, dict[int, str] | None] = {}
    for row in rows.iterator():
        edit = open_cells(row)[1]
        if row.state == "left_out":
            edits[row.row] = None
        elif edit:
            edits[row.row] = edit
    return edits


def view(file: ImportFile) -> FileView:
    """Call it inside `clinic_scope`."""
    clinic_id = file.clinic_id
    name = keys_for(clinic_id).open(NAME, file.id.bytes, bytes(file.name_ct)).decode()
    is_new = calendar.is_new_source(clinic_id, file.source) or queries.broke_off(clinic_id, file.source)
    return FileView(
        id=file.id,
        state=FileState(file.state),
        name=name,
        size=file.size,
        source=file.source,
        announce=Announce(file.announce),
        uploaded_at=file.uploaded_at,
        actor=Actor(ActorKind(file.actor_kind), file.actor_ref),
        rows=file.rows,
        rows_done=file.rows_done,
        counts=file.counts,
        problem=file.problem,
        is_first=is_new,
        brought_in_before=queries.brought_in_before(clinic_id, file.source, bytes(file.digest)),
        waits=queries.is_being_undone(clinic_id, file.source),
    )
