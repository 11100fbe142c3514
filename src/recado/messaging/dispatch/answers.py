"""What a carrier's answers mean for our books. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from recado.channels.protocol import Accepted, Outcome, PersonStopped, Refused, TryLater, Uncertain
from recado.consent.types import GROUP_OF, Purpose

from ..leftovers import Again
from ..outbox import Claimed, Settled
from ..part_receipts import SentPart
from ..told_costs import Priced
from ..types import EventKind, Route

SENT = EventKind.SENT  # looked up once, not for every text


@dataclass(slots=True)
class OpenSlice:
    """A slice on the wire. `fence` goes up with each of our own writes, so that a write that was committed although
    its confirmation was lost isn't made twice; `left` counts the texts without a settled answer."""

    id: int
    fence: int
    left: int


@dataclass(frozen=True, slots=True)
class Expired:
    """Not handed over at all: its time was over."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A chunk of a slice whose answers are in."""

    carrier: int
    slice: OpenSlice
    texts: tuple[Claimed, ...]
    outcomes: tuple[Outcome | Expired, ...]
    elsewhere: Mapping[bytes, Route | None] = field(default_factory=dict)
    """Where texts go that this carrier has not taken several times. None: each carrier of their route has had its tries."""

    @classmethod
    def expired(cls, carrier: int, held: OpenSlice, texts: Sequence[Claimed]) -> "Answered":
        return cls(carrier, held, tuple(texts), (Expired(),) * len(texts))

    @classmethod
    def refused(cls, carrier: int, held: OpenSlice, texts: Sequence[Claimed], reason: str) -> "Answered":
        return cls(carrier, held, tuple(texts), (Refused(reason),) * len(texts))


@dataclass(frozen=True, slots=True)
class Lost:
    """A text that has become uncertain, and why."""

    clinic: bytes
    message: bytes
    purpose: Purpose
    reason: str
    since: datetime | None = None  # real time at which it may have been on its way for a lease at most; None: now
    sender: str = ""  # what it left from, where that is known
    tried: str = ""


@dataclass(slots=True)
class Entries:
    """What goes into the books."""

    events: list[Settled] = field(default_factory=list)
    again: list[tuple[Again, str]] = field(default_factory=list)
    stopped: list[Claimed] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    parts: list[SentPart] = field(default_factory=list)
    costs: list[Priced] = field(default_factory=list)


def entries(batch: Sequence[Answered], now: datetime) -> Entries:
    """The entries for these answers."""
    made = Entries()
    for answered in batch:
        for text, outcome in zip(answered.texts, answered.outcomes, strict=True):
            if isinstance(outcome, TryLater):
                _enter_later(made, text, outcome, answered, now)
            else:
                _enter(made, text, outcome)
    return made


def retry_after(attempts: int, asked: timedelta) -> timedelta:
    """How long a text that was not taken waits: what the carrier asked, doubling with each try, a quarter hour at most."""
    doubled: timedelta = asked * (2 ** min(attempts, 10))
    return min(doubled, timedelta(minutes=15))


def too_late(
    texts: Sequence[Claimed], outcomes: Sequence[Outcome], elsewhere: Mapping[bytes, Route | None], now: datetime
) -> list[Claimed]:
    """Those of these texts that were not taken and whose time will be over before they could go again."""
    return [
        text
        for text, outcome in zip(texts, outcomes, strict=True)
        if isinstance(outcome, TryLater)
        and _next_try(text, outcome.after, now, elsewhere.get(text.message)) > text.ends_at
    ]


def _next_try(text: Claimed, after: timedelta, now: datetime, elsewhere: Route | None) -> datetime:
    return now if elsewhere else now + retry_after(text.attempts, after)


def tried_by(tried: str | None) -> dict[int, str]:
    """The carriers that have refused a text to the end, with the last reason of each: "1:throttled 7:busy"."""
    pairs = (one.partition(":") for one in (tried or "").split())
    return {int(carrier): reason for carrier, _, reason in pairs}


def _tried(text: Claimed, carrier: int, reason: str) -> str:
    refusals = tried_by(text.tried) | {carrier: "_".join(reason.split())}
    return " ".join(f"{one}:{why}" for one, why in refusals.items())


def _enter_later(made: Entries, text: Claimed, outcome: TryLater, answered: Answered, now: datetime) -> None:
    """Not taken now: it goes again, by another carrier, or has been to all of them."""
    elsewhere = answered.elsewhere.get(text.message)
    tried = _tried(text, answered.carrier, outcome.reason)
    reasons = "+".join(dict.fromkeys(tried_by(tried).values()))
    due = _next_try(text, outcome.after, now, elsewhere)
    if answered.elsewhere.get(text.message, text) is None:
        made.events.append(Settled(text.clinic, text.message, EventKind.REFUSED, None, reasons))
    elif due > text.ends_at:
        made.events.append(Settled(text.clinic, text.message, EventKind.EXPIRED, None, reasons))
    else:
        group = GROUP_OF[Purpose(text.purpose)]
        attempts = 0 if elsewhere else min(text.attempts + 1, 30_000)
        kept = tried if elsewhere else text.tried or ""
        sender = "" if elsewhere else text.sender
        again = Again(text.clinic, text.message, due, attempts, group, elsewhere, kept, sender)
        made.again.append((again, outcome.reason))


def _enter(made: Entries, text: Claimed, outcome: Outcome | Expired) -> None:
    match outcome:
        case Accepted(ref, parts, cost):
            made.events.append(Settled(text.clinic, text.message, SENT, ref or None))
            if parts:
                of = len(parts)
                made.parts += [SentPart(text.clinic, text.message, at, of, one) for at, one in enumerate(parts, 1)]
            if cost is not None:
                made.costs.append((text.clinic, text.message, cost))
        case Refused(reason):
            made.events.append(Settled(text.clinic, text.message, EventKind.REFUSED, None, reason))
        case Uncertain(reason):
            made.events.append(Settled(text.clinic, text.message, EventKind.UNCERTAIN, None, reason))
            made.lost.append(
                Lost(
                    text.clinic,
                    text.message,
                    Purpose(text.purpose),
                    reason,
                    sender=text.sender,
                    tried=text.tried or "",
                )
            )
        case PersonStopped(reason):
            made.events.append(Settled(text.clinic, text.message, EventKind.STOPPED, None, reason))
            made.stopped.append(text)
        case Expired():
            made.events.append(Settled(text.clinic, text.message, EventKind.EXPIRED, None, "too_late_to_send"))
