"""What the import pages ask, in one place: wired under IMPORTS, as `appointments.types.ImportDesk` describes it."""

from recado.integrations.csv_files.arriving import (
    back,
    bring_in,
    check,
    discard,
    file,
    files,
    intake,
    look,
    pause,
    read_as,
    receive,
)
from recado.integrations.csv_files.outcomes import announce, run, runs, take_back
from recado.integrations.csv_files.row_by_row import errors, fix_row, leave_out, rows

__all__ = [
    "announce",
    "back",
    "bring_in",
    "check",
    "discard",
    "errors",
    "file",
    "files",
    "fix_row",
    "intake",
    "leave_out",
    "look",
    "pause",
    "read_as",
    "receive",
    "rows",
    "run",
    "runs",
    "take_back",
]
