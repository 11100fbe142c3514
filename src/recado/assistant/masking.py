"""Names, numbers and dates out of a text before it leaves the machine, and back into what returns. Pure.

Each becomes a mark, "[NAME1]", "[NUMBER2]", "[DATE3]"; the same words get the same mark, so that what is written about them can
still be followed. Rather too much than too little: besides the names that are known, any word within a sentence that begins with
a capital is taken for a name, and every digit goes, wherever it stands.
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
_WORD = r"(?:[^\W\d_][\u0300-\u036f]*)+"
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


def unknown_marks(text: str, masked: Masked) -> list[str]:
    """Marks in an answer that stand for nothing: whoever wrote it has invented them."""
    return [found for found in MARK.findall(text) if found not in masked.held]


def _kind(found: "re.Match[str]", text: str, names: frozenset[str]) -> str:
    """What a piece is taken for; empty: it may stay."""
    if found.lastgroup in ("date", "day"):
        return "DATE"
    if found.lastgroup in ("address", "number"):
        return "NUMBER"
    plain = plain_letters(found[0]).casefold()
    if plain in names or any(len(name) >= SHORTEST_WITHIN and name in plain for name in names):
        return "NAME"
    is_capital = found[0][0].isupper() and len(found[0]) > 1
    return "NAME" if is_capital and not _CAPITAL_IS_USUAL.search(text[: found.start()]) else ""


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
    return re.compile(
        rf"(?P<date>{date})|(?P<day>{day})|(?P<address>{_ADDRESS})|(?P<number>{_NUMBER})|(?P<word>{_WORD})",
        re.IGNORECASE,
    )


def _any(words: set[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
