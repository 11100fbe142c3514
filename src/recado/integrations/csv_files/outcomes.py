"""What came of imports, and what can still be done about them."""

from uuid import UUID

from recado.appointments import actions as appointments
from recado.appointments import queries as calendar
from recado.appointments.types import Announce, Announced, ImportView, NoSuchFile
from recado.foundation import news
from recado.foundation.actors import OPERATOR, Actor, ActorKind
from recado.foundation.tenancy import clinic_scope
from recado.integrations.csv_files import undoing
from recado.integrations.csv_files.models import FileRow, ImportRun

PAGE = 20


def runs(clinic_id: UUID, page: int) -> tuple[list[ImportView], int]:
    """A page of the imports of a clinic, the newest first, and how many there are."""
    with clinic_scope(clinic_id):
        rows = ImportRun.objects.filter(clinic_id=clinic_id).order_by("-started_at", "-id")
        return [_view(row) for row in rows[(page - 1) * PAGE : page * PAGE]], rows.count()


def run(clinic_id: UUID, run_id: UUID) -> ImportView:
    with clinic_scope(clinic_id):
        row = _find(clinic_id, run_id)
        is_in = row.finished_at is not None and row.undoing_at is None
        stays = calendar.why_not_take_back(clinic_id, run_id) if is_in else "nothing"
        has_rows = FileRow.objects.filter(clinic_id=clinic_id, file_id=run_id, state="to_fix").exists()
    return _view(row, has_rows=has_rows, stays=stays)


def _find(clinic_id: UUID, run_id: UUID) -> ImportRun:
    found = ImportRun.objects.filter(clinic_id=clinic_id, id=run_id).first()
    if found is None:
        raise NoSuchFile(str(run_id))
    return found


def _view(row: ImportRun, *, has_rows: bool = False, stays: str = "") -> ImportView:
    return ImportView(
        id=row.id,
        source=row.source,
        digest=bytes(row.file_digest).hex()[:8],
        started_at=row.started_at,
        finished_at=row.finished_at,
        undoing_at=row.undoing_at,
        undone_at=row.undone_at,
        undo_counts=row.undo_counts,
        undo_problem=row.undo_problem,
        counts=row.counts,
        is_waiting=row.is_waiting,
        actor=Actor(ActorKind(row.actor_kind), row.actor_ref) if row.actor_kind else OPERATOR,
        has_rows=has_rows,
        stays=stays,
    )


def announce(*, clinic_id: UUID, run_id: UUID, announce: Announce, by: Actor) -> Announced:
    """Lets the texts of this source that wait for a word go (ALL), or drops them (NONE)."""
    with clinic_scope(clinic_id):
        row = _find(clinic_id, run_id)
        if row.undoing_at is not None:  # its texts are called off
            return Announced()
        outcome = appointments.settle_announcements(clinic_id=clinic_id, source=row.source, announce=announce, by=by)
        waiting = ImportRun.objects.filter(clinic_id=clinic_id, source=row.source, is_waiting=True)
        waiting.update(is_waiting=False)
        counts = {**row.counts, "waiting": 0, "told": row.counts.get("told", 0) + outcome.told}
        ImportRun.objects.filter(clinic_id=clinic_id, id=run_id).update(counts=counts)
        news.tell(clinic_id, news.Topic.IMPORTS)
    return outcome


def take_back(*, clinic_id: UUID, run_id: UUID, by: Actor) -> None:
    """Has the calendar put as it was before this import, in the worker. Raises `CannotTakeBack`."""
    with clinic_scope(clinic_id):
        _find(clinic_id, run_id)
        undoing.begin(clinic_id, run_id, by)
