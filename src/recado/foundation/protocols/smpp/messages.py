"""submit_sm and deliver_sm: one layout for both (4.4.1, 4.6.1), and their optional parameters."""

import re
from functools import lru_cache, partial
from struct import Struct
from typing import Final, NamedTuple

from recado.foundation.protocols.smpp import codes
from recado.foundation.protocols.smpp.pdus import DecodeError, EncodeError, text_field

MAX_SHORT_MESSAGE: Final = 254
NO_TLVS: Final[dict[int, bytes]] = {}

_TLV = Struct("!HH")
_unpack_tlv = _TLV.unpack_from
_REFERENCE_TLV: Final = _TLV.pack(codes.TLV_USER_MESSAGE_REFERENCE, 2)


class Address(NamedTuple):
    """Number or name with its type of number and numbering plan. `value` holds digits without a plus."""

    ton: int
    npi: int
    value: str

    def __repr__(self) -> str:  # a person's number stays out of any trace
        return f"Address({self.ton}, {self.npi}, …)"


NOBODY: Final = Address(0, 0, "")
_address = partial(tuple.__new__, Address)  # a tuple's fields as they stand: half the time of its own constructor


class ShortMessage(NamedTuple):
    """The body of a submit_sm or deliver_sm.

    A tuple, not a dataclass: one is made for every text and receipt, at 0.5 us against 3 us. `payload` holds the
    octets of short_message, or of message_payload when that is used; `flaws` what decoding had to forgive.
    """

    source: Address
    destination: Address
    payload: bytes
    data_coding: int = codes.GSM7
    esm_class: int = 0
    registered_delivery: int = 0
    validity: str = ""
    tlvs: dict[int, bytes] = NO_TLVS
    service_type: str = ""
    protocol_id: int = 0
    priority: int = 0
    schedule: str = ""
    replace_if_present: int = 0
    default_message: int = 0
    flaws: tuple[str, ...] = ()

    @property
    def is_receipt(self) -> bool:
        """A delivery report: by its class, or by the two parameters that only a report has."""
        kind = self.esm_class & codes.ESM_TYPE_MASK
        if kind in (codes.ESM_RECEIPT, codes.ESM_INTERMEDIATE):
            return True
        return codes.TLV_MESSAGE_STATE in self.tlvs and codes.TLV_RECEIPTED_MESSAGE_ID in self.tlvs

    def __repr__(self) -> str:
        return f"ShortMessage(<{len(self.payload)} octets>)"


@lru_cache(maxsize=4096)
def encode_source(address: Address) -> bytes:
    """Service type and sender: the same few for all texts, so they are kept ready. Raises `EncodeError`."""
    return b"\0" + encode_address(address)


def encode_address(address: Address) -> bytes:
    """At most 20 ASCII characters. Raises `EncodeError`."""
    ton, npi, value = address
    if len(value) > 20 or not value.isascii() or "\0" in value:
        raise EncodeError("an address does not fit into 20 ASCII characters")
    return b"%c%c%b\0" % (ton, npi, value.encode("ascii"))


def encode_submit(
    source: Address,
    destination: Address,
    payload: bytes,
    *,
    data_coding: int,
    esm_class: int = 0,
    registered_delivery: int = 0,
    validity: bytes = b"\0",
    reference: bytes = b"",
) -> bytes:
    """The hot half of `encode_message`: what a plain text needs, nothing else. About 1 us.

    `validity` comes encoded (`times.encode_relative`), `reference` is two octets of user_message_reference or
    none. Raises `EncodeError`.
    """
    body = _encode_plain(
        encode_source(source), destination, payload, data_coding, esm_class, registered_delivery, validity
    )
    return body + _REFERENCE_TLV + reference if reference else body


def encode_short(prefix: bytes, number: bytes, payload: bytes, options: bytes, reference: bytes) -> bytes:
    """The same again for what nearly every text is: at most 254 octets to a number of 20 digits at most, both the caller's
    word. 0.3 us. `prefix` is `encode_source`, `options` is `encode_options`."""
    return b"".join(
        (
            prefix,
            b"\1\1",
            number,
            options,
            _OCTET[len(payload)],
            payload,
            _REFERENCE_TLV if reference else b"",
            reference,
        )
    )


@lru_cache(maxsize=1024)
def encode_options(validity: bytes, data_coding: int, registered: int) -> bytes:
    """What stands between number and text, for a text in one piece: the same few for all texts."""
    return b"\0\0\0\0\0%b%c\0%c\0" % (validity, registered, data_coding)


_OCTET: Final = [bytes((octet,)) for octet in range(256)]


def encode_receipt(source: Address, destination: Address, payload: bytes, tlvs: dict[int, bytes]) -> bytes:
    """The body of a deliver_sm that carries a receipt: the hot half of a carrier's side. Raises `EncodeError`."""
    prefix = b"\0" + encode_address(source)
    return _encode_plain(prefix, destination, payload, codes.GSM7, codes.ESM_RECEIPT, 0, b"\0") + encode_tlvs(tlvs)


def _encode_plain(
    prefix: bytes,
    destination: Address,
    payload: bytes,
    data_coding: int,
    esm_class: int,
    registered: int,
    validity: bytes,
) -> bytes:
    size = len(payload)
    if size > MAX_SHORT_MESSAGE:
        raise EncodeError(f"short_message holds {MAX_SHORT_MESSAGE} octets")
    return b"%b%b%c\0\0\0%b%c\0%c\0%c%b" % (
        prefix,
        encode_address(destination),
        esm_class,
        validity,
        registered,
        data_coding,
        size,
        payload,
    )


def encode_message(message: ShortMessage) -> bytes:
    """Any message. A payload over 254 octets goes as message_payload. Raises `EncodeError`."""
    tlvs = dict(message.tlvs)
    payload = message.payload
    if len(payload) > MAX_SHORT_MESSAGE:
        if codes.TLV_MESSAGE_PAYLOAD in tlvs:
            raise EncodeError("short_message and message_payload at once")
        tlvs[codes.TLV_MESSAGE_PAYLOAD] = payload
        payload = b""
    try:
        return b"".join(
            (
                text_field(message.service_type, 5, "service_type"),
                encode_address(message.source),
                encode_address(message.destination),
                bytes((message.esm_class, message.protocol_id, message.priority)),
                text_field(message.schedule, 16, "schedule_delivery_time"),
                text_field(message.validity, 16, "validity_period"),
                bytes(
                    (
                        message.registered_delivery,
                        message.replace_if_present,
                        message.data_coding,
                        message.default_message,
                        len(payload),
                    )
                ),
                payload,
                encode_tlvs(tlvs),
            )
        )
    except EncodeError:
        raise
    except (ValueError, OverflowError):
        raise EncodeError("a field of one octet outside 0..255") from None


def encode_tlvs(tlvs: dict[int, bytes]) -> bytes:
    """Raises `EncodeError` for a value over 65,535 octets."""
    if any(len(value) > 0xFFFF for value in tlvs.values()):
        raise EncodeError("an optional parameter over 65,535 octets")
    return b"".join([_TLV.pack(tag, len(value)) + value for tag, value in tlvs.items()])


def decode_tlvs(body: bytes, position: int) -> tuple[dict[int, bytes], tuple[str, ...]]:
    """Optional parameters up to the first that is cut short. The last of two with one tag wins."""
    tlvs: dict[int, bytes] = {}
    end = len(body)
    while position + 4 <= end:
        tag, size = _unpack_tlv(body, position)
        position += 4
        if position + size > end:
            return tlvs, ("a cut optional parameter",)
        tlvs[tag] = body[position : position + size]
        position += size
    return tlvs, ("octets after the optional parameters",) if position < end else ()


_short_message = partial(tuple.__new__, ShortMessage)

# Everything before the text in one match: 1 us where reading field by field takes 2.
_FIXED = re.compile(rb"([^\0]*)\0(..)([^\0]*)\0(..)([^\0]*)\0(...)([^\0]*)\0([^\0]*)\0(.....)", re.DOTALL)


def decode_message(body: bytes) -> ShortMessage:
    """Reads what can be read. Raises `DecodeError` when it ends before the text begins."""
    found = _FIXED.match(body)
    if found is None:
        raise DecodeError("a message that ends too early")
    service, source_kind, source, kind, destination, classes, schedule, validity, tail = found.groups()
    flaws: tuple[str, ...] = ()
    if len(source) > 20 or len(destination) > 20 or not source.isascii() or not destination.isascii():
        flaws = ("an address outside 20 ASCII characters",)
    esm_class, protocol_id, priority = classes
    registered, replace, data_coding, default_message, size = tail
    position = found.end()
    payload = body[position : position + size]
    if len(payload) < size:
        flaws = (*flaws, "a text shorter than its length says")
    tlvs = NO_TLVS
    if position + size < len(body):
        tlvs, tlv_flaws = decode_tlvs(body, position + size)
        flaws += tlv_flaws
        payload = payload or tlvs.get(codes.TLV_MESSAGE_PAYLOAD, b"")
    return _short_message(
        (
            _address((source_kind[0], source_kind[1], source.decode("latin-1"))),
            _address((kind[0], kind[1], destination.decode("latin-1"))),
            payload,
            data_coding,
            esm_class,
            registered,
            validity.decode("latin-1") if validity else "",
            tlvs,
            service.decode("latin-1") if service else "",
            protocol_id,
            priority,
            schedule.decode("latin-1") if schedule else "",
            replace,
            default_message,
            flaws,
        )
    )
