"""What can be set on an SMPP connection, in its own types, and the states it can be in. `declared` reads it from text."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, timedelta, tzinfo
from enum import StrEnum

from recado.channels.protocol import Outcome
from recado.foundation.protocols.smpp.splitting import USUAL, Form


class Mode(StrEnum):
    """How one bind is made of connections."""

    TRANSCEIVER = "transceiver"
    PAIR = "pair"  # one connection to send, one to hear: for carriers that know no transceivers


class LinkKind(StrEnum):
    """What a connection is bound as."""

    TRANSCEIVER = "transceiver"
    TRANSMITTER = "transmitter"
    RECEIVER = "receiver"

    @property
    def sends(self) -> bool:
        return self is not LinkKind.RECEIVER


class Validity(StrEnum):
    """How the carrier wants to hear how long it may try."""

    RELATIVE = "relative"
    ABSOLUTE = "absolute"
    NONE = "none"  # its own default holds


class ReceiptIds(StrEnum):
    """How a receipt's id is written, beside the id in the answer to the text."""

    AS_SENT = "as_sent"
    WITHOUT_ZEROS = "without_zeros"  # one of the two has leading zeros
    HEX_TO_DECIMAL = "hex_to_decimal"  # answers are hexadecimal, receipts decimal
    DECIMAL_TO_HEX = "decimal_to_hex"  # the other way round


class Receipts(StrEnum):
    """For which parts of a long text a receipt is asked."""

    LAST = "last"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class SmppSettings:
    """One carrier: `binds` of them, each with a window and a rate of its own.

    `window` is the most texts (parts, in fact) under way at once; `rate` the most parts a second, None for as fast as
    the window allows. `tls` is a ready `ssl.SSLContext` (own authority, client certificate); `tls_name` the name that
    the carrier's certificate must have, where that isn't `host`.
    """

    host: str
    port: int
    system_id: str
    password: str = field(repr=False)
    mode: Mode = Mode.TRANSCEIVER
    binds: int = 1
    window: int = 500
    rate: float | None = None
    tls: ssl.SSLContext | None = None
    tls_name: str = ""
    system_type: str = ""
    sender: str = ""
    """What phones show where a text names no sender itself."""
    form: Form = USUAL
    """Alphabets, numbers of data_coding, long texts, national letters."""
    receipts: Receipts = Receipts.LAST
    receipt_ids: ReceiptIds = ReceiptIds.AS_SENT
    validity: Validity = Validity.RELATIVE
    connect_timeout: timedelta = timedelta(seconds=10)
    response_timeout: timedelta = timedelta(seconds=60)
    """How long an answer may take before a text counts as uncertain. A text may wait half as long to be written, so
    that every `send` is decided within one and a half times this; a slice's lease must be longer than that."""
    enquire_every: timedelta = timedelta(seconds=30)
    """Silence after which an idle link is asked whether it lives; one that owes answers is asked sooner (`hearing`)."""
    reconnect_first: timedelta = timedelta(milliseconds=200)
    reconnect_at_most: timedelta = timedelta(seconds=30)
    login_again_after: timedelta = timedelta(minutes=5)
    """After a refused password: hammering gets an account locked."""
    flush_after: timedelta = timedelta(milliseconds=10)
    flush_at: int = 500
    join_wait: timedelta = timedelta(seconds=10)
    """How long the parts of a reply wait for the missing ones before they are stored as they are."""
    held_at_most: int = 10_000
    """Receipts and replies held unacknowledged; the carrier is asked to send what is above that later."""
    max_parts: int = 25
    receipt_zone: tzinfo = UTC
    """The zone of the dates in receipts, which name none."""
    has_message_reference: bool = True
    """Send the last two octets of the message's id as user_message_reference. Off for a carrier that refuses it."""
    vendor_codes: Mapping[int, Outcome] = field(default_factory=dict)
    """What a carrier's own statuses mean, over and above `answers.OUTCOME_OF_STATUS`."""

    def __post_init__(self) -> None:
        if not 1 <= self.window <= 100_000:
            raise ValueError("an SMPP window holds 1 to 100,000 texts")
        if self.rate is not None and self.rate <= 0:
            raise ValueError("an SMPP rate is above 0 texts a second")
        if not 1 <= self.binds <= 50:
            raise ValueError("an SMPP carrier has 1 to 50 binds")


class LinkState(StrEnum):
    """Where the connection stands; for screens and `readyz`."""

    STOPPED = "stopped"
    CONNECTING = "connecting"
    BOUND = "bound"
    SILENT = "silent"  # bound, but it owes answers and says nothing: no text is written until it is heard
    WAITING = "waiting"  # lost or unreachable; the next attempt is planned
    LOGIN_REFUSED = "login_refused"  # system id or password is wrong: a person must act
