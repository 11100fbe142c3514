"""The tables of notions by language, from `lexicon/*.txt`: phrases, stems ("cancel*") and words misspelt by one letter. Pure
once read."""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

from .phrases import Phrase, Spotter
from .tokens import tokens_of

_SHORTEST_TO_MEND = 5  # shorter words are a letter away from too many others


class Lexicon:
    """The phrases of one language and the notions that they name."""

    def __init__(
        self,
        lines: dict[str, list[Phrase]],
        also: frozenset[str] = frozenset(),
        shortest: int = _SHORTEST_TO_MEND,
    ) -> None:
        """`also`: words that only tell the language; `shortest`: letters of a word that may be misspelt."""
        self._shortest = shortest
        self._notions: dict[Phrase, list[str]] = defaultdict(list)
        words: set[str] = set(also)
        stems: set[str] = set()
        for notion, phrases in lines.items():
            for phrase in phrases:
                self._notions[phrase].append(notion)
                words.update(word for word in phrase if not word.endswith("*"))
                stems.update(word[:-1] for word in phrase if word.endswith("*"))
        self._spotter = Spotter(self._notions)
        self._words, self._stems = frozenset(words), frozenset(stems)
        self._mended = _deletions(word for word in words if len(word) >= shortest)
        self._mended_stems = _deletions(stem for stem in stems if len(stem) >= shortest)
        self.knows = lru_cache(maxsize=8192)(self._knows)
        self.correct = lru_cache(maxsize=4096)(self._correct)

    def longest(self, words: Phrase, at: int) -> tuple[int, Phrase]:
        """How many words the longest phrase at this place takes, and all notions that phrases of that length name."""
        found = list(self._spotter.at(words, at))
        best = max(map(len, found), default=0)
        notions = [notion for phrase in found if len(phrase) == best for notion in self._notions[phrase]]
        return best, tuple(dict.fromkeys(notions))

    def _knows(self, word: str) -> bool:
        return word in self._words or any(word[:size] in self._stems for size in range(2, len(word) + 1))

    def _correct(self, word: str) -> str | None:
        """The word that a misspelt one must be: one letter too few, too many, other or swapped. None: no word is so near."""
        if len(word) < self._shortest or not word.isalpha():
            return None
        for near in dict.fromkeys((word, *_without_one(word))):
            for meant in self._mended.get(near, ()):
                if _is_one_off(word, meant):
                    return meant
        for size in range(len(word), self._shortest - 1, -1):
            for near in dict.fromkeys((word[:size], *_without_one(word[:size]))):
                for stem in self._mended_stems.get(near, ()):
                    if word[0] == stem[0] and _is_one_off(word[:size], stem):
                        return stem
        return None


def _without_one(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


def _deletions(words: Iterator[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        for near in dict.fromkeys((word, *_without_one(word))):
            found[near].append(word)
    return dict(found)


def _is_one_off(one: str, other: str) -> bool:
    """True for words that differ by one letter: missing, added, changed, or two neighbours swapped."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return one == other
    start = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    left, right = one[start:], other[start:]
    if len(left) == len(right):
        return left[1:] == right[1:] or (left[1::-1] == right[:2] and left[2:] == right[2:])
    return left[1:] == right or left == right[1:]


@lru_cache(maxsize=16)
def lexicon(language: str) -> Lexicon:
    """The tables of one of our languages."""
    lines: dict[str, list[Phrase]] = defaultdict(list)
    for line in lines_of(f"{language}.txt"):
        notion, _, phrases = line.partition(" ")
        lines[notion] += parsed(phrases)
    return Lexicon(lines, frozenset(_telling()[language]))


@lru_cache(maxsize=1)
def _telling() -> dict[str, list[str]]:
    return {line[:2]: line[3:].split() for line in lines_of("telling.txt")}


def parsed(phrases: str) -> list[Phrase]:
    """The phrases of one line, in the form in which texts are compared with them."""
    return [phrase for phrase in map(phrase_of, phrases.split(";")) if phrase]


def phrase_of(phrase: str) -> Phrase:
    """One phrase in that form; a word's star stays at its end."""
    return tuple(part for word in phrase.split() for part in _starred(word))


def _starred(word: str) -> Phrase:
    found = tokens_of(word.rstrip("*"))
    return (*found[:-1], f"{found[-1]}*") if word.endswith("*") and found else found


def lines_of(name: str) -> list[str]:
    """The lines of a file of tables, without remarks."""
    text = (resources.files(__package__) / "lexicon" / name).read_text("utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
