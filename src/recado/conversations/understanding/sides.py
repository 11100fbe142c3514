"""Tables whose lines have two sides, "don't; no more > texts; messages": one of the first and one of the second make a sense together. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from .lexicon import lines_of, phrase_of
from .phrases import Phrase, Spotter
from .reading import Text

BETWEEN = 3  # words between the two sides, at most, where a table doesn't say otherwise


@dataclass(frozen=True, slots=True)
class Place:
    """Where a phrase stands: its first word, and the one behind its last."""

    start: int
    end: int


class Sides:
    """One such table of the lexicon."""

    def __init__(self, file: str) -> None:
        lines: tuple[dict[Phrase, set[int]], dict[Phrase, set[int]]] = (
            {},
            {},
        )  # of each side, those that a phrase stands in
        for number, line in enumerate(lines_of(file)):
            for side, phrases in zip(lines, line.split(" > "), strict=True):
                for phrase in filter(None, map(phrase_of, phrases.split(";"))):
                    side.setdefault(phrase, set()).add(number)
        self._sides = [(Spotter(side), side) for side in lines]

    def pairs(self, words: Phrase) -> Iterator[tuple[Place, Place]]:
        """Each of the first side with each of the second of the same line, wherever they stand."""
        first, second = (
            [
                (Place(at, at + len(phrase)), side[phrase])
                for phrase, starts in spotter.places(words).items()
                for at in starts
            ]
            for spotter, side in self._sides
        )
        return ((a, b) for a, of_a in first for b, of_b in second if of_a & of_b)

    def stand_in(self, text: Text, *, between: int = BETWEEN) -> bool:
        """Whether two of them do so, with no "not" before them."""
        denied = {mark.end for mark in text.of("NOT", "NO") if mark.end - mark.start == 1}
        return any(first.start not in denied for first, _ in self.together(text.words, between=between))

    def together(self, words: Phrase, *, between: int = BETWEEN) -> Iterator[tuple[Place, Place]]:
        """Those of them where the second follows the first, so many words between them at most."""
        return ((a, b) for a, b in self.pairs(words) if 0 <= b.start - a.end <= between)
