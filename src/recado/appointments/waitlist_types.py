"""Values of the waitlist."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from recado.conversations.types import OfferView

from .waves import FreeTime, Wish


class FreedState(StrEnum):
    """What became of a time that came free. Stored."""

    OFFERING = "offering"
    FILLED = "filled"
    NOBODY = "nobody"  # nobody said yes, or nobody waits for such a time
    TOO_LATE = "too_late"  # it came free when nobody could come any more
    TAKEN_BACK = "taken_back"  # by staff, or by who had cancelled


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


@dataclass(frozen=True, slots=True)
class Refill:
    """How the list did over some days. `half_within`: seconds until half of those filled were, None where none was."""

    filled: int
    nobody: int
    too_late: int
    half_within: float | None

    @property
    def share(self) -> float | None:
        """Of all that came free and were not taken back; None where there were none."""
        total = self.filled + self.nobody + self.too_late
        return self.filled / total if total else None
