"""Long texts put together again, whatever the order of their parts. Pure: the clock is passed in."""

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, TypeVar

from recado.foundation.protocols.smpp import codes
from recado.foundation.protocols.smpp.messages import ShortMessage
from recado.foundation.protocols.smpp.packing import unpack
from recado.foundation.protocols.smpp.splitting import Alphabet
from recado.foundation.protocols.smpp.text import PartOf, UserData, decode_text, read_header

Token = TypeVar("Token")


def user_data(message: ShortMessage, default: Alphabet = Alphabet.UNPACKED) -> UserData:
    """A message's text octets and its place in a longer text, by header or by the sar parameters.

    `default` is what data_coding 0 means on this connection; the octets given are never packed.
    """
    data = _user_data(message)
    coding = message.data_coding
    if default is not Alphabet.UNPACKED and coding == codes.GSM7:
        if default is Alphabet.LATIN1:
            coding = codes.LATIN1
        else:
            data = data._replace(octets=unpack(data.octets, len(message.payload) - len(data.octets)))
    return data._replace(data_coding=coding) if coding != codes.GSM7 else data


def _user_data(message: ShortMessage) -> UserData:
    data = read_header(message.payload) if message.esm_class & codes.ESM_UDHI else UserData(message.payload)
    tlvs = message.tlvs
    if tlvs and data.part is None and codes.TLV_SAR_REFERENCE in tlvs:
        total = int.from_bytes(tlvs.get(codes.TLV_SAR_TOTAL, b""), "big")
        number = int.from_bytes(tlvs.get(codes.TLV_SAR_NUMBER, b""), "big")
        if 1 <= number <= total <= 255:
            reference = int.from_bytes(tlvs[codes.TLV_SAR_REFERENCE], "big")
            return data._replace(part=PartOf(reference, total, number))
        return data._replace(flaws=(*data.flaws, "a part number outside its text"))
    return data


@dataclass(frozen=True, slots=True)
class Piece:
    """One part's octets and how to read them."""

    octets: bytes
    data_coding: int
    locking: int = 0
    single: int = 0
    label: str = ""  # the sender's own name for the text, if it gave one


def join_pieces(pieces: list[Piece]) -> str:
    """The text. Neighbours in one alphabet are joined as octets: careless phones cut surrogate and escape pairs."""
    runs: list[tuple[Piece, list[bytes]]] = []
    for piece in pieces:
        if runs and (runs[-1][0].data_coding, runs[-1][0].locking, runs[-1][0].single) == (
            piece.data_coding,
            piece.locking,
            piece.single,
        ):
            runs[-1][1].append(piece.octets)
        else:
            runs.append((piece, [piece.octets]))
    return "".join(
        decode_text(first.data_coding, b"".join(octets), locking=first.locking, single=first.single)
        for first, octets in runs
    )


@dataclass(frozen=True, slots=True)
class Joined(Generic[Token]):
    """A text as far as it came: `missing` parts are not in it; `tokens` name what may now be acknowledged."""

    text: str
    missing: int
    tokens: list[Token]
    octets: bytes  # all parts in order, for a digest
    key: Hashable
    labels: frozenset[str]


class Standing(Enum):
    """How a part stands towards what came before it."""

    NEW = "new"
    UNDER_WAY = "under way"  # its text was given out whole and is being stored: the sender should try again later
    STORED = "stored"  # its text is stored: acknowledge, nothing else


@dataclass(slots=True)
class _Kept(Generic[Token]):
    total: int
    touched_at: float
    parts: dict[int, Piece] = field(default_factory=dict)
    tokens: list[Token] = field(default_factory=list)
    is_whole: bool = False
    is_stored: bool = False


class Joiner(Generic[Token]):
    """Keeps parts until their text is whole.

    `wait` seconds after its newest part, an unfinished text is given out as it is (`overdue`), once for each time
    that parts were added; its parts stay in memory `keep` seconds, so that a straggler still completes it: the whole
    text then follows the fragment. Whoever stores a whole text says so (`stored`) or that it failed (`forget`). At most `limit` texts are kept; the oldest leaves first, as if overdue.
    """

    def __init__(self, *, wait: float = 10.0, keep: float = 300.0, limit: int = 10_000) -> None:
        self._wait, self._keep, self._limit = wait, keep, limit
        self._texts: OrderedDict[Hashable, _Kept[Token]] = OrderedDict()
        self._leaving: list[Joined[Token]] = []

    def __len__(self) -> int:
        """Texts of which something waits to be given out."""
        return sum(bool(text.tokens) for text in self._texts.values()) + len(self._leaving)

    def standing(self, key: Hashable, part: PartOf, piece: Piece) -> Standing:
        """Asked before `add` by whoever must not take a text twice."""
        text = self._texts.get(key)
        if text is None or not text.is_whole or text.total != part.total or text.parts.get(part.number) != piece:
            return Standing.NEW
        return Standing.STORED if text.is_stored else Standing.UNDER_WAY

    def add(self, key: Hashable, part: PartOf, piece: Piece, token: Token, now: float) -> Joined[Token] | None:
        """Takes a part in; gives the text when this part made it whole. `key`: who, to whom, reference."""
        text = self._texts.get(key)
        known = text.parts.get(part.number) if text else None
        if text and (text.is_whole or text.total != part.total or (known is not None and known != piece)):
            self._drop(key)  # the sender has begun to use this reference again
            text = None
        if text is None:
            if len(self._texts) >= self._limit:
                self._drop(next(iter(self._texts)))
            text = self._texts[key] = _Kept(part.total, now)
        text.parts[part.number] = piece
        text.tokens.append(token)
        text.touched_at = now
        if len(text.parts) < text.total:
            return None
        text.is_whole = True
        return self._take(key, text)

    def stored(self, key: Hashable) -> None:
        """The whole text is safe: its parts, should they come again, need only be acknowledged."""
        text = self._texts.get(key)
        if text and text.is_whole:
            text.is_stored = True

    def forget(self, key: Hashable) -> None:
        """Of a whole text that could not be stored (its parts will come again and count as new), or is done with."""
        text = self._texts.get(key)
        if text and text.is_whole and not text.is_stored:
            del self._texts[key]

    def unfinished(self) -> Iterator[tuple[Hashable, int, dict[int, Piece]]]:
        """Key, number of parts and the parts so far of every text that isn't whole."""
        for key, text in self._texts.items():
            if not text.is_whole:
                yield key, text.total, dict(text.parts)

    def overdue(self, now: float) -> list[Joined[Token]]:
        """Fragments whose time is up, and those pushed out; also forgets what is older than `keep`."""
        leaving, self._leaving = self._leaving, []
        for key, text in list(self._texts.items()):
            if text.tokens and now - text.touched_at >= self._wait:
                leaving.append(self._take(key, text))
            elif not text.tokens and now - text.touched_at >= self._keep:
                del self._texts[key]
        return leaving

    def _drop(self, key: Hashable) -> None:
        text = self._texts.pop(key)
        if text.tokens:
            self._leaving.append(self._take(key, text))

    def _take(self, key: Hashable, text: _Kept[Token]) -> Joined[Token]:
        pieces = [text.parts[number] for number in sorted(text.parts)]
        tokens, text.tokens = text.tokens, []
        octets = b"".join(piece.octets for piece in pieces)
        labels = frozenset(piece.label for piece in pieces)
        return Joined(join_pieces(pieces), text.total - len(pieces), tokens, octets, key, labels)
