"""The words in which the rules of a country are written. Pure."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

MONTH_FIRST = frozenset({"US"})
"""Countries that write 3 December as 12/03."""


class Traffic(StrEnum):
    """As carriers and laws sort texts."""

    SERVICE = "service"  # about something that the person has with us
    MARKETING = "marketing"
    OTP = "otp"  # a code that somebody waits for
    EMERGENCY = "emergency"


class Alphanumeric(StrEnum):
    """Whether the sender may be a name."""

    YES = "yes"
    NO = "no"
    REGISTERED = "registered"  # only a name that stands in the country's register
    OVERWRITTEN = "overwritten"  # the carriers put a number of theirs in its place
    DOUBTFUL = "doubtful"  # sources disagree, or nobody has looked


class Numeric(StrEnum):
    """Whether the sender may be a number."""

    YES = "yes"
    NO = "no"
    LOCAL = "local"  # one of the country itself: others are blocked or replaced
    OVERWRITTEN = "overwritten"
    REGISTERED = "registered"
    UNKNOWN = "unknown"


class Basis(StrEnum):
    """On what a rule rests. A clinic may put its own in the place of a convention, never of the other two."""

    LAW = "law"
    CARRIER = "carrier"  # the carriers block or hold what breaks it, whatever anybody wants
    CONVENTION = "convention"


class Confidence(StrEnum):
    HIGH = "high"  # read at the regulator or carrier
    MEDIUM = "medium"  # a second hand that names its source
    LOW = "low"  # one vendor's page
    NONE = "none"  # nobody has looked: the careful reading


@dataclass(frozen=True, slots=True)
class Source:
    """Why we believe a rule."""

    basis: Basis
    text: str
    confidence: Confidence
    checked: date


@dataclass(frozen=True, slots=True)
class Registry:
    """A register of sender names. A mandatory one without dates has been in force since a day that we don't know."""

    name: str
    reference: str
    is_mandatory: bool = True
    marked_from: date | None = None  # names that are not in it are shown as suspect
    blocked_from: date | None = None  # and from this day on not delivered

    @property
    def begins(self) -> date | None:
        return self.marked_from or self.blocked_from


@dataclass(frozen=True, slots=True)
class Senders:
    alphanumeric: Alphanumeric
    numeric: Numeric
    source: Source
    registry: Registry | None = None
    refuses_generic: bool = False  # INFO, SMS and the like
    name_in_text: bool = False  # who writes must stand in the text itself
    is_two_way: bool = True  # False: no number there takes answers
    note: str = ""

    def alphanumeric_on(self, day: date) -> Alphanumeric:
        """Before its register begins, a name is as free as any other."""
        registry = self.registry
        if self.alphanumeric is Alphanumeric.REGISTERED and registry and registry.begins and day < registry.begins:
            return Alphanumeric.YES
        return self.alphanumeric


@dataclass(frozen=True, slots=True)
class Stop:
    """How people say no. `words`: what is usual there; we understand every language's words everywhere."""

    is_required: bool  # the text itself must say how
    words: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Hours:
    """When such texts may arrive, by the clock of each of `zones` (of the recipient, where a number tells more)."""

    opens: time
    closes: time
    source: Source
    zones: tuple[str, ...] = ()  # none: the clinic's own
    no_sundays: bool = False
    no_holidays: bool = False

    @property
    def is_binding(self) -> bool:
        return self.source.basis is not Basis.CONVENTION


@dataclass(frozen=True, slots=True)
class Links:
    refuses_shorteners: bool
    must_be_listed: bool
    source: Source


@dataclass(frozen=True, slots=True)
class CountryRule:
    """What holds for one kind of text to phones of one country, from a day on (None: since before we looked)."""

    country: str  # two letters; empty: any that is not in the table
    traffic: Traffic
    senders: Senders
    stop: Stop
    hours: Hours | None = None
    links: Links | None = None
    effective_from: date | None = None

    @property
    def is_known(self) -> bool:
        return bool(self.country)

    @property
    def sources(self) -> tuple[Source, ...]:
        parts = (self.senders, self.stop, self.hours, self.links)
        return tuple(part.source for part in parts if part is not None)
