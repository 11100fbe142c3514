"""Names, numbers and dates out of a text before it leaves the machine, and back into what returns. Pure.

Each becomes a mark, "[NAME1]", "[NUMBER2]", "[DATE3]"; the same words get the same mark, so that what is written about them can
still be followed. Rather too much than too little: besides the names that are known, a letter amiss or with other letters in
between, any word within a sentence that begins with a capital is taken for a name; words that are spelled out or mix alphabets go;
and every digit goes, wherever it stands, as numbers do that are told in words.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from babel import Locale

from recado.foundation.crypto import plain_letters

LANGUAGES = ("en", "fr", "nl", "pl", "es", "id", "de", "it", "pt")
SHORTEST_WITHIN = 4  # letters of a name that is also looked for inside longer words ("Eleanors", "DrWhitcombe")
MARK = re.compile(r"\[(?:NAME|NUMBER|DATE)\d+\]")
_ADDRESS = r"(?:https?://|www\.)\S+|\S+@\S+"
_NUMBER = r"[+(]*(?:[^\W\d_]*\d[\d\s.,:/()+\-]*\d[^\W\d_]*|[^\W\d_]*\d[^\W\d_]*)"
_UNSEEN = "\u00ad\u200b-\u200f\u2060-\u2064\ufeff"  # letters that nobody sees, and that part a name
_WORD = rf"(?:[^\W\d_][\u0300-\u036f{_UNSEEN}]*)+"
_SPELLED = r"\b[^\W\d_](?:[ .,\-][^\W\d_]){3,}\b"
_LATIN, _ALIKE = re.compile(r"[a-zA-Z]"), re.compile(r"[\u0370-\u03ff\u0400-\u052f]")  # Greek and Cyrillic look like it
SHORTEST_AMISS = 5  # letters of a name that is known though one letter is wrong
DIGITS = """zero oh null nil one two three four five six seven eight nine double triple
zéro un deux trois quatre cinq sept huit neuf nul een één twee drie vier vijf zes zeven acht negen
jeden dwa trzy cztery pięć sześć siedem osiem dziewięć cero uno dos tres cuatro cinco seis siete ocho nueve
nol kosong satu dua tiga empat lima enam tujuh delapan sembilan eins zwei drei fünf sechs sieben neun
due tre quattro cinque sei sette otto nove um dois três quatro sete oito""".split()
_CAPITAL_IS_USUAL = re.compile(r"(?:^|[.!?…:\n\"“„(])\s*$")


@dataclass(frozen=True, slots=True)
class Masked:
    """Texts that may leave, and what their marks stand for."""

    texts: tuple[str, ...]
    held: dict[str, str] = field(repr=False)


def mask(texts: Sequence[str], names: Collection[str]) -> Masked:
    """These texts with marks. `names`: of everybody who is known to be spoken of, whole or in parts."""
    parts = frozenset(
        part for name in names for word in re.findall(_WORD, name) if len(part := plain_letters(word).casefold()) > 1
    )
    marks: dict[tuple[str, str], str] = {}
    counts: dict[str, int] = {}

    def mark(kind: str, said: str) -> str:
        key = kind, said
        if key not in marks:
            counts[kind] = counts.get(kind, 0) + 1
            marks[key] = f"[{kind}{counts[kind]}]"
        return marks[key]

    made = []
    for text in texts:
        pieces, end = [], 0
        for found in _pattern().finditer(text):
            kind = _kind(found, text, parts)
            if kind:
                pieces += [text[end : found.start()], mark(kind, found[0])]
                end = found.end()
        made.append("".join((*pieces, text[end:])))
    return Masked(tuple(made), {name: said for (_, said), name in marks.items()})


def restore(text: str, masked: Masked) -> str:
    """The text with what its marks stand for; a mark that was never given stays as it is. What is put back is not read again."""
    return MARK.sub(lambda found: masked.held.get(found[0], found[0]), text)


def restore_in(text: str, masked: Masked, language: str) -> str:
    """The same, with the days of the week and months of the dates in another language, in which the text is: they left as marks, so
    nobody else could translate them."""

    def said(found: "re.Match[str]") -> str:
        held = masked.held.get(found[0], found[0])
        return _names_in(held, language) if found[0].startswith("[DATE") else held

    return MARK.sub(said, text)


def _names_in(date: str, language: str) -> str:
    wanted = language if language in LANGUAGES else "en"

    def name(found: "re.Match[str]") -> str:
        place = _places().get(found[0].casefold())
        return found[0] if place is None else _wide(wanted, *place)

    return re.sub(_WORD, name, date)


@lru_cache(maxsize=1)
def _places() -> dict[str, tuple[str, int]]:
    """Which day or month each name of our languages is; a name of two is left out."""
    found: dict[str, tuple[str, int]] = {}
    several: set[str] = set()
    for code in LANGUAGES:
        locale = Locale(code)
        for kind, forms in (("days", locale.days), ("months", locale.months)):
            for form in ("format", "stand-alone"):
                for at, said in forms[form]["wide"].items():
                    name = str(said).casefold()
                    if found.setdefault(name, (kind, at)) != (kind, at):
                        several.add(name)
    return {name: place for name, place in found.items() if name not in several}


def _wide(language: str, kind: str, at: int) -> str:
    locale = Locale(language)
    return str((locale.days if kind == "days" else locale.months)["format"]["wide"][at])


def unknown_marks(text: str, masked: Masked) -> list[str]:
    """Marks in an answer that stand for nothing: whoever wrote it has invented them."""
    return [found for found in MARK.findall(text) if found not in masked.held]


def invents(text: str, masked: Masked) -> bool:
    """Whether an answer tells of what stands nowhere in what was asked: a mark that was never given, or, since none left, a
    number or an address of its own."""
    own = MARK.sub(" ", text)
    return bool(unknown_marks(text, masked)) or re.search(rf"\d|{_ADDRESS}", own) is not None


def _kind(found: "re.Match[str]", text: str, names: frozenset[str]) -> str:
    """What a piece is taken for; empty: it may stay."""
    if found.lastgroup in ("date", "day"):
        return "DATE"
    if found.lastgroup in ("address", "number", "told"):
        return "NUMBER"
    if found.lastgroup == "spelled":
        return "NAME"
    plain = plain_letters(re.sub(f"[{_UNSEEN}]", "", found[0])).casefold()
    if plain in names or any(len(name) >= SHORTEST_WITHIN and name in plain for name in names):
        return "NAME"
    if any(len(name) >= SHORTEST_AMISS and _is_amiss(plain, name) for name in names):
        return "NAME"
    if _LATIN.search(found[0]) and _ALIKE.search(found[0]):
        return "NAME"
    is_capital = found[0][0].isupper() and len(found[0]) > 1
    return "NAME" if is_capital and not _CAPITAL_IS_USUAL.search(text[: found.start()]) else ""


def _is_amiss(word: str, name: str) -> bool:
    """Whether one letter was left out, put in, mistaken, or changed places with its neighbour."""
    if abs(len(word) - len(name)) > 1 or word == name:
        return False
    at = next((at for at, (a, b) in enumerate(zip(word, name, strict=False)) if a != b), min(len(word), len(name)))
    if len(word) != len(name):
        longer, shorter = (word, name) if len(word) > len(name) else (name, word)
        return longer[at + 1 :] == shorter[at:]
    is_swapped = word[at : at + 2] == name[at : at + 2][::-1] and word[at + 2 :] == name[at + 2 :]
    return word[at + 1 :] == name[at + 1 :] or is_swapped


@lru_cache(maxsize=1)
def _pattern() -> "re.Pattern[str]":
    """Dates written with a month or a day of the week in any language, addresses, whatever holds a digit, and words."""
    months, days, short = set[str](), set[str](), set[str]()
    for code in LANGUAGES:
        locale = Locale(code)
        for width, kept in (("wide", months), ("abbreviated", short)):
            for form in ("format", "stand-alone"):
                kept |= {str(name).rstrip(".").casefold() for name in locale.months[form][width].values()}
        days |= {
            str(name).casefold() for form in ("format", "stand-alone") for name in locale.days[form]["wide"].values()
        }
    month = _any(months | short)
    date = rf"\d{{1,4}}\S{{0,3}}\s*(?:de\s+|of\s+)?(?:{month})\b\.?(?:\s*,?\s*(?:de\s+)?\d{{2,4}})?|\b(?:{month})\.?\s+\d{{1,4}}\S{{0,2}}"
    day = rf"\b(?:{_any(days | {one for one in months if len(one) > 3})})\b"
    digit = _any(set(DIGITS))
    told = rf"\b(?:{digit})(?:[\s,.\-]+(?:{digit})){{3,}}\b"
    return re.compile(
        rf"(?P<date>{date})|(?P<day>{day})|(?P<address>{_ADDRESS})|(?P<number>{_NUMBER})|(?P<told>{told})|(?P<spelled>{_SPELLED})|(?P<word>{_WORD})",
        re.IGNORECASE,
    )


def _any(words: set[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
