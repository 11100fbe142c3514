"""The words of `naming_words`, and the names of days and months as CLDR has them, as tables that texts are compared with. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

from babel import Locale

from recado.foundation.text import COURTESIES, words_of

from .naming_words import BARE, LANGUAGES, SIGNS, Spoken

Words = tuple[str, ...]
_ROLES = ("at", "hour", "option", "the", "half_past", "half_to", "and_half")


@dataclass(frozen=True)
class Tables:
    """One language, as it is compared: phrases and what they say."""

    beside: frozenset[Words]
    days: dict[Words, int]
    months: dict[Words, int]
    ahead: dict[Words, int]
    parts: dict[Words, str]
    ordered: dict[Words, int]
    relative: dict[Words, str]
    hours: dict[Words, int]
    noon: frozenset[Words]
    roles: dict[str, frozenset[Words]]
    longest: int


@lru_cache(maxsize=64)
def phrases_of(line: str) -> frozenset[Words]:
    return frozenset(filter(None, (words_of(phrase) for phrase in line.split(";"))))


def _each(line: str) -> list[frozenset[Words]]:
    """Things in their order, parted by ";", each with its forms, parted by ","."""
    return [phrases_of(one.replace(",", ";")) for one in line.split(";")]


def _numbered(line: str, start: int = 0) -> dict[Words, int]:
    return {phrase: place for place, forms in enumerate(_each(line), start) for phrase in forms}


@lru_cache(maxsize=32)
def tables_of(language: str, *, is_bare: bool = False) -> Tables:
    """`is_bare`: with no word around a time that agrees to come."""
    spoken, locale = LANGUAGES[language], Locale.parse(language)
    roles = {role: phrases_of(getattr(spoken, role)) for role in _ROLES}
    bare = (phrases_of(BARE[language]) | COURTESIES).union(*(roles[role] for role in ("at", "hour", "option", "the")))
    beside = bare | phrases_of(spoken.beside) | phrases_of(SIGNS)
    days = _names(locale.days)
    days = {phrase: day for phrase, day in days.items() if phrase not in beside} | _numbered(spoken.days)
    parts = _by_name(spoken, ("morning", "afternoon", "evening"))
    relative = _by_name(spoken, ("last", "earliest", "latest", "earlier", "later"))
    ahead, ordered = _numbered(spoken.ahead), _numbered(spoken.ordered)
    return Tables(
        bare if is_bare else beside,
        days,
        _names(locale.months),
        ahead,
        parts,
        ordered,
        relative,
        _hours(spoken),
        phrases_of(spoken.noon),
        roles,
        max(map(len, chain(beside, days, ahead, parts, ordered, relative))),
    )


def _by_name(spoken: Spoken, names: Sequence[str]) -> dict[Words, str]:
    return {phrase: name for name in names for phrase in phrases_of(getattr(spoken, name))}


def _hours(spoken: Spoken) -> dict[Words, int]:
    return {
        words_of(form): hour for hour, forms in enumerate(spoken.hours.split(), 1) for form in forms.split(",") if form
    }


def _names(known: Mapping[str, Any]) -> dict[Words, int]:
    """The names of days or months as CLDR has them, in full and short; of "segunda-feira" the first word as well."""
    found: dict[Words, int] = {}
    for form in known.values():
        for width in ("wide", "abbreviated"):
            for number, name in form[width].items():
                phrase = words_of(name)
                found |= {phrase: number, phrase[:1]: number}
    return found
