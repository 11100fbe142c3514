"""Values of the waitlist."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from recado.conversations.types import OfferView

from .bookable import Slot
from .waves import ALL_DAYS, DAY_END, FreeTime, Wish, closes_at


class FreedState(StrEnum):
    """What became of a time that came free. Stored."""

    OFFERING = "offering"
    FILLED = "filled"
    NOBODY = "nobody"  # nobody said yes, or nobody waits for such a time
    TOO_LATE = "too_late"  # it came free when nobody could come any more
    TAKEN_BACK = "taken_back"  # by staff, or by who had cancelled


class WhyEnded(StrEnum):
    """Why a time is on offer no more that nobody took: TAKEN_BACK, but for HELD. Stored."""

    UNKNOWN = ""  # from before it was kept; or the state says it
    TAKEN = "taken"  # somebody was booked there otherwise
    AWAY = "away"  # nobody could be seen then
    STAFF = "staff"  # they took it off offer
    STANDS = "stands"  # the visit that was cancelled stands again
    IMPORT = "import"  # the import that had freed it was taken back
    UNTOLD = "untold"  # whoever had it is not to hear that it is theirs no more
    HELD = "held"  # TOO_LATE: they would not have heard of it in time


class NoneAsked(StrEnum):
    """Why nobody more is asked about a time on offer. All but the first end its offer, or it was over."""

    NOBODY = "nobody"  # nobody else on the list could come
    OVER = "over"
    TAKEN = "taken"  # somebody has the time
    AWAY = "away"  # nobody could be seen then
    TOO_LATE = "too_late"  # nobody could come any more


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody on the list. `offers`: how often a time was offered to them, `answered` how often they said yes or no."""

    wish: Wish
    visit_id: UUID | None
    joined_by: str
    offers: int = 0
    answered: int = 0


@dataclass(frozen=True, slots=True)
class Freed:
    """A time that came free, with its offer."""

    id: UUID
    visit_id: UUID
    time: FreeTime
    freed_at: datetime
    state: FreedState
    wave_ends_at: datetime | None
    filled_by: UUID | None
    ended_at: datetime | None
    offer: OfferView | None = None
    why: WhyEnded = WhyEnded.UNKNOWN

    @property
    def is_at_its_end(self) -> bool:
        """True where no other wave follows: this one lasts as long as anybody may still say yes."""
        return self.wave_ends_at is not None and self.wave_ends_at >= closes_at(self.time)


@dataclass(frozen=True, slots=True)
class OwnWish:
    """What a patient says for themselves. Empty: any. `days`: bits, Monday the lowest; minutes of the clinic's wall clock.
    `until`: the last day that is any use to them."""

    days: int = ALL_DAYS
    from_minute: int = 0
    to_minute: int = DAY_END
    notice: timedelta = timedelta(hours=1)
    clinician: str = ""
    service: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class OwnVisit:
    """The visit that somebody has and would give up. It says nothing of what for."""

    id: UUID
    starts_at: datetime
    clinician: str


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """What the page of one person's offer says besides the time. `outcome`: open, won, declined, gone (somebody has it) or
    over (nobody can have it any more)."""

    outcome: str
    is_open: bool
    others: int  # were asked too
    closes_at: datetime
    has: OwnVisit | None  # and would give up, or keeps
    is_waiting: bool  # on the list
    patient_id: UUID
    day: date  # of the time, on the clinic's calendar
    free: tuple[Slot, ...] = ()  # to which they may move their visit by themselves


@dataclass(frozen=True, slots=True)
class JoinFacts:
    """What the page to join offers to choose among. `services` only where no visit says which."""

    patient_id: UUID
    visit: OwnVisit | None
    wish: Wish | None  # as it stands
    clinicians: tuple[str, ...]
    services: tuple[str, ...]
    opens: time | None  # of the clinic's week: the earliest and the latest
    closes: time | None


class Notice(StrEnum):
    """How long before its visit a time came free."""

    LONG = "long"  # more than four hours
    MIDDLE = "middle"
    SHORT = "short"  # less than two hours


@dataclass(frozen=True, slots=True)
class Refill:
    """How the list did over some days. `half_within`: seconds until half of those filled were, None where none was."""

    filled: int
    nobody: int
    too_late: int
    half_within: float | None
    by_notice: tuple[
        tuple[Notice, int, int], ...
    ] = ()  # how many were filled, and of how many; without those that never were

    @property
    def share(self) -> float | None:
        """Of all that came free and were not taken back; None where there were none."""
        total = self.filled + self.nobody + self.too_late
        return self.filled / total if total else None
