"""Finding many phrases in a text at once. A phrase's word that ends in * takes any ending. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

Phrase = tuple[str, ...]
_INDEX = 3  # letters by which stems are looked up


class Spotter:
    """Finds where each of its phrases stands."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._starts: dict[str, list[Phrase]] = defaultdict(list)
        self._stems: dict[str, list[Phrase]] = defaultdict(list)
        for phrase in dict.fromkeys(phrases):
            first = phrase[0]
            if first.endswith("*"):
                self._stems[first[:-1][:_INDEX]].append(phrase)
            else:
                self._starts[first].append(phrase)

    def at(self, words: Phrase, place: int) -> Iterator[Phrase]:
        """The phrases that begin here."""
        word = words[place]
        for phrase in self._starts.get(word, ()):
            if _stands(phrase, words, place):
                yield phrase
        for size in range(1, min(_INDEX, len(word)) + 1):
            for phrase in self._stems.get(word[:size], ()):
                if _stands(phrase, words, place):
                    yield phrase

    def places(self, words: Phrase) -> dict[Phrase, list[int]]:
        """Every phrase that stands in the text, and where it begins."""
        found: dict[Phrase, list[int]] = {}
        for place in range(len(words)):
            for phrase in self.at(words, place):
                found.setdefault(phrase, []).append(place)
        return found


def _stands(phrase: Phrase, words: Phrase, place: int) -> bool:
    if place + len(phrase) > len(words):
        return False
    for offset, pattern in enumerate(phrase):
        word = words[place + offset]
        if pattern[-1] == "*":
            if not word.startswith(pattern[:-1]):
                return False
        elif word != pattern:
            return False
    return True
