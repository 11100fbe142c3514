"""How a file's way in ends: behind its last row, or before it. Either way it is told what became of the texts."""

from recado.appointments import actions as appointments
from recado.appointments.types import Announce, Announced, FileState
from recado.foundation import audit
from recado.foundation.actors import Actor, ActorKind
from recado.integrations.csv_files import actions, kept
from recado.integrations.csv_files.models import FileRow, ImportFile
from recado.integrations.csv_files.row_by_row import OUTCOMES


def finish(file: ImportFile) -> None:
    """The last row is in: texts go or wait, and the file is deleted. Call it inside `clinic_scope`."""
    by = Actor(ActorKind(file.actor_kind), file.actor_ref)
    settled = appointments.settle_announcements(
        clinic_id=file.clinic_id, source=file.source, announce=Announce(file.announce), by=by
    )
    counts = _counts(file, settled)
    kept.remove_parts(file)
    kept.step(file, FileState.DONE, counts={**file.counts, **counts})
    actions.finish(file.clinic_id, file.id, file.source, counts, by)


def end_early(file: ImportFile, by: Actor) -> None:
    """A paused file will not go on. What is in stays in and can be taken back; nobody is told by itself of half a file: that
    waits for a person's word on the page of the result. Call it inside `clinic_scope`."""
    settled = appointments.settle_announcements(
        clinic_id=file.clinic_id, source=file.source, announce=Announce(file.announce), by=by, is_held=True
    )
    counts = {**_counts(file, settled), actions.ENDED_EARLY: True}
    audit.record(clinic_id=file.clinic_id, by=by, action="csv_files.end_early", subject=f"import:{file.id}")
    actions.finish(file.clinic_id, file.id, file.source, counts, by)


def _counts(file: ImportFile, settled: Announced) -> dict[str, int]:
    stays_out = FileRow.objects.filter(clinic_id=file.clinic_id, file_id=file.id, state="left_out").count()
    counts = {name: file.counts.get(name, 0) for name in (*OUTCOMES, "repeated")}
    return counts | {
        "rows": file.counts.get("read", 0) + stays_out,
        "rows_left_out": file.counts.get("to_fix", 0) + stays_out,
        "error_count": file.counts.get("to_fix", 0),
        "told": settled.told,
        "waiting": settled.waiting,
    }
