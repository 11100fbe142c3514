"""What every carrier must be able to do, and the closed set of what can come of it.

Sending is plural (a single text is a batch of one). A carrier never raises for one bad
message: it answers with an `Outcome` for each, in the order given.

What is made for every text or receipt is a msgspec `Struct`: a frozen dataclass takes ten times as long to make.
"""

import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final, Literal, Protocol, runtime_checkable

from msgspec import Struct


class Envelope(Struct, frozen=True, gc=False):
    """One text on its way out. Built only by `messaging.dispatch`, from a claimed slice."""

    message: bytes  # 16 bytes, the message's uuid
    to: str  # E.164 with its plus sign
    sender: str  # what the phone shows: E.164 digits, short code or name
    text: str
    validity: timedelta | None = None  # how long the carrier may keep trying; None = carrier's default


class Cost(Struct, frozen=True, gc=False):
    """What a whole text costs by the carrier's own word, all its parts together. `currency`: as the carrier names it; empty: it
    names none."""

    amount: Decimal
    currency: str = ""


def cost_of(amount: object, currency: object = "") -> Cost | None:
    """A price as a carrier writes it. None: it wrote none that can be read."""
    try:
        read = Decimal(str(amount))
    except InvalidOperation:
        return None
    if amount in (None, "") or not read.is_finite() or not 0 <= read < 1_000_000:
        return None
    return Cost(read.quantize(Decimal("0.000001")), str(currency or "")[:8])


class Accepted(Struct, frozen=True, gc=False):
    """The carrier took it and answers with this reference on receipts. Empty: it gave none, so no receipt will match.
    `parts`: the references of all its parts, in order, where each is reported on (`part_receipts`)."""

    ref: str
    parts: tuple[str, ...] = ()
    cost: Cost | None = None


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


class Receipt(Struct, frozen=True, gc=False):
    """A delivery report. `to` is the patient's number, where the carrier says it."""

    ref: str
    state: ReceiptState
    at: datetime | None
    to: str = ""
    sender: str = ""
    error: str = ""
    message_reference: int | None = None  # the last two octets of our own id, where the carrier returns them
    person_stopped: bool = False  # not delivered because this person has opted out with the carrier
    cost: Cost | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A place in a long text whose parts come one by one. `reference` is the phone's, 0 to 65535."""

    reference: int
    total: int
    number: int  # from 1


@dataclass(frozen=True, slots=True)
class Inbound:
    """What a person wrote to one of our numbers: whole, unless `part` says that it must be joined to others first."""

    sender: str  # the person's number, E.164 with plus where it can be told
    to: str  # our receiving number
    text: str
    at: datetime | None
    ref: str = ""  # the carrier's own id, or a digest of the raw parts: the same text twice has the same ref
    missing_parts: int = 0  # parts of a long text that never came: the text is not whole
    part: Part | None = None  # only from `read_callback`: a sink never sees one
    has_picture: bool = False  # with a picture or another file
    media: tuple[str, ...] = ()  # where the carrier keeps these files, as it told us: never taken from words


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a carrier can do, asked before a route or a template is saved."""

    window: int  # texts that may be under way at once
    receives: bool  # people can write back: over the same connection, or by callback
    receipts: bool
    status_lookup: bool = False  # `look_up` tells what became of a text whose answer was lost
    max_parts: int = 10
    batch: int = 1  # texts of one wording, sender and validity in one request
    names_as_sender: bool = True  # a sender of letters; whether a country takes it is the country's rule
    unicode: bool = True
    validity_at_most: timedelta | None = None  # what is longer is cut to this; None: no limit known
    price_in_answer: bool = False  # it says what a text costs: in its answer, or in a report
    part_receipts: bool = False  # each part of a long text is reported on, under a reference of its own
    own_reference: bool = False  # our id comes back on receipts, so that one settles a text whose answer was lost


HELD_FOR: Final = 5.0  # seconds


def window_at(rate: float) -> int:
    """The largest window of use at so many texts a second: what is handed over beyond it would only wait at the carrier's
    door, and an emergency behind it. Enough for answers that take as long."""
    return max(1, math.ceil(rate * HELD_FOR))


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


@runtime_checkable
class RecallsRefusal(Protocol):
    """A carrier for which a refused account stays refused until it is tried again."""

    def recall_refusal(self, reason: str, until: datetime | None) -> None:
        """Before `start`: open with this very account, it was refused when it was closed last. It stands as refused until the carrier
        takes it, and one bind, or over HTTP one text, tries it, not before `until` (real time; None: at once)."""


# ---------------------------------------------------------------- carriers that call us over HTTP


@dataclass(frozen=True, slots=True)
class RawCallback:
    """A call of a carrier to our address, as it came. `url` is what the carrier called, with host and query string;
    names of `headers` are in small letters."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What a carrier is told when it has called."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@runtime_checkable
class TakesCallbacks(Protocol):
    """A carrier that reports by calling us. All three are pure: no network, no clock but `received_at`."""

    def verify(self, raw: RawCallback) -> bool:
        """Whether the carrier itself made this call. Never raises. Where a carrier signs nothing, the secret in the
        address has been compared already, and this is True."""

    def read_callback(self, raw: RawCallback) -> Sequence[Receipt | Inbound]:
        """What it says: nothing, one thing or many. Raises `Unreadable` where it can't be understood."""

    def callback_answer(self, raw: RawCallback, is_genuine: bool) -> Answer:
        """What this carrier wants to hear. Not genuine: 403, without a reason."""


@runtime_checkable
class Confirms(Protocol):
    """A carrier that wants an address visited before it reports to us."""

    def asks_for(self, raw: RawCallback) -> str:
        """What this call wants confirmed, as the carrier names it; empty: nothing. Pure."""

    async def confirm(self, raw: RawCallback) -> bool:
        """Verifies the call once more and visits the address that it names, which must be the carrier's own. False: not
        done. For a started carrier."""


class Unreadable(ValueError):
    """A callback that isn't what the carrier's documents say. Holds nothing of what was in it."""


# ---------------------------------------------------------------- what some carriers can do besides


class LinkHealth(StrEnum):
    UP = "up"
    CONNECTING = "connecting"
    DOWN = "down"  # lost or out of reach; the next attempt is planned
    REFUSED = "refused"  # credentials, credit or address: a person must act


@dataclass(frozen=True, slots=True)
class Connection:
    """One connection as it stands, for screens. Times are real; `window` and `under_way` count parts over SMPP and requests
    over HTTP."""

    kind: str  # transceiver, transmitter, receiver; http
    health: LinkHealth
    since: datetime  # up since then, or not up since then
    window: int  # allowed at present
    limit: int  # allowed at most
    under_way: int
    rate: float | None  # texts a second at most; None: as fast as the window allows
    trouble: str = ""  # a code for the last thing that went wrong, kept when it is over
    trouble_at: datetime | None = None
    heard_at: datetime | None = None  # the carrier's last sign of life
    unheard_since: datetime | None = None  # it owes us an answer since then and has said nothing
    rests_until: datetime | None = None  # it says that we send too fast, or let it rest


@runtime_checkable
class HasConnections(Protocol):
    @property
    def connections(self) -> Sequence[Connection]: ...


@dataclass(frozen=True, slots=True)
class Balance:
    amount: Decimal
    currency: str = ""  # empty: the carrier counts in credits, or doesn't say


@runtime_checkable
class HasBalance(Protocol):
    async def balance(self) -> Balance: ...


@dataclass(frozen=True, slots=True)
class PriceList:
    """What one part costs to a country, by network ("" for all that aren't named). Never empty."""

    currency: str  # ISO 4217
    by_network: Mapping[str, Decimal]

    @property
    def dearest(self) -> Decimal:
        """Which network a phone is in is known to nobody before: a ceiling is kept by the dearest."""
        return max(self.by_network.values())


class NoMedia(Exception):
    """A file that came with a text can't be had. `reason`: a word for it; `is_over`: nor will it be later."""

    def __init__(self, reason: str, *, is_over: bool) -> None:
        super().__init__(reason)
        self.reason, self.is_over = reason, is_over


@runtime_checkable
class HasMedia(Protocol):
    async def media(self, address: str, most: int) -> bytes:
        """A file that came with a text (`Inbound.media`), at most so many bytes, from the hosts of this carrier alone. Raises
        NoMedia."""


@runtime_checkable
class HasPrices(Protocol):
    async def prices(self, country: str) -> PriceList:
        """`country` is ISO 3166-1 alpha-2. Raises LookupError, with a sentence, where the carrier names no price for it."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A text whose answer was lost. It was handed over at `since` (real time) or later."""

    envelope: Envelope
    since: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """The carrier has it. `reports` say how it stands and under which reference: one by our own id; where it was told by
    number and words, one for each text alike, from which the caller takes one that is no other text's."""

    reports: tuple[Receipt, ...]


@dataclass(frozen=True, slots=True)
class NotThere:
    """The carrier answered, and has no such text. It may have one a moment later, if it was still being taken."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """No answer, or none that says anything. The same question may be asked later."""

    reason: str


Finding = Found | NotThere | CannotTell


@runtime_checkable
class HasLookup(Protocol):
    async def look_up(self, texts: Sequence[Missing]) -> list[Finding]:
        """What became of these texts, in the order given. Asked only where `status_lookup` says so. Never raises for a text."""


# ---------------------------------------------------------------- settings

REQUIRED: Final = object()


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that a person sets on a carrier. Each carrier's module has `SETTINGS`, a tuple of these, and
    `make(name, settings)`; the command line and the carrier page are made of them."""

    name: str
    help: str
    kind: Literal["text", "int", "float", "bool", "choice", "duration", "pem", "json"] = "text"
    default: object = REQUIRED
    is_secret: bool = False
    choices: tuple[str, ...] = ()

    @property
    def is_required(self) -> bool:
        return self.default is REQUIRED


class BadSettings(ValueError):
    """A setting can't be as it is. The text says what to do and never holds the value."""

    def __init__(self, setting: str, sentence: str) -> None:
        self.setting = setting
        super().__init__(sentence)
