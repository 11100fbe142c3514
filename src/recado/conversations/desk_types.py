"""Values of the desk: what can't be done there, and what a search of the texts finds."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


class AnsweredSince(Exception):
    """A colleague has answered since the writer began."""


class NoSuchThread(LookupError):
    """The clinic has no conversation of this id."""


class UnfitText(ValueError):
    """The text can't be sent as it stands; `fault` is `empty`, `too_long`, or of when it leaves: `past`, `far`."""

    def __init__(self, fault: str) -> None:
        self.fault = fault
        super().__init__(fault)


@dataclass(frozen=True, slots=True)
class Hit:
    """A conversation in which words were found, and the newest text that holds them."""

    thread_id: UUID
    at: datetime
    text: str
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What a search of the newest texts found. `back_to` is the oldest that was read."""

    hits: tuple[Hit, ...]
    searched: int
    back_to: datetime | None
