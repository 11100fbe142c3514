"""What survives a restart: one JSON array a line, appended in batches, made compact at each start."""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Row = list[Any]


class Journal:
    """Append-only, readable by its owner alone. `flush` hands all rows to the operating system in one write.

    That is enough for a killed process; a machine that loses power may lose the last rows (no fsync: this is a
    simulator, and its speed is part of what is measured).
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: list[str] = []
        self._file = -1
        self._lock = -1
        self._encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode

    def lock(self) -> None:
        """Held until the process ends, however it ends. Raises `RuntimeError` when another process has it."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = os.open(self._path.with_suffix(".lock"), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            self._lock = -1
            raise RuntimeError("a simulated carrier already runs over this data folder") from None

    def rows(self) -> Iterator[Row]:
        """What an earlier run wrote. A last line cut short by a kill is left out."""
        if not self._path.exists():
            return
        with self._path.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                try:
                    row = json.loads(line)
                except ValueError:
                    continue
                if isinstance(row, list) and row:
                    yield row

    def begin(self, rows: Iterable[Row]) -> None:
        """Starts a fresh file with these rows; the old one stands until the new one is whole."""
        self.flush()
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self._path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        try:
            batch: list[str] = []
            for row in rows:
                batch.append(self._encode(row))
                if len(batch) >= 1_000:
                    _write_all(file, batch)
                    batch = []
            _write_all(file, batch)
            os.fsync(file)
        except BaseException:
            os.close(file)
            raise
        fresh.replace(self._path)
        self._file = file

    def append(self, row: Row) -> None:
        self._rows.append(self._encode(row))

    def flush(self) -> None:
        if self._rows and self._file >= 0:
            rows, self._rows = self._rows, []
            _write_all(self._file, rows)

    def close(self) -> None:
        self.flush()
        if self._file >= 0:
            os.close(self._file)
        if self._lock >= 0:
            os.close(self._lock)
        self._file = self._lock = -1


def _write_all(file: int, rows: list[str]) -> None:
    if not rows:
        return
    octets = memoryview(("\n".join(rows) + "\n").encode("utf-8", "replace"))
    while octets:
        octets = octets[os.write(file, octets) :]
