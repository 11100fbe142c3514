"""Cuts a text into the pieces of words that the encoder knows: a unigram tokenizer, the likeliest cut of all. Pure."""

import re
import unicodedata
from collections.abc import Sequence

BEGIN, END, UNKNOWN = 0, 2, 3  # the first pieces of the table are marks, not words
_MARKS = 4
_SPACE = "\u2581"  # what stands for a space in the pieces
_LONGEST_TEXT = 400  # letters; what comes later decides nothing
_MOST = 60  # pieces
_DROPPED = re.compile("[\ufe0f\u200b-\u200d\U0001f3fb-\U0001f3ff]")  # joiners, and colours of skin
_QUOTES = str.maketrans("\u2019\u2018\u00b4`", "''''")
_LONG_RUN = re.compile(r"(.)\1{3,}")
_NEVER = -1e30


def cleaned(text: str) -> str:
    """The text in one form: small letters, plain quotes, no long runs of one letter; accents stay."""
    small = _DROPPED.sub("", unicodedata.normalize("NFKC", text).lower()).translate(_QUOTES)
    return " ".join(_LONG_RUN.sub(r"\1\1\1", small[: 2 * _LONGEST_TEXT]).split())


class Cutter:
    """Cuts texts by a table of pieces and how likely each is (the logarithm)."""

    def __init__(self, pieces: Sequence[str], scores: Sequence[float]) -> None:
        self._pieces = {
            piece: (at, score) for at, (piece, score) in enumerate(zip(pieces, scores, strict=True)) if at >= _MARKS
        }
        self._longest = max(map(len, self._pieces))
        self._unknown = min(scores) - 10.0

    def cut(self, text: str) -> list[int]:
        """The numbers of the pieces, in order, between a beginning and an end."""
        raw = f"{_SPACE}{cleaned(text)[:_LONGEST_TEXT].replace(' ', _SPACE)}"
        size = len(raw)
        best, back = [0.0, *[_NEVER] * size], [(0, UNKNOWN)] * (size + 1)
        for start in range(size):
            so_far = best[start]
            for end in range(start + 1, min(size, start + self._longest) + 1):
                known = self._pieces.get(raw[start:end])
                if known is not None and so_far + known[1] > best[end]:
                    best[end], back[end] = so_far + known[1], (start, known[0])
            if so_far + self._unknown > best[start + 1]:
                best[start + 1], back[start + 1] = so_far + self._unknown, (start, UNKNOWN)
        found: list[int] = []
        while size > 0:
            size, piece = back[size]
            found.append(piece)
        return [BEGIN, *found[::-1][:_MOST], END]
