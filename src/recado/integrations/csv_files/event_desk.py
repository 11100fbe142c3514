"""A table of care events on its way in by page: kept sealed, looked at as often as wanted, then brought in. Wired under IMPORTS
for the pages (`care_events.types.EventsDesk`)."""

from collections.abc import Iterator
from uuid import UUID

from recado.appointments.types import Announce, CannotImport, FileState, Intake, NoSuchFile
from recado.care_events.types import EventKind, EventsFile, EventsResult
from recado.clinics import queries as clinics
from recado.foundation import audit, business_time
from recado.foundation.actors import Actor
from recado.foundation.clock import local, real_now
from recado.foundation.keys import keys_for
from recado.foundation.tenancy import clinic_scope
from recado.integrations.csv_files import actions, event_files, event_rows, kept, store
from recado.integrations.csv_files.event_files import Wish
from recado.integrations.csv_files.models import ABOUT_EVENTS, ImportFile
from recado.integrations.csv_files.sentences import here
from recado.integrations.csv_files.types import Unreadable

MOST_ROWS = 10_000  # by page: it is brought in while somebody waits; the command takes any number
_NAME_MAX = 200


def intake(clinic_id: UUID) -> Intake:
    return store.Intake(clinic_id)


def receive(
    *, clinic_id: UUID, intake: store.Intake, name: str, source: str, kind: EventKind | None, dates: str, by: Actor
) -> UUID:
    """Keeps an upload, if it can be read at all. Raises `CannotImport`; nothing is kept then."""
    if intake.is_too_large:
        raise CannotImport("too_large")
    if not actions.SOURCE_NAME.fullmatch(source):
        raise CannotImport("source_wrong")
    digest, now = intake.end(), real_now()
    with clinic_scope(clinic_id):
        ImportFile.objects.create(
            clinic_id=clinic_id,
            id=intake.id,
            about=ABOUT_EVENTS,
            state=FileState.FILE,
            name_ct=keys_for(clinic_id).seal(kept.NAME, intake.id.bytes, name[:_NAME_MAX].encode()),
            setup_ct=store.seal_json(clinic_id, kept.SETUP, intake.id.bytes, {"kind": kind or "", "dates": dates}),
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
        _run(clinic_id, _found(clinic_id, intake.id), Announce.AUTO, by, dry_run=True)
        audit.record(clinic_id=clinic_id, by=by, action="csv_files.upload", subject=f"import:{intake.id}")
    return intake.id


def file(clinic_id: UUID, file_id: UUID) -> EventsFile:
    with clinic_scope(clinic_id):
        return _view(_found(clinic_id, file_id))


def files(clinic_id: UUID) -> list[EventsFile]:
    """What was looked at and not brought in, the newest first."""
    with clinic_scope(clinic_id):
        rows = ImportFile.objects.filter(clinic_id=clinic_id, about=ABOUT_EVENTS, state=FileState.FILE)
        return [_view(row) for row in rows.order_by("-id")[:20]]


def check(clinic_id: UUID, file_id: UUID, announce: Announce, *, by: Actor) -> EventsResult:
    """What bringing it in would do. Nothing is written but that somebody looked."""
    with clinic_scope(clinic_id):
        result = _run(clinic_id, _found(clinic_id, file_id), announce, by, dry_run=True)
        audit.record(clinic_id=clinic_id, by=by, action="csv_files.check", subject=f"import:{file_id}")
    return result


def bring_in(*, clinic_id: UUID, file_id: UUID, announce: Announce, by: Actor) -> EventsResult:
    """Brings the good rows in; the file is deleted here then. Whoever presses twice brings it in once."""
    with clinic_scope(clinic_id):
        row = _found(clinic_id, file_id)
        result = _run(clinic_id, row, announce, by, dry_run=False)
        kept.remove_parts(row)
        kept.step(row, FileState.DONE, announce=announce)
    return result


def discard(*, clinic_id: UUID, file_id: UUID, by: Actor) -> None:
    """Deletes the file here. Nothing of it came in."""
    with clinic_scope(clinic_id):
        row = _found(clinic_id, file_id)
        kept.remove_parts(row)
        row.delete()
        audit.record(clinic_id=clinic_id, by=by, action="csv_files.discard", subject=f"import:{file_id}")


def template(clinic_id: UUID, kind: EventKind) -> Iterator[tuple[str, ...]]:
    """A header and a line to write over, for a spreadsheet."""
    today = local(business_time.now(), clinics.clinic_settings(clinic_id).time_zone).date()
    yield from event_rows.template(kind, today)


def _found(clinic_id: UUID, file_id: UUID) -> ImportFile:
    """The file, for this transaction, while it waits. Raises `NoSuchFile`."""
    rows = ImportFile.objects.select_for_update().filter(clinic_id=clinic_id, id=file_id, about=ABOUT_EVENTS)
    row = rows.filter(state=FileState.FILE).first()
    if row is None:
        raise NoSuchFile(str(file_id))
    return row


def _run(clinic_id: UUID, row: ImportFile, announce: Announce, by: Actor, *, dry_run: bool) -> EventsResult:
    setup = store.open_json(clinic_id, kept.SETUP, row.id.bytes, row.setup_ct)
    wish = Wish(EventKind(setup["kind"]) if setup["kind"] else None, setup["dates"], MOST_ROWS)
    try:
        with store.opened(clinic_id, row.id) as opened:
            return event_files.bring_in(
                clinic_id=clinic_id,
                file=opened,
                source=row.source,
                announce=announce,
                dry_run=dry_run,
                by=by,
                wish=wish,
                run_id=row.id,
            )
    except Unreadable as refusal:
        raise CannotImport(refusal.code, here(refusal.sentence)) from None


def _view(row: ImportFile) -> EventsFile:
    name = keys_for(row.clinic_id).open(kept.NAME, row.id.bytes, bytes(row.name_ct)).decode()
    return EventsFile(row.id, name, row.source, row.uploaded_at)
