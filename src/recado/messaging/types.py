"""Values of this room: what to send, why, and what came of it.

Those made for every text are msgspec Structs: a frozen dataclass takes ten times as long to make.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import IntEnum, StrEnum
from uuid import UUID

from msgspec import Struct

from recado.channels.protocol import NoMedia as NoMedia
from recado.consent.types import Privacy, Purpose
from recado.foundation.phone import Phone
from recado.foundation.works import NotPublishable as NotPublishable

from .commands import read_command as read_command  # pure; conversations understand more than commands
from .wording import Value

# NOTIFY here wakes the dispatcher: the clinic and its lanes (a digit each), or nothing for a look at everything.
CHANNEL = "recado_outbox"
TRY = "try:"  # there, before a carrier's number: a person has put it right, so it need not wait until it is tried again
REOPEN = "reopen:"  # the same where somebody only wants to see whether it is: what it had put off waits on
UNHEARD_AFTER = timedelta(
    seconds=5
)  # a carrier that owes an answer for longer and says nothing at all is told to people


class Lane(IntEnum):
    """Who goes first. The numbers are stored; a lower number leaves before a higher one."""

    EMERGENCY = 1
    VERIFY = 2
    CONVERSATION = 3
    CARE = 4
    BULK = 5


LANE_OF: dict[Purpose, Lane] = {
    Purpose.EMERGENCY: Lane.EMERGENCY,
    Purpose.VERIFY: Lane.VERIFY,
    Purpose.ANSWER: Lane.CONVERSATION,
    Purpose.OPT_OUT_CONFIRMATION: Lane.CONVERSATION,
    Purpose.STAFF: Lane.CONVERSATION,
    Purpose.HELP: Lane.CONVERSATION,
    Purpose.CARE: Lane.CARE,
    Purpose.BILLING: Lane.CARE,
    Purpose.SURVEY: Lane.BULK,
    Purpose.NEWS: Lane.BULK,
}

# How long a text is worth delivering, by purpose: a code is dead after minutes, a reminder after a day.
VALIDITY_OF: dict[int, timedelta] = {
    Purpose.EMERGENCY: timedelta(hours=6),
    Purpose.VERIFY: timedelta(minutes=10),
    Purpose.ANSWER: timedelta(hours=12),
    Purpose.OPT_OUT_CONFIRMATION: timedelta(hours=48),
    Purpose.CARE: timedelta(hours=24),
    Purpose.BILLING: timedelta(hours=48),
    Purpose.SURVEY: timedelta(hours=48),
    Purpose.NEWS: timedelta(hours=24),
    Purpose.STAFF: timedelta(hours=6),
    Purpose.HELP: timedelta(hours=12),
}


def ends_at(purpose: int, due: datetime, expires: datetime | None) -> datetime:
    """Until when a text is worth delivering: its purpose's time from when it was due, or what its sender said."""
    end = due + VALIDITY_OF[purpose]
    return end if expires is None else min(end, expires)


def worth_for(purpose: int, now: datetime, expires: datetime | None) -> timedelta:
    """How long from now a text that was just due is worth delivering."""
    usual = VALIDITY_OF[purpose]
    return usual if expires is None else min(usual, expires - now)


# Purposes whose uncertain texts are sent once more, marked: better twice than never. All others wait for a person.
RESENT_WHEN_UNCERTAIN = frozenset({Purpose.EMERGENCY, Purpose.VERIFY})


class NoSuchNumber(LookupError):
    """The clinic has no receiving number of this id."""


class NoSuchRoute(LookupError):
    """The table of routes has no row of this id that the asker may change."""


class EventKind(IntEnum):
    """What happened to a message after it was put. The numbers are stored: never renumber."""

    SENT = 1  # the carrier took it
    DELIVERED = 2
    FAILED = 3  # the carrier could not deliver it
    STOPPED = 4  # withdrawn before it left
    UNCERTAIN = 5  # the link died between submit and answer
    REFUSED = 6  # the carrier did not take it and never will
    RETRY = 7  # not taken now, goes again later
    CALLED_OFF = 8  # no longer needed: the visit moved, was cancelled, was answered
    EXPIRED = 9  # its time was over before it could be delivered
    RESENT = 10  # uncertain, and sent once more by rule


class State(StrEnum):
    """Where a message stands, as people are told it."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    STOPPED = "stopped"
    UNCERTAIN = "uncertain"
    REFUSED = "refused"  # by the carrier
    NOT_ALLOWED = "not_allowed"  # by our own rules
    CALLED_OFF = "called_off"
    EXPIRED = "expired"


STATE_OF: dict[EventKind, State] = {
    EventKind.SENT: State.SENT,
    EventKind.DELIVERED: State.DELIVERED,
    EventKind.FAILED: State.FAILED,
    EventKind.STOPPED: State.STOPPED,
    EventKind.UNCERTAIN: State.UNCERTAIN,
    EventKind.REFUSED: State.REFUSED,
    EventKind.RETRY: State.WAITING,
    EventKind.CALLED_OFF: State.CALLED_OFF,
    EventKind.EXPIRED: State.EXPIRED,
    EventKind.RESENT: State.WAITING,
}


class Intent(Struct, frozen=True, gc=False):
    """Somebody wants this said to this person. Whether, when and how it leaves is for the gate.

    `text` is the finished wording. `ref` makes it idempotent: the same ref of a clinic is sent once, ever.
    `not_before` is business time. `number` asks for a certain sender (the one the person wrote to).
    """

    purpose: Purpose
    text: str
    phone: Phone | None
    patient_id: UUID | None = None
    ref: str | None = None
    not_before: datetime | None = None
    number: str | None = None
    expires_at: datetime | None = None  # of no use from then on: the start of the visit it reminds of
    lane: Lane | None = None  # a lower one than its purpose's: it lets others go first
    id: UUID | None = None  # chosen by the caller where a link or question has to name the message
    guards_repeats: bool = (
        False  # the same words to the same number so soon are a mistake: its sender can't tell them apart
    )
    wording: str = ""  # by which version of a text it is, and how much it says (levels.Written.mark)
    at_chosen_hour: bool = (
        False  # theirs ("my tablets at 20:00"): the clinic's own hours don't hold it; law and their wishes do
    )


class Delivery(Struct, frozen=True, gc=False):
    """What the gate decided of one intent."""

    message_id: UUID
    verdict: str  # allow, later, never
    rule: str
    due: datetime | None = None
    is_known: bool = False  # its ref had been sent before: nothing new was put
    parts: int = 0
    sender: str = ""  # the number or name of ours that it leaves from, where it was put now

    @property
    def is_queued(self) -> bool:
        return self.verdict != "never" and not self.is_known


class Standing(Struct, frozen=True, gc=False):
    """How a text stands, without its words and number: what other systems are told."""

    message_id: UUID
    verdict: str
    rule: str
    parts: int
    due: datetime | None = None
    fate: State | None = None  # None: just put

    @property
    def state(self) -> State:
        return self.fate or (State.NOT_ALLOWED if self.verdict == "never" else State.WAITING)


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message for screens and stories: decrypted for one person's eyes."""

    id: UUID
    at: datetime
    purpose: Purpose
    verdict: str
    rule: str
    text: str
    sender: str
    parts: int
    state: State
    events: tuple["EventView", ...] = ()
    due: datetime | None = None
    wording: str = ""  # the clinic's own version of a text that it is by; empty: the product's, or a person's words


@dataclass(frozen=True, slots=True)
class EventView:
    kind: EventKind
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of a long text on a carrier that reports on each. `kind` None: nothing final was said of it yet."""

    number: int
    total: int
    ref: str
    kind: EventKind | None
    at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class LookupView:
    """What came of asking the carrier about a text whose answer was lost. `outcome`: found, told (a receipt said it first),
    not_there, cannot_tell, nobody_asked; empty while it is still being asked."""

    tries: int
    outcome: str
    at: datetime  # business time of its last answer


@dataclass(frozen=True, slots=True)
class CostView:
    """What a text that was handed over costs. `total` None: nobody has said. `currency` empty: whoever said it names none."""

    total: Decimal | None
    each: Decimal | None  # of a part, by the price list
    currency: str
    source: str  # told: by the carrier, of this text; carrier: by its price list; hand: by a price set here; empty: not known
    at: datetime | None  # when that was said


@dataclass(frozen=True, slots=True)
class TextStory:
    """A text with all that is stored of it. `carriers` and `refs` (the carrier's own number for it) stand beside the events."""

    message: MessageView
    lane: Lane
    patient_id: UUID | None
    phone_bi: bytes | None
    phone: str
    carriers: tuple[str, ...]
    refs: tuple[str, ...]
    lookup: LookupView | None = None
    parts: tuple[PartView, ...] = ()
    cost: CostView | None = None  # None: no carrier has taken it


@dataclass(frozen=True, slots=True)
class Said:
    """A text to somebody, with the index of their number."""

    phone_bi: bytes
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class InboundText:
    """A text that a person sent us, bound to a clinic."""

    id: UUID
    clinic_id: UUID
    phone: Phone
    number: str
    text: str
    at: datetime
    has_picture: bool = False  # a picture or another file came with it, or alone
    media: int = 0  # how many of these the carrier keeps for us


@dataclass(frozen=True, slots=True)
class Bound:
    """A text as each clinic whose it is reads it. `earlier`: what its writer had left open, and now belongs to the same
    clinic; then the text itself may be nothing but the answer, and nobody reads it. Both empty: no clinic can be told."""

    texts: tuple[InboundText, ...] = ()
    earlier: tuple[InboundText, ...] = ()


Settled = tuple[UUID, str, UUID | None]
"""A text that was read, what became of it, and whose it is, where it is one clinic's."""


@dataclass(frozen=True, slots=True)
class Route:
    """Which carrier takes a clinic's texts, and from which of our numbers."""

    carrier_id: int
    sender: str
    receives: bool = True
    stop_text: str = field(default="", compare=False)  # what news from here must say, word for word
    registered: date | None = field(
        default=None, compare=False
    )  # since when the sender stands in the country's register


@dataclass(frozen=True, slots=True)
class Way:
    """From what a text would leave, and whether an answer to it would come back to us."""

    sender: str
    is_heard: bool


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """What a link of ours stands for. A link that ended keeps its target, so that a new one can be sent."""

    clinic_id: UUID
    kind: str
    subject_id: UUID
    patient_id: UUID
    phone_bi: bytes | None
    is_live: bool
    made_at: datetime
    stood_until: datetime  # its time was over, or it was used up or taken back
    about_id: UUID | None = None  # what its page begins with, where it may show several things

    def stood_at(self, moment: datetime) -> bool:
        """Whether it could be used then, up to the moment that used it up."""
        return self.made_at <= moment <= self.stood_until


@dataclass(frozen=True, slots=True)
class LinkWish:
    """A link that a text is to carry."""

    kind: str
    subject_id: UUID
    patient_id: UUID
    phone_bi: bytes | None
    expires_at: datetime
    about_id: UUID | None = None  # what its page begins with, where it may show several things


@dataclass(frozen=True, slots=True)
class TextRoom:
    """What a room wired under TEXTS says of its texts. `texts`: by key, level and language; `values`: the placeholders that it
    fills; `always`: those that it always has; `questions`: keys of texts that wait for an answer; `usual`: what its placeholders
    stand for about somebody invented; `longest`: with the longest real values that it knows of; `told`: by key, the placeholders
    that no words of a clinic's may leave out, since a rule wants them said."""

    texts: Mapping[str, Mapping[Privacy, Mapping[str, str]]]
    values: Sequence[str]
    always: frozenset[str]
    questions: frozenset[str] = frozenset()
    usual: Mapping[str, Value] = field(default_factory=dict)
    longest: Mapping[str, Value] = field(default_factory=dict)
    told: Mapping[str, frozenset[str]] = field(default_factory=dict)


class NoSuchText(LookupError):
    """The clinic has no words of its own for this key."""


class TextChanged(ValueError):
    """Somebody else has saved the text meanwhile."""


class Severity(StrEnum):
    REFUSE = "refuse"  # it would not arrive, or a law forbids it
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a sender or a wording. `sentence` is translated where it is shown, then filled with `values`
    (of which `country` is a code of two letters, to be shown by its name)."""

    severity: Severity
    code: str
    sentence: str
    values: Mapping[str, str] = field(default_factory=dict)
