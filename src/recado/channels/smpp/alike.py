"""Receipts that differ in their number and their id alone are taken apart once: a third of the time for the others. Pure."""

import re
from collections.abc import Callable
from typing import Final

from recado.channels.protocol import Receipt
from recado.channels.smpp.ids import id_in_receipt
from recado.channels.smpp.settings import ReceiptIds
from recado.foundation.protocols.smpp import codes
from recado.foundation.protocols.smpp.messages import encode_tlvs
from recado.foundation.protocols.smpp.pdus import DecodeError

_MOST: Final = 1_000  # kept: dates change each minute, and the first letters of texts are often the same
_AS_SENT: Final = ReceiptIds.AS_SENT  # looked up once, not for every receipt
_ID: Final = encode_tlvs({codes.TLV_RECEIPTED_MESSAGE_ID: b""})[:3]
_OWN: Final = encode_tlvs({codes.TLV_USER_MESSAGE_REFERENCE: b"12"})[:4]

# A deliver_sm of the class of receipts, from an international number, whose text begins with the id.
_BEGINNING: Final = re.compile(
    rb"\x00\x01.([0-9]{1,20})\x00(..[^\x00]*\x00\x04..[^\x00]*\x00[^\x00]*\x00....(.))id:([0-9A-Za-z-]{1,65})",
    re.DOTALL,
)


class Alike:
    """`read` takes the body of a receipt apart, field by field. Raises `DecodeError` where it can't."""

    def __init__(self, read: Callable[[bytes], Receipt], how: ReceiptIds) -> None:
        self._read, self._how = read, how
        self._known: dict[tuple[object, ...], Receipt | None] = {}  # None: read each by itself

    def receipt(self, body: bytes) -> Receipt | None:
        """What `read` says of this body; None where it must be asked itself."""
        found = _BEGINNING.match(body)
        if found is None:
            return None
        number, middle, size, ident = found.groups()
        begins, ends = found.end(), found.start(3) + 1 + size[0]
        before, is_named, behind = body[ends:].partition(b"%b%c%b\0" % (_ID, len(ident) + 1, ident))
        if ends < begins or _OWN in before or _OWN in behind:
            return None
        key = middle, body[begins:ends], before, len(is_named), behind
        try:
            told = self._known[key]
        except KeyError:
            told = self._learn(key, body, number, ident)
        if told is None:
            return None
        return Receipt(self._ref(ident), told.state, told.at, "+" + number.decode(), told.sender, told.error)

    def _ref(self, ident: bytes) -> str:
        return ident.decode() if self._how is _AS_SENT else id_in_receipt(ident.decode(), self._how)

    def _learn(self, key: tuple[object, ...], body: bytes, number: bytes, ident: bytes) -> Receipt | None:
        try:
            told: Receipt | None = self._read(body)
        except DecodeError:
            told = None
        if told is not None and (told.ref, told.to, told.message_reference, told.person_stopped) != (
            self._ref(ident),
            "+" + number.decode(),
            None,
            False,
        ):
            told = None
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[key] = told
        return told
