"""The list of rows that stay out, or come in without a cell: some kept for the result, all counted, all in a file."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from recado.integrations.csv_files.types import ERRORS_KEPT, RowError, Unreadable

_HEADER = ("row", "column", "code", "reason", "fix", "outcome")


class ErrorList:
    """Takes errors and warnings as they come. Holds `ERRORS_KEPT` of each, however long the file."""

    def __init__(self, out: TextIO | None) -> None:
        self.errors: list[RowError] = []
        self.error_count = 0
        self.warnings: list[RowError] = []
        self.warning_count = 0
        self._writer = csv.writer(out) if out else None
        if self._writer:
            self._writer.writerow(_HEADER)

    @classmethod
    @contextmanager
    def opened(cls, to: Path | None, *, beside: Path) -> Iterator["ErrorList"]:
        """A list that is also written to a CSV file. `beside` is the file being read, which it may not overwrite."""
        if to is None:
            yield cls(None)
            return
        if to.exists() and to.samefile(beside):
            raise Unreadable("errors_file", "--errors names the file that is being brought in. Choose another name.")
        try:
            out = to.open("w", encoding="utf-8-sig", newline="")  # the mark makes spreadsheets read the letters right
        except OSError as problem:
            raise Unreadable("errors_file", f"{to.name} can't be written: {problem.strerror}.") from None
        with out:
            yield cls(out)

    def leave_out(self, errors: Iterable[RowError]) -> None:
        """What kept a row out."""
        for error in errors:
            self.error_count += 1
            if self.error_count <= ERRORS_KEPT:
                self.errors.append(error)
            self._write(error, "left out")

    def warn(self, warnings: Iterable[RowError]) -> None:
        """What a row came in without."""
        for warning in warnings:
            self.warning_count += 1
            if self.warning_count <= ERRORS_KEPT:
                self.warnings.append(warning)
            self._write(warning, "came in without it")

    def _write(self, error: RowError, outcome: str) -> None:
        if self._writer:
            # A header that begins like a formula must not become one in the spreadsheet that opens this list.
            column = f"'{error.column}" if error.column[:1] in ("=", "+", "-", "@") else error.column
            self._writer.writerow((error.row, column, error.code, error.reason, error.fix, outcome))
