"""The steps of a file that somebody brings in by page. Nothing is written to the calendar before `bring_in`."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from recado.appointments.types import Announce, CannotImport, FileLook, FileState, FileView
from recado.clinics import queries as clinics
from recado.foundation import audit, news
from recado.foundation.actors import Actor
from recado.foundation.clock import real_now
from recado.foundation.keys import keys_for
from recado.foundation.tenancy import clinic_scope
from recado.integrations.csv_files import actions, columns, detect, ending, kept, looking, queries, store
from recado.integrations.csv_files.looking import Setup
from recado.integrations.csv_files.models import ABOUT_VISITS, FileRow, ImportFile
from recado.integrations.csv_files.store import Intake

DEFAULT_SOURCE = "csv"
_NAME_MAX = 200


def intake(clinic_id: UUID) -> Intake:
    return Intake(clinic_id)


def receive(*, clinic_id: UUID, intake: Intake, name: str, by: Actor) -> UUID:
    """Keeps an upload, and looks at it. Raises `CannotImport` for what is no file of appointments; nothing is kept then."""
    if intake.is_too_large:
        raise CannotImport("too_large")
    digest = intake.end()
    clinic = clinics.clinic_settings(clinic_id)
    now = real_now()
    with clinic_scope(clinic_id):
        source = _last_source(clinic_id)
        mapping = queries.saved_mapping(clinic_id, source)
        file = ImportFile.objects.create(
            clinic_id=clinic_id,
            id=intake.id,
            state=FileState.FILE,
            name_ct=keys_for(clinic_id).seal(kept.NAME, intake.id.bytes, name[:_NAME_MAX].encode()),
            setup_ct=b"",
            size=intake.size,
            digest=digest,
            source=source,
            announce=Announce.AUTO,
            actor_kind=by.kind,
            actor_ref=by.ref,
            uploaded_at=now,
            touched_at=now,
        )
        intake.keep()
        setup = Setup(mapping)
        with store.opened(clinic_id, intake.id) as opened:
            found = looking.examine(opened, clinic, setup)
        _save(file, replace(setup, found=found))
        audit.record(clinic_id=clinic_id, by=by, action="csv_files.upload", subject=f"import:{file.id}")
    return file.id


def _last_source(clinic_id: UUID) -> str:
    latest = queries.newest_source(clinic_id)
    return latest or DEFAULT_SOURCE


def _save(file: ImportFile, setup: Setup) -> None:
    assert setup.found
    sealed = kept.sealed_setup(file.clinic_id, file.id, setup)
    kept.step(file, setup_ct=sealed, rows=setup.found["rows"], problem="")


def file(clinic_id: UUID, file_id: UUID) -> FileView:
    with clinic_scope(clinic_id):
        return kept.view(kept.find(clinic_id, file_id))


def files(clinic_id: UUID) -> list[FileView]:
    """What is on its way, the newest first."""
    with clinic_scope(clinic_id):
        files = ImportFile.objects.filter(clinic_id=clinic_id, about=ABOUT_VISITS).exclude(state=FileState.DONE)
        rows = files.order_by("-id")[:20]
        return [kept.view(row) for row in rows]


def look(clinic_id: UUID, file_id: UUID, *, by: Actor) -> FileLook:
    """How the file is read, with values from it."""
    clinic = clinics.clinic_settings(clinic_id)
    with clinic_scope(clinic_id):
        row = kept.find(clinic_id, file_id)
        is_saved = bool(queries.saved_mapping(clinic_id, row.source))
        audit.record(clinic_id=clinic_id, by=by, action="csv_files.look", subject=f"import:{file_id}")
    return looking.look_of(clinic, kept.setup_of(row), is_mapping_saved=is_saved)


def read_as(*, clinic_id: UUID, file_id: UUID, wishes: Mapping[str, str], by: Actor) -> None:
    """Reads the file anew as a person says: source, dates, encoding, delimiter, without_ids, `c0`, `c1`... = fields."""
    clinic = clinics.clinic_settings(clinic_id)
    with clinic_scope(clinic_id):
        row = kept.locked(clinic_id, file_id, FileState.FILE)
        old = kept.setup_of(row)
        source = wishes.get("source", row.source)
        if not actions.SOURCE_NAME.fullmatch(source):
            raise CannotImport("source_wrong")
        mapping = _mapping(old, wishes)
        if source != row.source:
            mapping = {**queries.saved_mapping(clinic_id, source), **mapping}
        setup = _said(replace(old, mapping=mapping), wishes)
        with store.opened(clinic_id, file_id) as opened:
            setup = replace(setup, found=looking.examine(opened, clinic, setup))
        if (setup.encoding, setup.delimiter) != (old.encoding, old.delimiter):
            FileRow.objects.filter(clinic_id=clinic_id, file_id=file_id).delete()  # cells are others now
        row.source = source
        row.save(update_fields=["source"])
        _save(row, setup)
        audit.record(clinic_id=clinic_id, by=by, action="csv_files.read_as", subject=f"import:{file_id}")


def _said(setup: Setup, wishes: Mapping[str, str]) -> Setup:
    dates = wishes.get("dates", setup.dates)
    encoding = wishes.get("encoding", setup.encoding)
    delimiter = wishes.get("delimiter", setup.delimiter)
    if dates not in ("auto", *looking.ORDERS) or encoding not in ("", *looking.ENCODINGS):
        raise CannotImport("wish_wrong")
    if delimiter and delimiter not in detect.DELIMITERS:
        raise CannotImport("wish_wrong")
    is_without_ids = wishes["without_ids"] == "yes" if "without_ids" in wishes else setup.is_without_ids
    return replace(setup, dates=dates, encoding=encoding, delimiter=delimiter, is_without_ids=is_without_ids)


def _mapping(setup: Setup, wishes: Mapping[str, str]) -> dict[str, str]:
    """What was said of columns, where it is another thing than their headers say by themselves."""
    if wishes.get("mapping") == "none":
        return {}
    assert setup.found
    now = looking.fields_at(setup.layout, setup.mapping)
    mapping = dict(setup.mapping)
    for at, title in enumerate(setup.found["header"]):
        field = wishes.get(f"c{at}", now.get(at, ""))
        if field not in ("", *looking.OFFERED):
            raise CannotImport("wish_wrong")
        if field != now.get(at, "") and columns.plain(title):
            mapping[columns.plain(title)] = field
    return mapping


def check(*, clinic_id: UUID, file_id: UUID, by: Actor) -> None:
    """Has the rows read and compared, in the worker; nothing is written."""
    with clinic_scope(clinic_id):
        row = kept.locked(clinic_id, file_id, FileState.FILE, FileState.CHECKED)
        setup = kept.setup_of(row)
        if columns.missing_in(setup.layout, is_without_ids=setup.is_without_ids):
            raise CannotImport("column_missing")
        if not (setup.found and setup.found["dates"]):
            raise CannotImport("dates_unclear")
        FileRow.objects.filter(clinic_id=clinic_id, file_id=file_id, state__in=["to_fix", "warned"]).delete()
        kept.step(row, FileState.CHECKING, rows_done=0, counts={}, problem="")
        audit.record(clinic_id=clinic_id, by=by, action="csv_files.check", subject=f"import:{file_id}")


def back(*, clinic_id: UUID, file_id: UUID, by: Actor) -> None:
    """Back to the columns."""
    with clinic_scope(clinic_id):
        kept.step(kept.locked(clinic_id, file_id, FileState.CHECKING, FileState.CHECKED), FileState.FILE)
        audit.record(clinic_id=clinic_id, by=by, action="csv_files.back", subject=f"import:{file_id}")


def bring_in(*, clinic_id: UUID, file_id: UUID, announce: Announce, by: Actor) -> None:
    """Has the file brought in, in the worker."""
    with clinic_scope(clinic_id):
        row = kept.locked(clinic_id, file_id, FileState.CHECKED)
        setup = kept.setup_of(row)
        if setup.mapping:
            actions.save_mapping(clinic_id=clinic_id, source=row.source, mapping=setup.mapping, by=by)
        actions.begin(clinic_id, file_id, row.source, bytes(row.digest), announce, by)
        kept.step(
            row,
            FileState.RUNNING,
            announce=announce,
            rows_done=0,
            counts={},
            problem="",
            actor_kind=by.kind,
            actor_ref=by.ref,
        )


def pause(*, clinic_id: UUID, file_id: UUID, is_paused: bool, by: Actor) -> None:
    """Stops after the rows that are being written, or goes on behind them."""
    states = (FileState.RUNNING, FileState.PAUSED)
    with clinic_scope(clinic_id):
        row = kept.locked(clinic_id, file_id, states[0] if is_paused else states[1])
        kept.step(row, states[1] if is_paused else states[0], problem="")
        action = "csv_files.pause" if is_paused else "csv_files.resume"
        audit.record(clinic_id=clinic_id, by=by, action=action, subject=f"import:{file_id}")


def discard(*, clinic_id: UUID, file_id: UUID, by: Actor, is_left: bool = False) -> None:
    """Deletes a file. What of it is in stays in. `is_left`: only if it is paused still."""
    states = tuple(state for state in FileState if state is not FileState.RUNNING)
    with clinic_scope(clinic_id):
        row = kept.locked(clinic_id, file_id, *((FileState.PAUSED,) if is_left else states))
        if row.state == FileState.PAUSED:
            ending.end_early(row, by)
        kept.remove_parts(row)
        FileRow.objects.filter(clinic_id=clinic_id, file_id=file_id).delete()
        row.delete()
        audit.record(clinic_id=clinic_id, by=by, action="csv_files.discard", subject=f"import:{file_id}")
        news.tell(clinic_id, news.Topic.IMPORTS)
