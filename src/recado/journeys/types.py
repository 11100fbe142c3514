"""Journeys: steps over time, anchored to an event. Pure values; every moment is aware, results are in UTC."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from recado.consent.types import QuietHours
from recado.foundation.phone import Phone

FIRST_REVISION = 1


class Occasion(StrEnum):
    """What makes a step due."""

    BOOKED = "booked"  # at once
    MOVED = "moved"  # at once
    CANCELLED = "cancelled"  # at once
    BEFORE_START = "before_start"
    LATE = "late"  # as soon as may be, where every dated question is in the past already


AT_ONCE = frozenset({Occasion.BOOKED, Occasion.MOVED, Occasion.CANCELLED})


class Kind(StrEnum):
    NOTICE = "notice"
    QUESTION = "question"  # opens a question that an answer is bound to


class Condition(StrEnum):
    ALWAYS = "always"
    SILENT = "silent"  # only while the person has not answered in this revision


@dataclass(frozen=True, slots=True)
class Moment:
    """`before` counts only for BEFORE_START: whole days by the wall clock, anything else in elapsed time."""

    occasion: Occasion
    before: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class MessageStep:
    """One text of a journey. `key` is stored with what was sent: never reuse one for something else."""

    key: str
    when: Moment
    kind: Kind
    template: str
    only_if: Condition = Condition.SILENT
    template_if_first: str | None = None  # where no question came before


@dataclass(frozen=True, slots=True)
class Plan:
    """A journey as published. A change makes a new version; people under way keep theirs.

    `least_notice`: a LATE question goes only while the event is further away than this.
    """

    key: str
    version: int
    steps: tuple[MessageStep, ...]
    least_notice: timedelta = timedelta(hours=2)

    def step(self, key: str) -> MessageStep:
        """Raises UnknownStep."""
        for step in self.steps:
            if step.key == key:
                return step
        raise UnknownStep(f"{self.key} v{self.version} has no step {key!r}")


class UnknownStep(LookupError):
    """The plan has no step of that key."""


class AnchorState(StrEnum):
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Anchor:
    """The event that a journey hangs on. `revision` is 1 as booked and one more with each move; a move opens the
    event again (state BOOKED). Answers and sent steps belong to one revision."""

    start: datetime
    booked_at: datetime
    state: AnchorState = AnchorState.BOOKED
    revision: int = FIRST_REVISION


@dataclass(frozen=True, slots=True)
class Facts:
    """What else the engine must know. `done`: keys of this revision's steps that were sent already."""

    time_zone: str
    quiet_hours: QuietHours = field(default_factory=QuietHours)
    announce: bool = True  # whether booking, moving and cancelling are told at once
    has_stopped: bool = False
    done: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step with its moment. `template` is what it would say as things stand; `due_step` decides again."""

    key: str
    due: datetime
    template: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class DroppedStep:
    """A step that will not go, and why (a key of `engine.REASONS`)."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """All that is still to come, in order of time, and what was left out."""

    steps: tuple[PlannedStep, ...]
    dropped: tuple[DroppedStep, ...]


@dataclass(frozen=True, slots=True)
class Send:
    template: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Skip:
    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now: decide again at `until`."""

    until: datetime
    reason: str


Decision = Send | Skip | Wait


# ------------------------------------------------------------------------------------------------ between journeys and the rooms of events


@dataclass(frozen=True, slots=True)
class AnchorChange:
    """An event that began or changed, and what has been answered since it was last set."""

    kind: str
    id: UUID
    patient_id: UUID
    anchor: Anchor
    answers: frozenset[str] = frozenset()
    is_new: bool = False  # never planned before: saves looking


@dataclass(frozen=True, slots=True)
class AnchorView:
    """An event as its own room tells of it: where it stands and what has been answered."""

    id: UUID
    patient_id: UUID
    anchor: Anchor
    answers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Letter:
    """A finished text and whom it goes to. `expires_at`: of no use from then on."""

    text: str
    phone: Phone | None
    expires_at: datetime


class AnchorRoom(Protocol):
    """What a room wired under ANCHORS offers. Both are called inside `clinic_scope`, for a whole batch."""

    def load(self, clinic_id: UUID, ids: Sequence[UUID]) -> Mapping[UUID, AnchorView]: ...

    def compose(self, clinic_id: UUID, wanted: Sequence[tuple[UUID, str]]) -> Sequence[Letter]:
        """The text of each (event, template), in the order given."""
