"""The words of `naming_words`, and the names of days and months as CLDR has them, as tables that texts are compared with: of one language,
or of all at once. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar

from babel import Locale

from recado.foundation.text import COURTESIES, words_of

from .naming_words import BARE, LANGUAGES, SIGNS, Spoken

Words = tuple[str, ...]
Value = TypeVar("Value")
_WIDTHS = ("wide", "abbreviated")
_OTHER_WORDS = frozenset({("mon",), ("sun",), ("mar",), ("minggu",)})  # "my" in French, the sea in Spanish, a week
_EARLY = ("fruh",)  # also "too early"
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
        _names(locale.months) | _numbered(spoken.months, 1),
        ahead,
        parts,
        ordered,
        relative,
        _hours(spoken),
        phrases_of(spoken.noon),
        roles,
        max(map(len, chain(beside, days, ahead, parts, ordered, relative))),
    )


@dataclass(frozen=True)
class Calendar:
    """Days, months and hours in all our languages at once, for texts whose language is not certain: names in full, their other forms,
    and English ones in short. What is another word somewhere is left out, and of phrases only those of `ahead` are there."""

    days: dict[str, int]
    months: dict[str, int]
    ahead: dict[Words, int]
    parts: dict[str, str]
    hours: dict[str, int]


@lru_cache(maxsize=1)
def calendar() -> Calendar:
    days: dict[Words, int] = {}
    months: dict[Words, int] = {}
    ahead: dict[Words, int] = {}
    parts: dict[Words, str] = {}
    hours: dict[Words, int] = {}
    for language, spoken in LANGUAGES.items():
        locale, widths = Locale.parse(language), _WIDTHS if language == "en" else _WIDTHS[:1]
        days |= _names(locale.days, widths) | _numbered(spoken.days)
        months |= _names(locale.months, widths) | _numbered(spoken.months, 1)
        ahead |= _numbered(spoken.ahead)
        parts |= _by_name(spoken, ("morning", "afternoon", "evening"))
        hours |= _hours(spoken) | dict.fromkeys(phrases_of(spoken.noon), 12)
    parts = {phrase: part for phrase, part in parts.items() if phrase not in ahead and phrase != _EARLY}
    return Calendar(_single(days), _single(months), ahead, _single(parts), _single(hours))


def _single(found: Mapping[Words, Value]) -> dict[str, Value]:
    return {phrase[0]: value for phrase, value in found.items() if len(phrase) == 1 and phrase not in _OTHER_WORDS}


def _by_name(spoken: Spoken, names: Sequence[str]) -> dict[Words, str]:
    return {phrase: name for name in names for phrase in phrases_of(getattr(spoken, name))}


def _hours(spoken: Spoken) -> dict[Words, int]:
    return {
        words_of(form): hour for hour, forms in enumerate(spoken.hours.split(), 1) for form in forms.split(",") if form
    }


def _names(known: Mapping[str, Any], widths: Sequence[str] = _WIDTHS) -> dict[Words, int]:
    """The names of days or months as CLDR has them, in full and short; of "segunda-feira" the first word as well."""
    found: dict[Words, int] = {}
    for form in known.values():
        for width in widths:
            for number, name in form[width].items():
                phrase = words_of(name)
                found |= {phrase: number, phrase[:1]: number}
    return found
