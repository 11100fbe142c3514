"""How near two questions are by their words. Pure, local, and without a model: what staff write is all that is known.

A word counts for more the fewer articles have it; words that every question has count for little, by language. Words are near
when they share most of their beginnings or of their letters by threes: endings and slips of the thumb cost little.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib import resources

from recado.conversations.understanding.tokens import tokens_of

LITTLE, ASKING, COMMON = 0.08, 0.45, 0.35  # of the weight of a word that says something
NEAR = 0.6  # below this two words have nothing to do with each other
_STEM, _ENDING = 4, 4  # letters that two forms of a word share at least, and may differ in at most

Words = tuple[str, ...]


def words_of(text: str) -> Words:
    """The words of a text in the form in which they are compared, each once, in their order."""
    return tuple(dict.fromkeys(tokens_of(text)))


@lru_cache(maxsize=1)
def _fillers() -> dict[str, dict[str, float]]:
    weights = {"little": LITTLE, "ask": ASKING, "common": COMMON}
    found: dict[str, dict[str, float]] = {}
    language = ""
    for line in resources.files(__package__).joinpath("fillers.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            language = line.strip("[]")
            found[language] = {}
        elif line and not line.startswith("#"):
            kind, _, listed = line.partition(":")
            for word in listed.split():
                found[language].setdefault(word, weights[kind])
    return found


def fillers(language: str) -> Mapping[str, float]:
    """Weights of the words that tell little in this language; English ones where we have no table of it."""
    return _fillers().get(language) or _fillers()["en"]


@lru_cache(maxsize=65_536)
def nearness(one: str, other: str) -> float:
    """0 to 1. Two forms of a word are near, and so are a word and its misspelling.

    >>> nearness("parking", "parking"), nearness("prescription", "prescriptions") > 0.8, nearness("open", "order")
    (1.0, True, 0.0)
    """
    if one == other:
        return 1.0
    if one.isdecimal() or other.isdecimal():
        return 0.0
    shared = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    longer = max(len(one), len(other))
    stem = 0.0
    if shared >= _STEM and longer - shared <= _ENDING:
        stem = 0.5 + 0.5 * shared / longer
    found = max(stem, _overlap(_threes(one), _threes(other)) if min(len(one), len(other)) >= _STEM else 0.0)
    return found if found >= NEAR else 0.0


@lru_cache(maxsize=65_536)
def _threes(word: str) -> frozenset[str]:
    framed = f"^{word}$"
    return frozenset(framed[at : at + 3] for at in range(len(framed) - 2))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))


class Vocabulary:
    """The words of all that is known in one language, found by words that are near."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_three: dict[str, set[str]] = {}
        for word in set(words):
            for three in _threes(word):
                self._by_three.setdefault(three, set()).add(word)

    def near(self, word: str) -> dict[str, float]:
        """Known words near this one, and how near."""
        likely: set[str] = set()
        for three in _threes(word):
            likely |= self._by_three.get(three, set())
        return {one: how for one in likely if (how := nearness(word, one))}


def covered(words: Iterable[str], by: Iterable[str], weights: Mapping[str, float]) -> float:
    """The share of the weight of `words` that stands in `by` too, in some form: 0 to 1."""
    held = tuple(by)
    whole = part = 0.0
    for word in words:
        weight = weights[word]
        whole += weight
        part += weight * max((nearness(word, one) for one in held), default=0.0)
    return part / whole if whole else 0.0


def alike(one: Words, other: Words, language: str) -> float:
    """How much two questions say the same: 0 to 1. For grouping, where nothing is known of how rare a word is."""
    table = fillers(language)
    weights = {word: table.get(word, 1.0) for word in (*one, *other)}
    forth, back = covered(one, other, weights), covered(other, one, weights)
    return 2 * forth * back / (forth + back) if forth + back else 0.0


def told(words: Words, language: str) -> Iterator[str]:
    """Those that say something."""
    table = fillers(language)
    return (word for word in words if table.get(word, 1.0) > COMMON)
