"""A file between its upload and its end: sealed in pieces under the clinic's key, never plain on a disk.

A piece is sealed as it arrives, and opened as it is read, one at a time: memory stays flat. In between the pieces are
rows of the database, so that any web process and any worker, on any machine, can go on.
"""

import hashlib
import io
import json
import tempfile
from collections.abc import Iterator
from typing import IO, Any, BinaryIO
from uuid import UUID

from recado.foundation.ids import new_id
from recado.foundation.keys import keys_for
from recado.foundation.tenancy import clinic_scope
from recado.integrations.csv_files.models import FilePart

PART = 1 << 18  # plain bytes of every piece but the last
MOST = 64 << 20  # bytes of a file; a year of a large hospital's diary has 40 million
_AT_ONCE = 16  # pieces held in memory while they go to or come from the database
_COLUMN = "csv_file.part"


def _place(file_id: UUID, number: int) -> bytes:
    return file_id.bytes + number.to_bytes(4, "big")


class Intake:
    """Takes an upload in as it arrives. `write`, then `end`; what is on disk meanwhile is sealed."""

    def __init__(self, clinic_id: UUID) -> None:
        self.id = new_id()
        self.size = 0
        self._clinic_id = clinic_id
        self._keys = keys_for(clinic_id)
        self._digest = hashlib.sha256()
        self._plain = bytearray()
        self._sealed: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as we do
        self._lengths: list[int] = []

    @property
    def is_too_large(self) -> bool:
        return self.size > MOST

    def write(self, block: bytes) -> None:
        self.size += len(block)
        if self.is_too_large:
            return
        self._digest.update(block)
        self._plain += block
        while len(self._plain) >= PART:
            self._seal(bytes(self._plain[:PART]))
            del self._plain[:PART]

    def end(self) -> bytes:
        """Seals the rest. Returns the SHA-256 of the whole."""
        if self._plain:
            self._seal(bytes(self._plain))
            self._plain.clear()
        return self._digest.digest()

    def _seal(self, piece: bytes) -> None:
        place = _place(self.id, len(self._lengths))
        self._lengths.append(self._sealed.write(self._keys.seal(_COLUMN, place, piece)))

    def keep(self) -> None:
        """Puts the pieces into the database. Call it inside `clinic_scope`, once."""
        self._sealed.seek(0)
        batch: list[FilePart] = []
        for number, length in enumerate(self._lengths):
            sealed = self._sealed.read(length)
            batch.append(FilePart(clinic_id=self._clinic_id, file_id=self.id, number=number, sealed=sealed))
            if len(batch) == _AT_ONCE:
                FilePart.objects.bulk_create(batch)
                batch = []
        FilePart.objects.bulk_create(batch)
        self._sealed.close()


class _Sealed(io.RawIOBase):
    """A file that is opened piece by piece. The sealed pieces are fetched once, so that reading needs no database and
    may be done in a thread."""

    def __init__(self, clinic_id: UUID, file_id: UUID) -> None:
        self._keys = keys_for(clinic_id)
        self._file_id = file_id
        self._copy: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as we do
        self._places: list[tuple[int, int]] = []  # start and length in the copy
        self._at = 0
        self._open: tuple[int, bytes] = (-1, b"")
        for sealed in _pieces(clinic_id, file_id):
            self._places.append((self._copy.tell(), self._copy.write(sealed)))
        last = len(self._places) - 1
        self._size = last * PART + len(self._piece(last)) if self._places else 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        number, within = divmod(self._at, PART)
        if number >= len(self._places):
            return 0
        found = self._piece(number)[within : within + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

    def _piece(self, number: int) -> bytes:
        if self._open[0] != number:
            start, length = self._places[number]
            self._copy.seek(start)
            place = _place(self._file_id, number)
            self._open = (number, self._keys.open(_COLUMN, place, self._copy.read(length)))
        return self._open[1]

    def close(self) -> None:
        if not self.closed:
            self._copy.close()
        super().close()


def _pieces(clinic_id: UUID, file_id: UUID) -> Iterator[bytes]:
    start = 0
    while True:
        with clinic_scope(clinic_id):
            rows = FilePart.objects.filter(clinic_id=clinic_id, file_id=file_id, number__gte=start).order_by("number")
            found = [bytes(sealed) for sealed in rows.values_list("sealed", flat=True)[:_AT_ONCE]]
        yield from found
        start += len(found)
        if len(found) < _AT_ONCE:
            return


def opened(clinic_id: UUID, file_id: UUID) -> BinaryIO:
    """The file as if it lay on a disk."""
    return io.BufferedReader(_Sealed(clinic_id, file_id), PART)


def seal_json(clinic_id: UUID, column: str, row: bytes, value: object) -> bytes:
    return keys_for(clinic_id).seal(column, row, json.dumps(value, ensure_ascii=False).encode())


def open_json(clinic_id: UUID, column: str, row: bytes, sealed: bytes | memoryview) -> Any:
    return json.loads(keys_for(clinic_id).open(column, row, bytes(sealed)))
