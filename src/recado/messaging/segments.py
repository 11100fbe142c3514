"""How many SMS parts a text takes, and which letters make it dearer. Pure.

Sources: 3GPP TS 23.038 (GSM 7-bit default alphabet and its extension table; letters from `gsmcodecs`), TS 23.040
9.2.3.24.1 (a 6-octet header with an 8-bit reference in each part of a long text): 160 septets alone or 153 a part, 70
UTF-16 units alone or 67 a part. An escape pair (€) and a surrogate pair (most emoji) are never cut in two. Parts are
filled greedily, as `foundation.protocols.smpp` splits them. National shift tables are not used but by `measure_in`.

One implementation for the editor, the estimate, the gate, the bill and the API.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from gsmcodecs.charmaps import GSMCHARMAPS

from recado.foundation.protocols.smpp.splitting import USUAL, Form, cut

ESCAPE = "\x1b"
_BASIC = "".join(map(chr, GSMCHARMAPS[0]["locking"]["encode"]))
# The table has an entry for a space behind an escape; as a letter to encode it is a basic one.
_EXTENDED = "".join(letter for letter in map(chr, GSMCHARMAPS[0]["singleShift"]["encode"]) if letter not in _BASIC)
GSM7 = frozenset(_BASIC + _EXTENDED)

# Plain texts, nearly all of them, are settled by one C loop over the letters: 0.6 us for 142 of them, whole call.
_PLAIN = re.compile(r"[ -Z_a-z\n\r]*")  # what ASCII and the basic table share
_NOT_GSM7 = re.compile(f"[^{re.escape(_BASIC + _EXTENDED)}]")
_DOUBLE = re.compile(f"[{re.escape(_EXTENDED)}]")
_ESCAPED = {ord(letter): ESCAPE + letter for letter in _EXTENDED}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Encoding(StrEnum):
    GSM7 = "gsm7"  # units are septets
    UCS2 = "ucs2"  # units are 16 bits (UTF-16, as every phone reads it)


class UnsendableText(ValueError):
    """No phone could show this text."""


class EmptyText(UnsendableText):
    """There is nothing in the text."""

    def __init__(self) -> None:
        super().__init__("the text is empty")


class BrokenText(UnsendableText):
    """Half of a surrogate pair stands alone."""

    def __init__(self) -> None:
        super().__init__("the text holds half of a character (a lone surrogate)")


@dataclass(frozen=True, slots=True)
class Measure:
    encoding: Encoding
    units: int
    segments: int


_SINGLE = tuple(Measure(Encoding.GSM7, units, 1) for units in range(161))


def measure(text: str) -> Measure:
    """Encoding, units and parts of `text` as it stands (CRLF counts two). Raises EmptyText, BrokenText."""
    if _PLAIN.fullmatch(text):
        units = len(text)
        if units <= 160:
            if not units:
                raise EmptyText
            return _SINGLE[units]
        return Measure(Encoding.GSM7, units, -(-units // 153))
    if _NOT_GSM7.search(text) is None:
        return _measure_septets(text)
    if _LONE_SURROGATE.search(text) is not None:
        raise BrokenText
    return _measure_utf16(text.encode("utf-16-be"))


def measure_in(text: str, form: Form) -> Measure:
    """The same for a carrier that takes another form (Latin-1, references of 16 bits, national letters): what `measure`
    says is right for nearly all. Counted by the code that cuts. Raises EmptyText, BrokenText."""
    if form is USUAL or not text:
        return measure(text)
    try:
        made = cut(text, form)
    except UnicodeEncodeError:
        raise BrokenText from None
    return Measure(Encoding.GSM7 if made.is_gsm7 else Encoding.UCS2, made.units, len(made.parts))


def _measure_septets(text: str) -> Measure:
    units = len(text) + sum(map(text.count, _EXTENDED))
    if units <= 160:
        return _SINGLE[units]
    septets = text.translate(_ESCAPED)
    pairs = {position for position, septet in enumerate(septets) if septet == ESCAPE}
    return Measure(Encoding.GSM7, units, _count_parts(units, 153, pairs))


def _measure_utf16(octets: bytes) -> Measure:
    units = len(octets) // 2
    if units <= 70:
        return Measure(Encoding.UCS2, units, 1)
    pairs = {position for position, octet in enumerate(octets[::2]) if 0xD8 <= octet <= 0xDB}
    return Measure(Encoding.UCS2, units, _count_parts(units, 67, pairs))


def _count_parts(units: int, size: int, pairs: set[int]) -> int:
    """`pairs`: positions of the first half of each pair that must stay together."""
    position = parts = 0
    while position < units:
        position += size
        if position < units and position - 1 in pairs:
            position -= 1
        parts += 1
    return parts


class Cost(StrEnum):
    WHOLE_TEXT = "whole_text"  # outside GSM-7: the whole text turns to 70 letters a part
    DOUBLE = "double"  # counts two in a GSM-7 text


@dataclass(frozen=True, slots=True)
class CostlyLetter:
    """`instead`: a letter or letters that cost nothing more, where there are any. For a person to choose: names change."""

    letter: str
    cost: Cost
    instead: str | None


_INSTEAD = {
    **dict.fromkeys("‘’‚‛′`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—−", "-"),
    **dict.fromkeys("\t\u00a0\u2007\u2009\u202f", " "),
    **{
        "…": "...",
        "•": "-",
        "·": ".",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "œ": "oe",
        "Œ": "OE",
        "ĳ": "ij",
        "Ĳ": "IJ",
    },
    **{"ẞ": "SS", "ı": "i", "€": "EUR", "º": "o", "ª": "a", "°": "o", "\r\n": "\n", "×": "x", "[": "(", "]": ")"},
}


def costly_letters(text: str) -> tuple[CostlyLetter, ...]:
    """The letters that make the text dearer, each once, in the order in which they stand.

    In a text that is UCS-2 anyway only the letters that make it so are named.
    """
    outside = dict.fromkeys(_NOT_GSM7.findall(text))
    if outside:
        return tuple(CostlyLetter(letter, Cost.WHOLE_TEXT, _instead(letter)) for letter in outside)
    return tuple(CostlyLetter(letter, Cost.DOUBLE, _instead(letter)) for letter in dict.fromkeys(_DOUBLE.findall(text)))


def cheaper_spelling(text: str) -> str | None:
    """The text with every costly letter replaced, where that saves a part; None where it can't be or doesn't. To be
    offered, never applied unasked: a name is spelled as its owner spells it. Raises EmptyText, BrokenText."""
    parts = measure(text).segments
    spelled = text
    for costly in costly_letters(text):
        if costly.instead is not None:
            spelled = spelled.replace(costly.letter, costly.instead)
        elif costly.cost is Cost.WHOLE_TEXT:
            return None
    return spelled if spelled != text and measure(spelled).segments < parts else None


@dataclass(frozen=True, slots=True)
class Saving:
    """Letters that cost a text parts, each with what stands for it, and how many parts the text takes without them."""

    letters: tuple[CostlyLetter, ...]
    parts: int


def saving(text: str) -> Saving | None:
    """What `cheaper_spelling` changes, and what comes of it; None where nothing is saved. Raises EmptyText, BrokenText."""
    spelled = cheaper_spelling(text)
    if spelled is None:
        return None
    letters = tuple(costly for costly in costly_letters(text) if costly.instead is not None)
    return Saving(letters, measure(spelled).segments)


def _instead(letter: str) -> str | None:
    known = _INSTEAD.get(letter)
    if known is not None:
        return known
    plain = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    return plain if plain and plain != letter and GSM7.issuperset(plain) else None
