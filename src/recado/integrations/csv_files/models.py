"""How a clinic's files are read, which were, and those on their way in, sealed."""

from django.db import models

from recado.foundation.ids import new_id
from recado.foundation.tenancy import TenantModel


class SavedMapping(TenantModel):
    """Columns that a person mapped by hand, remembered for the next file of the same source."""

    pk = models.CompositePrimaryKey("clinic_id", "source")
    source = models.CharField(max_length=64)
    columns = models.JSONField(help_text="Header without case, accents and spaces -> field; empty leaves it out")
    updated_at = models.DateTimeField()

    grants = {"app": "SELECT, INSERT, UPDATE (columns, updated_at), DELETE"}


ABOUT_VISITS, ABOUT_EVENTS = "visits", "events"


class ImportRun(TenantModel):
    """One file brought in. An import that broke off has no `finished_at`; bringing the file in again is safe."""

    id = models.UUIDField(primary_key=True, default=new_id)
    source = models.CharField(max_length=64)
    file_digest = models.BinaryField(max_length=32, help_text="SHA-256 of the file as it was")
    announce = models.CharField(max_length=8)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict, help_text="new, moved, cancelled, ... as the result has them")
    is_waiting = models.BooleanField(default=False, help_text="Texts wait for a person's word")
    actor_kind = models.CharField(max_length=16, default="")
    actor_ref = models.CharField(max_length=64, default="")
    undoing_at = models.DateTimeField(null=True, help_text="Since when it is being taken back, by the worker")
    undo_after = models.UUIDField(null=True, help_text="The last visit that is done")
    undo_counts = models.JSONField(default=dict, help_text="visits, todo, done, removed, put_back, stayed, people")
    undo_problem = models.CharField(max_length=40, default="")
    undo_actor_kind = models.CharField(max_length=16, default="")
    undo_actor_ref = models.CharField(max_length=64, default="")
    undone_at = models.DateTimeField(null=True)

    grants = {
        "app": "SELECT, INSERT, UPDATE (finished_at, counts, is_waiting, undoing_at, undo_after, undo_counts, undo_problem,"
        " undo_actor_kind, undo_actor_ref, undone_at)",
        "maintenance": "SELECT",
    }

    class Meta:
        indexes = (
            models.Index(fields=["clinic_id", "source", "started_at"], name="csv_files_run_of_source"),
            models.Index(
                fields=["undoing_at"],
                condition=models.Q(undoing_at__isnull=False, undone_at__isnull=True),
                name="csv_files_to_undo",
            ),
        )


class ImportFile(TenantModel):
    """A file that somebody brings in by page, from its upload to its result. Its id becomes the run's.

    `name_ct` and `setup_ct` (how it is read) are sealed: people name files after patients, and a file without a header
    has a patient's row in its place. `rows_done` is the last row that is in: the worker goes on behind it, and a chunk
    that doesn't find it where it left it is not written.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    about = models.CharField(max_length=8, default="visits", db_default="visits")  # or ABOUT_EVENTS
    state = models.CharField(max_length=12)
    name_ct = models.BinaryField()
    setup_ct = models.BinaryField()
    size = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    source = models.CharField(max_length=64)
    announce = models.CharField(max_length=8)
    actor_kind = models.CharField(max_length=16)
    actor_ref = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(help_text="Real time")
    touched_at = models.DateTimeField(help_text="Real time of the last step: it goes 24 hours later")
    rows = models.IntegerField(default=0)
    rows_done = models.IntegerField(default=0)
    counts = models.JSONField(default=dict)
    problem = models.CharField(max_length=40, default="")

    grants = {"app": "SELECT, INSERT, UPDATE, DELETE", "maintenance": "SELECT, DELETE"}

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=["file", "checking", "checked", "running", "paused", "done"]),
                name="csv_files_state",
            ),
        )
        indexes = (
            models.Index(
                fields=["touched_at"],
                condition=models.Q(state__in=["checking", "running"]),
                name="csv_files_to_do",
            ),
        )


class FilePart(TenantModel):
    """A piece of a file, sealed under the clinic's key. It goes when the file is in, discarded, or a day old."""

    pk = models.CompositePrimaryKey("clinic_id", "file_id", "number")
    file_id = models.UUIDField()
    number = models.IntegerField()
    sealed = models.BinaryField()

    grants = {"app": "SELECT, INSERT, DELETE", "maintenance": "SELECT, DELETE"}


class FileRow(TenantModel):
    """A row that somebody should look at, with the cells they put right, sealed."""

    pk = models.CompositePrimaryKey("clinic_id", "file_id", "row")
    file_id = models.UUIDField()
    row = models.IntegerField()
    state = models.CharField(max_length=12, help_text="to_fix, warned, fixed, left_out")
    cells_ct = models.BinaryField()

    grants = {"app": "SELECT, INSERT, UPDATE (state, cells_ct), DELETE", "maintenance": "SELECT, DELETE"}
