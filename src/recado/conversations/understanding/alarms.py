"""Signs that somebody may be in danger, in any text, whatever else it says. Pure.

Tuned to miss nobody: a false alarm costs a colleague a look, a missed one may cost a life. What takes it back is narrow: a
"no" right before ("no chest pain"), or a phrase that is no alarm as a whole ("dying to see you", "blood test").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from .calm import is_over_or_fun, without_things
from .lexicon import Lexicon, lexicon, lines_of, phrase_of
from .meanings import LANGUAGES
from .phrases import Phrase, Spotter
from .reading import Text, read

_SHORTEST = 7  # letters; shorter words are a letter away from too many that alarm
_NEAR = 8  # words between the parts of a sign, at most
# "My daughter's visit at 15:40" is no fever of 40. A dot parts hours from minutes only beside a word for it: 22.10 may be a blood pressure.
_CLOCK = re.compile(
    r"(?<![\d.,])(?:[01]?\d|2[0-3])[:h][0-5]\d(?![\d.,]*\d)"
    r"|\b(?:senin|selasa|rabu|kamis|jumat|jum'at|sabtu|minggu|besok|lusa|tanggal \d+(?: \w+)?|tgl \d+(?: \w+)?),? pukul (?:[01]?\d|2[0-3])\.[0-5]\d\b"
    r"|\b(?:jam|pkl|um|om|o|godz|ore) (?:[01]?\d|2[0-3])\.[0-5]\d\b|\b(?:[01]?\d|2[0-3])\.[0-5]\d (?:uur|uhr)\b",
    re.I,
)
_HAVE = frozenset(
    "have has any more had feeling de d du des la le el hay tengo tiene ningun ningun ho ha alcun tenho tem mam ma mamy habe hab hat "
    "heb hebben heeft ada ngalamin un une il feel longer really wirklich ya ai a avoir".split()
)  # may stand between "no" and what is denied
_NONE = frozenset("no sans geen bez sin tanpa senza sem ohne kein keine".split())


@dataclass(frozen=True, slots=True)
class Sign:
    """Parts that must all stand near each other; each part is one of several phrases."""

    parts: tuple[tuple[Phrase, ...], ...]


@dataclass(frozen=True, slots=True)
class Alarms:
    """The signs of one language, and what is none."""

    by_first: dict[Phrase, list[Sign]]
    phrases: Spotter
    calm: Spotter
    words: Lexicon  # of the signs, to mend misspelt ones


def alarm_in(raw: str, language: str | None, text: Text | None = None) -> str | None:
    """The words that make what somebody wrote an alarm, or None. `text`: the same, where it is read already."""
    left = _CLOCK.sub(" ", raw)
    return alarm_of(text if text is not None and left == raw else read(left, language))


def alarm_of(text: Text) -> str | None:
    """The words that make a text an alarm, or None."""
    left = without_things(text.words)
    languages = _languages(text)
    for language in languages:
        left = _without(
            left, alarms(language).calm
        )  # "overdose de" is none in French, whatever the English table says of it
    for language in languages:
        table = alarms(language)
        for found in _signs_in(text, table, _without(_mended(left, table, language), table.calm)):
            if not is_over_or_fun(text, found):
                return found
    return None


def _languages(text: Text) -> tuple[str, ...]:
    """Those that the text is likely of; all, where none knows a word of it: "starke Brustschmerzen" from somebody who reads Dutch."""
    tables = [lexicon(language) for language in text.languages]
    if any(table.knows(word) for word in text.words for table in tables):
        return text.languages
    return tuple(dict.fromkeys((*text.languages, *LANGUAGES)))


def is_calm(text: Text) -> bool:
    """True where all of a text is a phrase that is no alarm: "blood test"."""
    return any(set(_without(text.words, alarms(language).calm)) == {"."} for language in text.languages)


def _signs_in(text: Text, table: Alarms, words: Phrase) -> Iterator[str]:
    places = table.phrases.places(words)
    for phrase, starts in places.items():
        for sign in table.by_first.get(phrase, ()):
            for at in starts:
                rest = _rest(sign, places, at, len(phrase))
                if rest is not None and not _is_denied(text, words, at) and not _is_without(words, rest):
                    yield " ".join(text.words[place] for place in sorted({*range(at, at + len(phrase)), *rest}))


def _rest(sign: Sign, places: dict[Phrase, list[int]], first: int, size: int) -> list[int] | None:
    """Where the other parts of a sign stand near its first; None where one is missing."""
    found: list[int] = []
    for part in sign.parts[1:]:
        near = [
            at
            for phrase in part
            for at in places.get(phrase, ())
            if not first <= at < first + size and abs(at - first) <= _NEAR
        ]
        if not near:
            return None
        found.append(min(near, key=lambda at: abs(at - first)))
    return found


def _is_denied(text: Text, words: Phrase, at: int) -> bool:
    denials = {mark.start for mark in text.of("NOT", "NO") if mark.end - mark.start == 1}
    before = at - 1
    while before >= 0 and before > at - 4 and words[before] in _HAVE:
        before -= 1
    return before in denials and before != at


def _is_without(words: Phrase, rest: list[int]) -> bool:
    """True for "the baby has no fever": a later part is named as missing."""
    return any(at and words[at - 1] in _NONE and at - 1 not in rest for at in rest)


def _without(words: Phrase, calm: Spotter) -> Phrase:
    """The words with those blanked out that belong to a phrase which is no alarm."""
    left = list(words)
    for phrase, starts in calm.places(words).items():
        for at in starts:
            left[at : at + len(phrase)] = ["."] * len(phrase)
    return tuple(left)


def _mended(words: Phrase, table: Alarms, language: str) -> Phrase:
    known = lexicon(language)
    return tuple(
        word if table.words.knows(word) or known.knows(word) else (table.words.correct(word) or word) for word in words
    )


@lru_cache(maxsize=16)
def alarms(language: str) -> Alarms:
    """The signs of one of our languages."""
    signs, calm, section = [], [], ""
    for line in lines_of("alarms.txt"):
        if line.startswith("["):
            section = line.strip("[]")
        elif section == language and line.startswith("CALM "):
            calm += [phrase_of(phrase) for phrase in line[5:].split(";")]
        elif section == language:
            signs += [sign for sign in map(_sign, line.split(";")) if sign.parts]
    phrases = [phrase for sign in signs for part in sign.parts for phrase in part]
    by_first: dict[Phrase, list[Sign]] = {}
    for sign in signs:
        for phrase in sign.parts[0]:
            by_first.setdefault(phrase, []).append(sign)
    return Alarms(
        by_first,
        Spotter(phrases),
        Spotter(filter(None, calm)),
        Lexicon({"": phrases}, shortest=_SHORTEST),
    )


def _sign(pattern: str) -> Sign:
    parts = [tuple(filter(None, map(phrase_of, part.split("/")))) for part in pattern.split(" + ")]
    return Sign(tuple(part for part in parts if part))
