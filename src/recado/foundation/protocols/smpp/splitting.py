"""A text as the octets of its parts, in the form that one carrier wants. Pure.

`text.split_text` is the form that nearly all carriers take; here is the rest: another alphabet, another way to say which
part this is, national letters. Sizes by TS 23.040 9.2.3.24: a part has 140 octets, of which its header takes some.

- **unpacked**: one septet an octet, the usual. **packed**: as on the air. Both count alike.
- **latin1**: for carriers whose default alphabet is ISO 8859-1. They turn it into GSM-7 for the phone, so it is counted and
  cut as GSM-7; a text with a letter that one of the two lacks goes as UCS-2.
- **national tables** (TS 23.038, annex A): only where they save a part, since not every phone has them.
"""

import codecs
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from gsmcodecs.charmaps import GSMCHARMAPS

from recado.foundation.protocols.smpp import codes
from recado.foundation.protocols.smpp.packing import pack
from recado.foundation.protocols.smpp.text import ESCAPE, decode_gsm7, encode_gsm7

OCTETS: Final = 140  # in one SMS, headers included


class Alphabet(StrEnum):
    """What a text of GSM-7 letters travels in."""

    UNPACKED = "gsm7"
    PACKED = "gsm7_packed"
    LATIN1 = "latin1"


class Long(StrEnum):
    """How a carrier is told which part of a long text this is."""

    UDH8 = "udh8"  # a header in the text, reference of 8 bits
    UDH16 = "udh16"  # the same with 16 bits
    SAR = "sar"  # optional parameters; the carrier makes the header
    PAYLOAD = "payload"  # the whole text as message_payload; the carrier cuts it


class National(StrEnum):
    """Language identifiers of TS 23.038 6.2.1.2.4, those that clinics asked for."""

    NONE = ""
    TURKISH = "turkish"
    SPANISH = "spanish"
    PORTUGUESE = "portuguese"


class Tables(StrEnum):
    """Which of a language's tables the carrier lets through."""

    SINGLE = "single"  # letters behind an escape, two septets each
    LOCKING = "locking"  # instead of the usual letters
    BOTH = "both"


_NUMBER: Final = {National.TURKISH: 1, National.SPANISH: 2, National.PORTUGUESE: 3}
_REFERENCE_OCTETS: Final = {Long.UDH8: 5, Long.UDH16: 6, Long.SAR: 5, Long.PAYLOAD: 5}


@dataclass(frozen=True, slots=True)
class Form:
    """How one carrier wants its texts. The values are those of `data_coding` for each alphabet."""

    alphabet: Alphabet = Alphabet.UNPACKED
    long: Long = Long.UDH8
    national: National = National.NONE
    tables: Tables = Tables.SINGLE
    gsm7: int = codes.GSM7
    latin1: int = codes.LATIN1
    ucs2: int = codes.UCS2

    @property
    def default(self) -> Alphabet:
        """What data_coding 0 means on this connection."""
        coding = self.latin1 if self.alphabet is Alphabet.LATIN1 else self.gsm7
        return self.alphabet if coding == codes.GSM7 else Alphabet.UNPACKED


USUAL: Final = Form()  # compared by identity on the hot path: `text.split_text` is the same, five times as fast


class Cut(NamedTuple):
    """A text cut up. `parts` are septets (GSM-7) or octets (UCS-2); `elements` the header's elements before the reference."""

    is_gsm7: bool
    parts: list[bytes]
    units: int
    elements: bytes = b""
    locking: int = 0
    single: int = 0


@lru_cache(maxsize=16)
def _encode_map(locking: int, single: int) -> dict[int, int | bytes]:
    main = GSMCHARMAPS.get(locking, {}).get("locking") or GSMCHARMAPS[0]["locking"]
    shifted = GSMCHARMAPS.get(single, {}).get("singleShift") or GSMCHARMAPS[0]["singleShift"]
    pairs: dict[int, int | bytes] = dict(main["encode"])
    for letter, septet in shifted["encode"].items():
        pairs.setdefault(letter, bytes((ESCAPE, septet)))
    pairs.pop(ESCAPE, None)
    return pairs


def encode_national(text: str, locking: int, single: int) -> bytes | None:
    """Unpacked septets by these tables, or None when a letter is in neither."""
    try:
        return codecs.charmap_encode(text, "strict", _encode_map(locking, single))[0]
    except UnicodeEncodeError:
        return None


def room(elements: int, reference: int) -> tuple[int, int]:
    """Septets and octets of UTF-16 beside a header with so many octets of elements (0 and 0: no header at all)."""
    header = elements + reference + 1 if elements + reference else 0
    left = OCTETS - header
    return left * 8 // 7, left // 2 * 2


def cut(text: str, form: Form = USUAL) -> Cut:
    """The text in as few parts as the form allows. Raises `UnicodeEncodeError` for half a surrogate pair."""
    septets = encode_gsm7(text)
    if septets is not None and (form.alphabet is not Alphabet.LATIN1 or _is_latin1(text)):
        return _cut_gsm7(septets, form, 0, 0)
    best = _cut_ucs2(text.encode("utf-16-be"), form)
    number = _NUMBER.get(form.national, 0)
    if septets is None and number and form.alphabet is not Alphabet.LATIN1:
        for locking, single in _tables(number, form.tables):
            octets = encode_national(text, locking, single)
            if octets is not None:
                national = _cut_gsm7(octets, form, locking, single)
                best = national if len(national.parts) < len(best.parts) else best
    return best


def _is_latin1(text: str) -> bool:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _tables(number: int, tables: Tables) -> list[tuple[int, int]]:
    has_locking = "locking" in GSMCHARMAPS[number]
    if tables is Tables.SINGLE or not has_locking:
        return [(0, number)] if tables is not Tables.LOCKING else []
    return [(number, 0)] if tables is Tables.LOCKING else [(0, number), (number, 0), (number, number)]


def _cut_gsm7(septets: bytes, form: Form, locking: int, single: int) -> Cut:
    elements = (bytes((0x24, 1, single)) if single else b"") + (bytes((0x25, 1, locking)) if locking else b"")
    whole, _ = room(len(elements), 0)
    units = len(septets)
    if units <= whole:
        return Cut(True, [septets], units, elements, locking, single)
    size, _ = room(len(elements), _REFERENCE_OCTETS[form.long])
    parts: list[bytes] = []
    position = 0
    while position < units:
        end = position + size
        if end < units and septets[end - 1] == ESCAPE:
            end -= 1
        parts.append(septets[position:end])
        position = end
    return Cut(True, parts, units, elements, locking, single)


def _cut_ucs2(octets: bytes, form: Form) -> Cut:
    total = len(octets)
    if total <= OCTETS:
        return Cut(False, [octets], total // 2)
    _, size = room(0, _REFERENCE_OCTETS[form.long])
    parts: list[bytes] = []
    position = 0
    while position < total:
        end = position + size
        if end < total and 0xD8 <= octets[end - 2] <= 0xDB:
            end -= 2
        parts.append(octets[position:end])
        position = end
    return Cut(False, parts, total // 2)


class Body(NamedTuple):
    """One submit_sm's share of a text."""

    payload: bytes
    data_coding: int
    has_header: bool
    tlvs: dict[int, bytes]


def bodies(text: str, form: Form, reference: int) -> list[Body]:
    """The parts as they travel. Raises `UnicodeEncodeError` for half a surrogate pair, `ValueError` over 255 parts."""
    made = cut(text, form)
    total = len(made.parts)
    if total > 255:
        raise ValueError("a text of more than 255 parts")
    data_coding = _data_coding(made, form)
    if total == 1:
        return [_body(made, made.parts[0], form, b"", data_coding, {})]
    if form.long is Long.PAYLOAD:
        whole = b"".join(made.parts)
        return [Body(_octets(made, whole, form, 0), data_coding, False, {})]
    sent = []
    for number, part in enumerate(made.parts, 1):
        if form.long is Long.SAR:
            sent.append(_body(made, part, form, b"", data_coding, sar(reference, total, number)))
        elif form.long is Long.UDH16:
            place = bytes((8, 4, reference >> 8 & 0xFF, reference & 0xFF, total, number))
            sent.append(_body(made, part, form, place, data_coding, {}))
        else:
            sent.append(_body(made, part, form, bytes((0, 3, reference & 0xFF, total, number)), data_coding, {}))
    return sent


def sar(reference: int, total: int, number: int) -> dict[int, bytes]:
    """The three optional parameters of a part (5.3.2.22 to 24)."""
    return {
        codes.TLV_SAR_REFERENCE: (reference & 0xFFFF).to_bytes(2, "big"),
        codes.TLV_SAR_TOTAL: bytes((total,)),
        codes.TLV_SAR_NUMBER: bytes((number,)),
    }


def _data_coding(made: Cut, form: Form) -> int:
    if not made.is_gsm7:
        return form.ucs2
    return form.latin1 if form.alphabet is Alphabet.LATIN1 else form.gsm7


def _body(made: Cut, part: bytes, form: Form, place: bytes, data_coding: int, tlvs: dict[int, bytes]) -> Body:
    elements = place + made.elements
    header = bytes((len(elements),)) + elements if elements else b""
    return Body(header + _octets(made, part, form, len(header)), data_coding, bool(header), tlvs)


def _octets(made: Cut, part: bytes, form: Form, header: int) -> bytes:
    if not made.is_gsm7 or form.alphabet is Alphabet.UNPACKED:
        return part
    if form.alphabet is Alphabet.PACKED:
        return pack(part, header)
    return decode_gsm7(part).encode("latin-1")
