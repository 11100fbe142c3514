"""A text as the rules see it: words in their normal form, and the notions that the tables of a language find in them. Pure."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from .lexicon import lexicon
from .meanings import LANGUAGES
from .tokens import tokens_of

_LONG_RUN = re.compile(r"([^\W\d])\1{2,}")
_PATIENTS_LANGUAGE = 0.8  # as much as most of a word that only this language has
_QUESTION_MARKS = frozenset("?？؟¿")


@dataclass(frozen=True, slots=True)
class Mark:
    """A notion and the words it stands on."""

    start: int
    end: int
    notion: str


@dataclass(frozen=True)
class Text:
    """A text, read."""

    words: tuple[str, ...]
    marks: tuple[Mark, ...]
    languages: tuple[str, ...]  # likeliest first
    asks: bool  # has a question mark

    @property
    def language(self) -> str:
        return self.languages[0]

    @cached_property
    def notions(self) -> frozenset[str]:
        return frozenset(mark.notion for mark in self.marks)

    def has(self, *notions: str) -> bool:
        """True where one of these stands in the text."""
        return not self.notions.isdisjoint(notions)

    def of(self, *notions: str) -> list[Mark]:
        """The marks of these notions, in order."""
        return [mark for mark in self.marks if mark.notion in notions]

    def near(self, first: str, second: str, within: int = 5) -> bool:
        """True where the two stand at most so many words apart."""
        return any(
            one.start - other.end <= within and other.start - one.end <= within and one != other
            for one in self.of(first)
            for other in self.of(second)
        )

    def is_denied(self, mark: Mark) -> bool:
        """True where a "not" stands close before it, or, in languages that put it there, behind."""
        after = 3 if self.language in ("fr", "nl", "de") else 0
        return any(
            (0 <= mark.start - no.end <= 2 or 0 <= no.start - mark.end < after)
            and not self._parted(min(no.start, mark.start), max(no.start, mark.start))
            for no in self.of("NOT")
            if no.start != mark.start
        )

    def plainly(self, *notions: str) -> bool:
        """True where one of these stands there and is not denied."""
        return any(not self.is_denied(mark) for mark in self.of(*notions))

    def _parted(self, start: int, end: int) -> bool:
        return any(start < mark.start < end for mark in self.of("BUT"))


def read(text: str, patients_language: str | None = None) -> Text:
    """Reads a text with the tables of the languages that its words are most likely of."""
    words = tuple(_LONG_RUN.sub(r"\1\1", word) for word in tokens_of(text))
    ranked = ranked_languages(words, patients_language)
    marks: list[Mark] = []
    at = 0
    while at < len(words):
        size, notions = _match(words, at, ranked)
        marks += [Mark(at, at + size, notion) for notion in notions]
        at += max(size, 1)
    return Text(words, tuple(marks), ranked, not _QUESTION_MARKS.isdisjoint(text))


def ranked_languages(words: tuple[str, ...], patients_language: str | None) -> tuple[str, ...]:
    """The languages that the words may be of, the likeliest first. The person's own counts where the words leave it open."""
    own = (patients_language or "").lower().partition("-")[0]
    score = dict.fromkeys(LANGUAGES, 0.0)
    for word in words:
        for language, weight in _languages_of(word).items():
            score[language] += weight
    if own in score:
        score[own] += _PATIENTS_LANGUAGE
    ordered = sorted(LANGUAGES, key=lambda language: -score[language])
    best = score[ordered[0]]
    kept = [one for one in ordered[:3] if score[one] >= 0.35 * best and score[one] > 0] or ["en"]
    return tuple(
        dict.fromkeys(
            [
                *kept,
                *([own] if own in score else []),
                *(["en"] if len(kept) < 3 else []),
            ]
        )
    )


@lru_cache(maxsize=8192)
def _languages_of(word: str) -> dict[str, float]:
    """How much a word speaks for each language: the fewer have it, the more."""
    holders = [language for language in LANGUAGES if lexicon(language).knows(word)]
    return {language: 1.0 / len(holders) ** 1.5 for language in holders}


def _match(words: tuple[str, ...], at: int, languages: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    """The longest phrase here, in the likeliest language that has one; a misspelt word where none has it as it stands."""
    for language in languages:
        size, notions = lexicon(language).longest(words, at)
        if size:
            return size, notions
    for language in languages[:2]:
        meant = lexicon(language).correct(words[at])
        if meant:
            return lexicon(language).longest((*words[:at], meant, *words[at + 1 :]), at)
    return 0, ()
