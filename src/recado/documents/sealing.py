"""A document in sealed pieces, each under the document's own key (AES-256-GCM, NIST SP 800-38D).

A piece is bound to its document, its number, and whether it is the last: pieces moved, swapped or cut off don't open. The
nonce is the piece's number, which never repeats under a key that seals one document once. Pure.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PIECE = 1 << 18  # plain bytes of every piece but the last
TAG = 16


class Damaged(Exception):
    """A piece does not open: changed, moved, or missing."""


@dataclass(frozen=True, slots=True)
class Seal:
    """Seals and opens the pieces of one document."""

    document_id: UUID
    key: bytes = field(repr=False)

    @classmethod
    def new(cls, document_id: UUID) -> "Seal":
        return cls(document_id, os.urandom(32))

    def close(self, number: int, plain: bytes, *, is_last: bool) -> bytes:
        return AESGCM(self.key).encrypt(_nonce(number), plain, self._place(number, is_last))

    def open(self, number: int, sealed: bytes, *, is_last: bool) -> bytes:
        """Raises Damaged."""
        try:
            return AESGCM(self.key).decrypt(_nonce(number), sealed, self._place(number, is_last))
        except (InvalidTag, ValueError):
            raise Damaged(f"Piece {number} of document {self.document_id} does not open.") from None

    def open_all(self, pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
        """Opens pieces in order. Raises Damaged, also where there are fewer or more bytes than `size`."""
        last = pieces_of(size) - 1
        number = -1
        for number, sealed in enumerate(pieces):
            yield self.open(number, sealed, is_last=number == last)
        if number != last:
            raise Damaged(f"Document {self.document_id} is not whole.")

    def _place(self, number: int, is_last: bool) -> bytes:
        return self.document_id.bytes + number.to_bytes(4, "big") + bytes([is_last])


def pieces_of(size: int) -> int:
    """How many pieces a document of so many bytes has."""
    return max(1, -(-size // PIECE))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")
