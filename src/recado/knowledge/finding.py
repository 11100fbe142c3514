"""Which article answers a question, and how sure that is. Pure.

Every article is held against the question by each way to ask it that staff wrote in a language. Two shares are counted: how much
of the question the article's words cover, and how well its best way to ask fits. What covers only a part of the question is an
answer to something else, so it is not sure; nor is what leaves another article as near. docs/reference/answers.md has figures.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log

from .near import LITTLE, Vocabulary, Words, fillers, nearness, words_of
from .types import Article, Candidate

# Fitted by logistic regression on tests/knowledge/dev: `python -m tools.answers`.
WEIGHTS = (-2.67, 3.57, 5.02, 4.91, -3.81)  # of 1, fit, cover, lead, strange
IN_ANSWER = 0.6  # a word that only the answer has counts for so much
TELLS = 0.46  # the weight of a word that tells something is higher
SAME = 0.95  # a question that fits so well is the way to ask, whatever its words
LEAST_FIT = 0.6  # what fits no way to ask better than that shares words and not a question
SURE_WORDS = 0.7  # weight of a question that is more than greetings
MOST_SHOWN = 3
MOST_FITTED = 6  # articles, those that cover most of a question, whose ways to ask are held against it


@dataclass(frozen=True, slots=True)
class Fit:
    """How an article fits a question, 0 to 1 each: what of the question its words cover, how well its best way to ask fits, and
    how much of what the question tells is strange to it. `is_told`: a word that tells something stands in both."""

    key: str
    cover: float
    fit: float
    strange: float
    is_told: bool

    @property
    def score(self) -> float:
        return (self.cover + self.fit) / 2


@dataclass(frozen=True, slots=True)
class _Entry:
    key: str
    ways: tuple[Words, ...]
    asked: frozenset[str]
    answer: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Cover:
    """What of a question's weight an article's words cover, what is strange to it, and whether a telling word is in both."""

    cover: float
    strange: float
    is_told: bool


def _cover(entry: _Entry, near: dict[str, dict[str, float]], weights: dict[str, float]) -> _Cover:
    cover = strange = 0.0
    is_told = False
    for word, weight in weights.items():
        asked = max((how for one, how in near[word].items() if one in entry.asked), default=0.0)
        answer = max((how for one, how in near[word].items() if one in entry.answer), default=0.0)
        known = max(asked, IN_ANSWER * answer)
        cover += weight * known
        if weight > TELLS:
            strange += weight * (1 - known)
            is_told = is_told or asked > 0
    return _Cover(cover, strange, is_told)


class Index:
    """The articles of a clinic, ready to be asked."""

    def __init__(self, articles: Iterable[Article]) -> None:
        entries: dict[str, list[_Entry]] = {}
        for article in articles:
            for language, said in article.says.items():
                ways = tuple(filter(None, map(words_of, (said.question, *said.others))))
                asked = frozenset(word for way in ways for word in way)
                entries.setdefault(language, []).append(
                    _Entry(article.key, ways, asked, frozenset(words_of(said.short)) - asked)
                )
        self._entries = entries
        self._known = {
            language: Vocabulary(word for one in held for word in (one.asked | one.answer))
            for language, held in entries.items()
        }

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self._entries)

    def fits(self, question: str, language: str) -> list[Fit]:
        """Every article of this language, the best first."""
        held = self._entries.get(language, [])
        words = words_of(question)
        if not held or not words:
            return []
        near = {word: self._known[language].near(word) for word in words}
        weights = {word: self._weight(word, near[word], language) for word in words}
        covers = sorted(((_cover(one, near, weights), one) for one in held), key=lambda pair: -pair[0].cover)
        found = [self._fit(cover, one, words, weights, language) for cover, one in covers[:MOST_FITTED]]
        return sorted(found, key=lambda one: -one.score)

    def _weight(self, word: str, near: dict[str, float], language: str) -> float:
        """A word's own weight is the less the more articles ask with it, in some form."""
        filler = fillers(language).get(word)
        if filler is not None:
            return filler
        held = self._entries[language]
        having = sum(1 for one in held if not one.asked.isdisjoint(near))
        return 0.4 + 0.6 * log(1 + len(held) / max(having, 1)) / log(1 + len(held))

    def _fit(self, cover: "_Cover", entry: _Entry, words: Words, weights: dict[str, float], language: str) -> Fit:
        whole = sum(weights.values())
        best = max((self._way(way, words, weights, language) for way in entry.ways), default=0.0)
        share = cover.cover / max(whole, SURE_WORDS)
        return Fit(entry.key, share, best * min(1.0, whole / SURE_WORDS), min(1.0, cover.strange), cover.is_told)

    def _way(self, way: Words, words: Words, weights: dict[str, float], language: str) -> float:
        table = fillers(language)
        forth = back = whole = 0.0
        for word, weight in weights.items():
            forth += weight * max(nearness(word, one) for one in way)
        for one in way:
            weight = table.get(one, 1.0)
            whole += weight
            back += weight * max(nearness(one, word) for word in words)
        of_question, of_way = forth / (sum(weights.values()) or LITTLE), back / (whole or LITTLE)
        return 2 * of_question * of_way / (of_question + of_way) if of_question + of_way else 0.0

    def candidates(self, question: str, language: str) -> list[Candidate]:
        """The articles that come nearest in this language, the surest first."""
        return judged(self.fits(question, language), language)


def judged(fits: Sequence[Fit], language: str) -> list[Candidate]:
    """How sure each is: by itself, and by how far it leads the best of the others."""
    found = []
    for at, one in enumerate(fits[:MOST_SHOWN]):
        rival = (fits[1] if at == 0 else fits[0]) if len(fits) > 1 else None
        found.append(Candidate(one.key, language, confidence(one, one.score - rival.score if rival else one.score)))
    return found


def confidence(fit: Fit, lead: float) -> float:
    """0 to 1. A question that shares only words which every question has, or a part of every way to ask, is as good as unknown."""
    if not is_comparable(fit):
        return min(0.3, fit.score)
    return 1 / (1 + exp(-sum(weight * value for weight, value in zip(WEIGHTS, measured(fit, lead), strict=True))))


def is_comparable(fit: Fit) -> bool:
    """Whether there is anything to be sure of."""
    return fit.fit >= (LEAST_FIT if fit.is_told else SAME)


def measured(fit: Fit, lead: float) -> tuple[float, ...]:
    """What the weights are for, in their order."""
    return 1.0, fit.fit, fit.cover, max(min(lead, 0.5), -0.5), fit.strange
