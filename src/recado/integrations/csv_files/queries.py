"""What is remembered of a clinic's files."""

from datetime import datetime
from uuid import UUID

from recado.foundation.tenancy import clinic_scope
from recado.integrations.csv_files.models import ImportFile, ImportRun, SavedMapping

ENDED_EARLY = "ended_early"  # in a run's counts: its file was discarded before the last row


def saved_mapping(clinic_id: UUID, source: str) -> dict[str, str]:
    """Columns mapped by hand for this source: header without case, accents and spaces -> field; empty = left out."""
    with clinic_scope(clinic_id):
        found = (
            SavedMapping.objects.filter(clinic_id=clinic_id, source=source).values_list("columns", flat=True).first()
        )
    return dict(found or {})


def broke_off(clinic_id: UUID, source: str) -> bool:
    """Whether imports of this source were begun and none ever came to its last row."""
    with clinic_scope(clinic_id):
        runs = ImportRun.objects.filter(clinic_id=clinic_id, source=source)
        ended = runs.filter(finished_at__isnull=False).exclude(counts__has_key=ENDED_EARLY)
        return runs.exists() and not ended.exists()


def brought_in_before(clinic_id: UUID, source: str, digest: bytes) -> datetime | None:
    """When this very file was last brought in to the end, if it was. `digest` is the SHA-256 of the file."""
    with clinic_scope(clinic_id):
        runs = ImportRun.objects.filter(
            clinic_id=clinic_id, source=source, file_digest=digest, finished_at__isnull=False
        )
        runs = runs.exclude(counts__has_key=ENDED_EARLY)
        return runs.order_by("-started_at").values_list("finished_at", flat=True).first()


def is_on_its_way(clinic_id: UUID, source: str) -> bool:
    """Whether a file of this source, brought by page, is going in, paused, or being taken back."""
    with clinic_scope(clinic_id):
        files = ImportFile.objects.filter(clinic_id=clinic_id, source=source, state__in=["running", "paused"])
        return files.exists() or is_being_undone(clinic_id, source)


def is_being_undone(clinic_id: UUID, source: str) -> bool:
    """Whether an import of this source is being taken back. Nothing of it comes in, or is compared, before that is over.
    Call it inside `clinic_scope`."""
    runs = ImportRun.objects.filter(clinic_id=clinic_id, source=source, undoing_at__isnull=False, undone_at=None)
    return runs.exists()


def newest_source(clinic_id: UUID) -> str:
    """The source that a person brought in last; empty: none yet. Call it inside `clinic_scope`."""
    rows = ImportRun.objects.filter(clinic_id=clinic_id).order_by("-id").values_list("source", flat=True)
    return rows.first() or ""
