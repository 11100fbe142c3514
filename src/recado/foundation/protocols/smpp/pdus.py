"""Frames and headers, and the PDUs whose body is small: binds, ids, answers to what nobody understands."""

from dataclasses import dataclass
from functools import partial
from struct import Struct
from typing import Final, NamedTuple

from recado.foundation.protocols.smpp import codes

_HEADER = Struct("!IIII")
header = _HEADER.pack  # length, command, status, sequence
_unpack_header = _HEADER.unpack_from


class EncodeError(ValueError):
    """A value does not fit into its field. Names the field, never the value: it may be a person's number."""


class DecodeError(ValueError):
    """A body from which nothing useful could be read."""


class Pdu(NamedTuple):
    """One frame as it came: the event that `Framer` gives.

    A tuple, not a dataclass: one is made for every frame, at 0.2 us against 0.7 us.
    """

    command: int
    status: int
    sequence: int
    body: bytes


_pdu = partial(tuple.__new__, Pdu)  # a tuple's fields as they stand: half the time of its own constructor


def encode(command: int, status: int, sequence: int, body: bytes = b"") -> bytes:
    """One frame. `sequence` 1..0x7FFFFFFF in requests; answers repeat what they answer."""
    return header(16 + len(body), command, status, sequence) + body


class Framer:
    """Cuts a stream into frames, however the network cut it.

    A length outside 16..65,536 can't be resynchronised: `flaw` then says why, what came before it is still
    returned, and the caller closes the connection (nothing more is read).
    """

    __slots__ = ("_rest", "flaw")

    def __init__(self) -> None:
        self._rest = b""
        self.flaw = ""

    def feed(self, chunk: bytes) -> list[Pdu]:
        frames: list[Pdu] = []
        if self.flaw:
            return frames
        buffer = self._rest + chunk if self._rest else chunk
        position, end = 0, len(buffer)
        while end - position >= 16:
            length, command, status, sequence = _unpack_header(buffer, position)
            if not codes.MIN_LENGTH <= length <= codes.MAX_LENGTH:
                self.flaw = f"frame of {length} octets"
                self._rest = b""
                return frames
            if position + length > end:
                break
            frames.append(_pdu((command, status, sequence, buffer[position + 16 : position + length])))
            position += length
        self._rest = buffer[position:]
        return frames


PASSWORD: Final = 100
"""SMPP 3.4 (5.2.2) has 8 octets and the NUL. Carriers give longer ones all the same (python-smpplib issue 227: 12; jasmin issue 687: up
to 100), and one that was cut would only be refused: it goes whole, and the far end says what it thinks of it."""
STANDARD_PASSWORD: Final = 8


def text_field(value: str, octets: int, name: str) -> bytes:
    """A C-octet string of at most `octets` characters and its NUL; ASCII only. Raises `EncodeError`."""
    if len(value) > octets or not value.isascii() or "\0" in value:
        raise EncodeError(f"{name} does not fit into {octets} ASCII characters")
    return value.encode("ascii") + b"\0"


def read_text(body: bytes, position: int) -> tuple[str, int]:
    """A C-octet string and where the next field begins. Latin-1, any length: peers get both wrong.

    Raises `DecodeError` where the NUL is missing.
    """
    end = body.find(0, position)
    if end < 0:
        raise DecodeError("a string without its end")
    return body[position:end].decode("latin-1"), end + 1


@dataclass(frozen=True, slots=True)
class Bind:
    """What all three binds carry (4.1)."""

    system_id: str
    password: str
    system_type: str = ""
    interface_version: int = codes.VERSION_34
    ton: int = 0
    npi: int = 0
    address_range: str = ""

    def encoded(self) -> bytes:
        return b"".join(
            (
                text_field(self.system_id, 15, "system_id"),
                text_field(self.password, PASSWORD, "password"),
                text_field(self.system_type, 12, "system_type"),
                bytes((self.interface_version, self.ton, self.npi)),
                text_field(self.address_range, 40, "address_range"),
            )
        )

    def __repr__(self) -> str:  # the password stays out of any trace
        return f"Bind({self.system_id!r})"


def decode_bind(body: bytes) -> Bind:
    """Raises `DecodeError` when system id and password can't be read; the rest is optional."""
    system_id, position = read_text(body, 0)
    password, position = read_text(body, position)
    try:
        system_type, position = read_text(body, position)
        version, ton, npi = body[position : position + 3]
        address_range, _ = read_text(body, position + 3)
    except ValueError:
        return Bind(system_id, password)
    return Bind(system_id, password, system_type, version, ton, npi, address_range)


def encode_bind_answer(system_id: str) -> bytes:
    """The body of a positive bind answer, with the version this side speaks."""
    return text_field(system_id, 15, "system_id") + bytes((0x02, 0x10, 0, 1, codes.VERSION_34))


def encode_id(message_id: str) -> bytes:
    """The body of a submit_sm_resp."""
    return text_field(message_id, 64, "message_id")


def decode_id(body: bytes) -> str:
    """The carrier's id in a submit_sm_resp; "" where the body is missing or empty. Never raises."""
    return body.partition(b"\0")[0].decode("latin-1")


_ANSWERABLE = frozenset(
    {codes.SUBMIT_SM, codes.DELIVER_SM, codes.UNBIND, codes.ENQUIRE_LINK, *codes.BINDS}
)  # requests that have an answer of their own type


def refusal(pdu: Pdu, status: int) -> bytes:
    """Answers a request that can't be served: in its own type, else as generic_nack. Responses get b"".

    An answer to an answer, or to a request that has none, would confuse a peer for good.
    """
    if pdu.command & codes.RESPONSE or pdu.command == codes.ALERT_NOTIFICATION:
        return b""
    if pdu.command not in _ANSWERABLE:
        return encode(codes.GENERIC_NACK, codes.INVALID_COMMAND, pdu.sequence)
    body = b"\0" if pdu.command in (codes.SUBMIT_SM, codes.DELIVER_SM) else b""
    return encode(pdu.command | codes.RESPONSE, status, pdu.sequence, body)


def answer(pdu: Pdu) -> bytes:
    """Answers what needs no thought: enquire_link and unbind. A stray body is no reason to refuse."""
    return encode(pdu.command | codes.RESPONSE, codes.OK, pdu.sequence)
