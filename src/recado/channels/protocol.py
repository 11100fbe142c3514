"""What every carrier must be able to do, and the closed set of what can come of it.

Sending is plural (a single text is a batch of one). A carrier never raises for one bad
message: it answers with an `Outcome` for each, in the order given.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Envelope:
    """One text on its way out. Built only by `messaging.dispatch`, from a claimed slice."""

    message: bytes  # 16 bytes, the message's uuid
    to: str  # E.164 with its plus sign
    sender: str  # what the phone shows: E.164 digits, short code or name
    text: str
    validity: timedelta | None = None  # how long the carrier may keep trying; None = carrier's default


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier took it and answers with this reference on receipts. Empty: it gave none, so no receipt will match."""

    ref: str


@dataclass(frozen=True, slots=True)
class TryLater:
    """Not taken, and it is certain that it was not; the same text may go again after this time."""

    after: timedelta
    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Not taken and never will be: the number, the sender or the text is wrong."""

    reason: str


@dataclass(frozen=True, slots=True)
class PersonStopped:
    """The carrier says that this person has opted out with it."""

    reason: str = "carrier_opt_out"


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The link died between submit and answer: it may have been taken, it may not."""

    reason: str


Outcome = Accepted | TryLater | Refused | PersonStopped | Uncertain


class ReceiptState(StrEnum):
    DELIVERED = "delivered"
    FAILED = "failed"  # undeliverable, rejected, deleted
    EXPIRED = "expired"
    ON_THE_WAY = "on_the_way"  # enroute, accepted: not final


@dataclass(frozen=True, slots=True)
class Receipt:
    """A delivery report. `to` is the patient's number, where the carrier says it."""

    ref: str
    state: ReceiptState
    at: datetime | None
    to: str = ""
    sender: str = ""
    error: str = ""
    message_reference: int | None = None  # SMPP user_message_reference, where the carrier returns it


@dataclass(frozen=True, slots=True)
class Inbound:
    """What a person wrote to one of our numbers, whole (parts joined)."""

    sender: str  # the person's number, E.164 with plus where it can be told
    to: str  # our receiving number
    text: str
    at: datetime | None
    ref: str = ""  # the carrier's own id, or a digest of the raw parts: the same text twice has the same ref
    missing_parts: int = 0  # parts of a long text that never came: the text is not whole


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a carrier can do, asked before a route or a template is saved."""

    window: int  # texts that may be under way at once
    receives: bool  # inbound texts come over the same connection
    receipts: bool
    status_lookup: bool = False
    max_parts: int = 10


# Takes what came in, returns when it is committed. Raising means "not stored": the carrier must be told to try again.
Sink = Callable[[Sequence[Receipt | Inbound]], Awaitable[None]]


class Carrier(Protocol):
    """One connection to one carrier."""

    name: str

    @property
    def capabilities(self) -> Capabilities: ...

    async def start(self, sink: Sink) -> None:
        """Opens the connection and keeps it open (reconnecting) until `stop`. Receipts and inbound texts
        go to `sink`; they are acknowledged to the carrier only after `sink` has returned."""

    async def stop(self) -> None: ...

    def is_connected(self) -> bool:
        """True while the carrier knows us and hears us, whether or not there is room for another text."""

    def is_ready(self) -> bool:
        """True while a text handed over now would be written at once."""

    async def wait_ready(self) -> None: ...

    async def send(self, batch: Sequence[Envelope]) -> list[Outcome]:
        """Hands the batch over and waits for every answer. Returns outcomes in the same order. Never raises for a message."""
