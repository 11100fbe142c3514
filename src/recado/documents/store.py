"""Taking a document in piece by piece, and giving it out so: memory stays flat, and nothing is ever plain on a disk.

The pieces are rows of the database, not files: a backup of the database is then whole, one clinic's rows stay apart by
row security, a document and its audit line come and go in one transaction, and every web process on any machine can show
it. The price is space in the database, which a limit on size and an end for every document keep small.
"""

import errno
import tempfile
from collections.abc import Iterator
from typing import IO
from uuid import UUID

from django.conf import settings

from recado.foundation.ids import new_id
from recado.foundation.keys import keys_for
from recado.foundation.tenancy import clinic_scope

from .content import Reader
from .models import Document, Piece
from .sealing import PIECE, Seal, pieces_of

KEY = "documents.key"
DISK_FULL = "53100"  # disk_full, PostgreSQL's appendix A
_AT_ONCE = 8  # pieces held in memory while they go to or come from the database


def most() -> int:
    """The largest document, in bytes: RECADO_DOCUMENT_MB."""
    return int(settings.RECADO_DOCUMENT_BYTES)


def is_full(error: Exception) -> bool:
    """Whether there is no room: on our disk, or on the database's."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return getattr(error.__cause__, "sqlstate", "") == DISK_FULL


class Intake:
    """Takes an upload in as it arrives. `write`, `end`, then `keep`; what is on disk meanwhile is sealed."""

    def __init__(self) -> None:
        self.id = new_id()
        self.size = 0
        self.has_room = True
        self._seal = Seal.new(self.id)
        self._reader = Reader()
        self._plain = bytearray()
        self._sealed: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as we do
        self._lengths: list[int] = []

    @property
    def is_too_large(self) -> bool:
        return self.size > most()

    def write(self, block: bytes) -> None:
        """A block that finds no room on the disk is left out, and `has_room` says so: an upload is answered at its end."""
        self.size += len(block)
        if self.is_too_large or not self.has_room:
            return
        self._reader.read(block)
        self._plain += block
        while len(self._plain) > PIECE:  # the last one is known by the end only
            self._put(bytes(self._plain[:PIECE]), is_last=False)
            del self._plain[:PIECE]

    def end(self) -> str:
        """Seals the rest. Returns the media type of what is in it; "" where it is none that is taken."""
        self._put(bytes(self._plain), is_last=True)
        self._plain.clear()
        return self._reader.media_type

    def _put(self, plain: bytes, *, is_last: bool) -> None:
        sealed = self._seal.close(len(self._lengths), plain, is_last=is_last)
        try:
            self._lengths.append(self._sealed.write(sealed))
        except OSError as error:
            if not is_full(error):
                raise
            self.has_room = False

    def key_ct(self, clinic_id: UUID) -> bytes:
        """The document's key, wrapped by the clinic's."""
        return keys_for(clinic_id).seal(KEY, self.id.bytes, self._seal.key)

    def keep(self, clinic_id: UUID) -> None:
        """Puts the pieces into the database. Call it inside `clinic_scope`, once."""
        self._sealed.seek(0)
        batch: list[Piece] = []
        for number, length in enumerate(self._lengths):
            sealed = self._sealed.read(length)
            batch.append(Piece(clinic_id=clinic_id, document_id=self.id, number=number, sealed=sealed))
            if len(batch) == _AT_ONCE:
                Piece.objects.bulk_create(batch)
                batch = []
        Piece.objects.bulk_create(batch)
        self._sealed.close()


def blocks(clinic_id: UUID, document_id: UUID, key_ct: bytes, size: int) -> Iterator[bytes]:
    """The plain document in blocks, read a few pieces at a time with no transaction held between them. Raises Damaged."""
    seal = Seal(document_id, keys_for(clinic_id).open(KEY, document_id.bytes, key_ct))
    return seal.open_all(_pieces(clinic_id, document_id, pieces_of(size)), size)


def _pieces(clinic_id: UUID, document_id: UUID, count: int) -> Iterator[bytes]:
    for start in range(0, count, _AT_ONCE):
        with clinic_scope(clinic_id):
            rows = Piece.objects.filter(
                clinic_id=clinic_id, document_id=document_id, number__gte=start, number__lt=start + _AT_ONCE
            ).order_by("number")
            found = [bytes(sealed) for sealed in rows.values_list("sealed", flat=True)]
        yield from found


def forget(clinic_id: UUID, document_id: UUID) -> None:
    """Deletes what is in a document, and its key: not even a backup of the key file opens it in the rows left behind.
    Call it inside `clinic_scope`."""
    Piece.objects.filter(clinic_id=clinic_id, document_id=document_id).delete()
    Document.objects.filter(clinic_id=clinic_id, id=document_id).update(key_ct=b"")
