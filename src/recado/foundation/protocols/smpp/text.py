"""A text as octets and back: alphabets, and cutting a long text into parts.

Source: 3GPP TS 23.038 (alphabets), TS 23.040 9.2.3.24 (user data header). The tables are those of `gsmcodecs`,
turned into Python's own charmap forms: 1 us a text where its loop takes 12. Texts travel unpacked, one septet an
octet, as SMPP carriers expect; they pack on the way to the phone.
"""

import codecs
import re
from functools import lru_cache
from typing import Final, NamedTuple

from gsmcodecs.charmaps import GSMCHARMAPS

from recado.foundation.protocols.smpp import codes

ESCAPE: Final = 0x1B
SINGLE_GSM7: Final = 160  # septets in a text of one part
PART_GSM7: Final = 153  # septets in each part of several, beside a header of 6 octets
SINGLE_UCS2: Final = 140  # octets: 70 UTF-16 units
PART_UCS2: Final = 134  # octets: 67 units
MAX_PARTS: Final = 255


def _encode_map() -> dict[int, int | bytes]:
    tables = GSMCHARMAPS[0]
    pairs: dict[int, int | bytes] = dict(tables["locking"]["encode"])
    for character, septet in tables["singleShift"]["encode"].items():
        pairs.setdefault(character, bytes((ESCAPE, septet)))
    pairs.pop(ESCAPE, None)  # the escape septet is no character
    return pairs


@lru_cache(maxsize=256)
def _decode_table(locking: int) -> str:
    """256 characters for `charmap_decode`. Octets above 127 can't occur; peers that send them mean Latin-1."""
    table = GSMCHARMAPS.get(locking, {}).get("locking") or GSMCHARMAPS[0]["locking"]
    return "".join(chr(table["decode"].get(octet, octet if octet > 127 else 0x20)) for octet in range(256))


@lru_cache(maxsize=256)
def _shift_table(single: int) -> dict[int, int]:
    table = GSMCHARMAPS.get(single, {}).get("singleShift") or GSMCHARMAPS[0]["singleShift"]
    return dict(table["decode"])


_ENCODE: Final = _encode_map()
_BASIC: Final = codecs.charmap_build(
    "".join(chr(GSMCHARMAPS[0]["locking"]["decode"][o]) if o != ESCAPE else "\ufffe" for o in range(128))
    + "\ufffe" * 128
)
_NO_SEPTET: Final = 0xFF
_LATIN: Final = bytes(_ENCODE[o] if isinstance(_ENCODE.get(o), int) else _NO_SEPTET for o in range(256))  # type: ignore[misc]
_ESCAPED: Final = re.compile(rb"\x1b(.?)", re.DOTALL)


def encode_gsm7(text: str) -> bytes | None:
    """Unpacked septets, or None when a character is in neither table."""
    try:  # nearly every text, in a tenth of the time that the tables take
        octets = text.encode("latin-1").translate(_LATIN)
        if _NO_SEPTET not in octets:
            return octets
    except UnicodeEncodeError:
        pass
    try:
        return codecs.charmap_encode(text, "strict", _BASIC)[0]
    except UnicodeEncodeError:
        pass
    try:
        return codecs.charmap_encode(text, "strict", _ENCODE)[0]
    except UnicodeEncodeError:
        return None


def decode_gsm7(octets: bytes, *, locking: int = 0, single: int = 0) -> str:
    """Septets to text, national tables by their number. An unknown escape shows the letter behind it, as a phone does."""
    table = _decode_table(locking)
    if ESCAPE not in octets:
        return codecs.charmap_decode(octets, "strict", table)[0]
    shift = _shift_table(single)
    pieces: list[str] = []
    position = 0
    for found in _ESCAPED.finditer(octets):
        pieces.append(codecs.charmap_decode(octets[position : found.start()], "strict", table)[0])
        behind = found[1]
        if behind:
            pieces.append(chr(shift[behind[0]]) if behind[0] in shift else table[behind[0]])
        position = found.end()
    pieces.append(codecs.charmap_decode(octets[position:], "strict", table)[0])
    return "".join(pieces)


def encode_text(text: str) -> tuple[int, bytes]:
    """data_coding and octets: GSM-7 where every character is in it, else UCS-2 (UTF-16 in fact: emoji need pairs).

    Raises `UnicodeEncodeError` for half a surrogate pair.
    """
    septets = encode_gsm7(text)
    if septets is not None:
        return codes.GSM7, septets
    return codes.UCS2, text.encode("utf-16-be")


def split_text(text: str) -> tuple[int, list[bytes]]:
    """data_coding and the octets of each part, without headers. One part for an empty text.

    Greedy, as phones and carriers count. Never cuts between an escape and its letter or between the halves of a
    surrogate pair; a grapheme of several characters may be cut, since the phone joins before it draws.
    Raises `UnicodeEncodeError` for half a surrogate pair.
    """
    data_coding, octets = encode_text(text)
    if data_coding == codes.GSM7:
        return data_coding, [octets] if len(octets) <= SINGLE_GSM7 else _cut_gsm7(octets)
    return data_coding, [octets] if len(octets) <= SINGLE_UCS2 else _cut_ucs2(octets)


def _cut_gsm7(octets: bytes) -> list[bytes]:
    parts: list[bytes] = []
    position, end = 0, len(octets)
    while position < end:
        cut = position + PART_GSM7
        if cut < end and octets[cut - 1] == ESCAPE:
            cut -= 1
        parts.append(octets[position:cut])
        position = cut
    return parts


def _cut_ucs2(octets: bytes) -> list[bytes]:
    parts: list[bytes] = []
    position, end = 0, len(octets)
    while position < end:
        cut = position + PART_UCS2
        if cut < end and 0xD8 <= octets[cut - 2] <= 0xDB:
            cut -= 2
        parts.append(octets[position:cut])
        position = cut
    return parts


class PartOf(NamedTuple):
    """Where a part belongs: the sender's reference, how many there are, which this is (from 1)."""

    reference: int
    total: int
    number: int


def with_headers(parts: list[bytes], reference: int) -> list[bytes]:
    """Each part behind its user data header with an 8-bit reference. Raises `ValueError` over 255 parts."""
    total = len(parts)
    if total > MAX_PARTS:
        raise ValueError("a text of more than 255 parts")
    return [bytes((5, 0, 3, reference & 0xFF, total, number)) + part for number, part in enumerate(parts, 1)]


class UserData(NamedTuple):
    """A payload taken apart: text octets, its place in a longer text, national tables, what had to be forgiven."""

    octets: bytes
    part: PartOf | None = None
    locking: int = 0
    single: int = 0
    flaws: tuple[str, ...] = ()
    data_coding: int = codes.GSM7


def read_header(payload: bytes) -> UserData:
    """Takes the user data header off (esm_class has UDHI). A senseless one is taken for text and flagged."""
    size = payload[0] if payload else 0
    if not payload or size + 1 > len(payload):
        return UserData(payload, flaws=("a text header longer than the text",))
    part: PartOf | None = None
    locking = single = 0
    position, end = 1, size + 1
    while position + 2 <= end:
        element, length = payload[position], payload[position + 1]
        value = payload[position + 2 : min(position + 2 + length, end)]
        position += 2 + length
        if element == 0x00 and len(value) == 3:
            part = PartOf(value[0], value[1], value[2])
        elif element == 0x08 and len(value) == 4:
            part = PartOf(value[0] << 8 | value[1], value[2], value[3])
        elif element == 0x24 and len(value) == 1:
            single = value[0]
        elif element == 0x25 and len(value) == 1:
            locking = value[0]
    flaws: tuple[str, ...] = ("a cut text header",) if position != end else ()
    if part and not 1 <= part.number <= part.total:
        part, flaws = None, (*flaws, "a part number outside its text")
    return UserData(payload[end:], part, locking, single, flaws)


def alphabet(data_coding: int) -> int:
    """GSM7, LATIN1 or UCS2 out of any data_coding, message classes and waiting groups included (TS 23.038, 4)."""
    if data_coding in (codes.GSM7, codes.UCS2, codes.LATIN1):
        return data_coding
    if data_coding == codes.ASCII or data_coding in (0x02, 0x04):  # binary: shown as well as it can be
        return codes.LATIN1
    group = data_coding >> 4
    if group in (0x1, 0x3):
        return {0: codes.GSM7, 1: codes.LATIN1, 2: codes.UCS2}.get(data_coding >> 2 & 3, codes.GSM7)
    if group == 0xE:
        return codes.UCS2
    if group == 0xF:
        return codes.LATIN1 if data_coding & 4 else codes.GSM7
    return codes.GSM7 if group in (0xC, 0xD) else codes.LATIN1


def decode_text(data_coding: int, octets: bytes, *, locking: int = 0, single: int = 0) -> str:
    """Any octets to text. Never raises: what can't be read becomes U+FFFD, so that a reply is never lost over a letter."""
    kind = alphabet(data_coding)
    if kind == codes.GSM7:
        return decode_gsm7(octets, locking=locking, single=single)
    if kind == codes.UCS2:
        return octets[: len(octets) & ~1].decode("utf-16-be", "replace")
    return octets.decode("latin-1")
