"""What the model sees of a text: pieces of words, words, notions, what rules say, what was asked. Pure.

Each is hashed to one of SIZE places, so that no dictionary of patients' words is kept.
"""

from collections.abc import Iterator
from itertools import pairwise
from math import sqrt
from zlib import crc32

from .meanings import Context, Meaning
from .reading import Text
from .rules import Vote

SIZE = 1 << 16
_PIECES = (2, 3, 4, 5)
_LONGEST = 400  # letters; what comes later decides nothing
_SCORES = frozenset(map(str, range(11)))
_SHORT = 4  # words; so short a text hangs on what was asked


def features(
    text: Text,
    context: Context,
    votes: list[Vote],
    *,
    alarm: bool,
    stop: bool,
    scores: bool,
) -> dict[int, float]:
    """The places and their weights. Each family has the same length however long the text is."""
    found: dict[int, float] = {}
    families = (
        (1.0, list(_pieces(text))),
        (1.0, list(_words(text, context))),
        (1.5, list(_notions(text, context))),
        (1.0, list(_facts(text, context, alarm, stop))),
    )
    for weight, names in families:
        for name in names:
            place = crc32(name.encode()) % SIZE
            found[place] = found.get(place, 0.0) + weight / sqrt(len(names))
    if scores and context is Context.SURVEY:
        starts = bool(text.words) and text.words[0] in _SCORES
        votes = [*votes, (Meaning.SURVEY_SCORE, 1.0 if starts else 0.6, "")]
    for meaning, strength, _ in votes:
        for name in (f"V{meaning}", f"V{meaning}|{context}"):
            place = crc32(name.encode()) % SIZE
            found[place] = found.get(place, 0.0) + strength
    return found


def _pieces(text: Text) -> Iterator[str]:
    joined = f" {' '.join(text.words)} "[:_LONGEST]
    for size in _PIECES:
        for at in range(len(joined) - size + 1):
            yield f"c{joined[at : at + size]}"


def _words(text: Text, context: Context) -> Iterator[str]:
    words = ("<", *text.words, ">")
    for at, word in enumerate(words):
        yield f"w{word}"
        if at:
            yield f"b{words[at - 1]} {word}"
        if at > 1:
            yield f"t{words[at - 2]} {words[at - 1]} {word}"
    if len(text.words) <= _SHORT:
        for word in text.words:
            yield f"x{context}|{word}"


def _notions(text: Text, context: Context) -> Iterator[str]:
    names = [f"{'-' if text.is_denied(mark) else ''}{mark.notion}" for mark in text.marks]
    for name in dict.fromkeys(names):
        yield f"n{name}"
        yield f"n{context}|{name}"
    ordered = [name for name in names if name not in ("GREET", "SORRY")]
    for one, other in pairwise(ordered):
        yield f"p{one}>{other}"
    alone = sorted(set(ordered))[:12]
    for at, one in enumerate(alone):
        for other in alone[at + 1 :]:
            yield f"q{one}&{other}"


def _facts(text: Text, context: Context, alarm: bool, stop: bool) -> Iterator[str]:
    yield "1"
    yield f"f{context}"
    yield f"l{text.language}"
    yield f"s{min(len(text.words), 12)}"
    yield f"s{context}|{min(len(text.words), 6)}"
    if text.asks:
        yield "?"
        yield f"?{context}"
    if any(word.isdecimal() for word in text.words):
        yield f"#{context}"
    if stop:
        yield "stop"
    if alarm:
        yield "!"
    yield f"u{round(sum(1 for mark in text.marks) / (len(text.words) + 1), 1)}"
