"""Journeys: steps over time, anchored to an event. Pure values; every moment is aware, results are in UTC."""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from recado.consent.types import QuietHours
from recado.foundation.actors import Actor
from recado.journeys.codes import AnchorState as AnchorState
from recado.journeys.codes import At as At
from recado.journeys.codes import JourneyState as JourneyState
from recado.journeys.codes import Kind as Kind
from recado.journeys.codes import Op as Op
from recado.journeys.deeds import End as End
from recado.journeys.deeds import HoldOut as HoldOut
from recado.journeys.deeds import OfferTime as OfferTime
from recado.journeys.deeds import Pause as Pause
from recado.journeys.deeds import Task as Task
from recado.journeys.deeds import Text as Text
from recado.journeys.deeds import Webhook as Webhook
from recado.journeys.errors import DraftChanged as DraftChanged
from recado.journeys.errors import NoSuchJourney as NoSuchJourney
from recado.journeys.errors import NotPublishable as NotPublishable
from recado.journeys.errors import UnknownStep as UnknownStep
from recado.journeys.errors import UnreadablePlan as UnreadablePlan
from recado.journeys.telling import FinishedVisit as FinishedVisit
from recado.journeys.telling import Letter as Letter
from recado.journeys.telling import Sample as Sample

FIRST_REVISION = 1
MOVED = "moved"  # ON this: the event stands as it was opened, at another time
REASSIGNED = "reassigned"  # ON this: it stands at its time, and another clinician sees the person

Known = str | int | bool


@dataclass(frozen=True, slots=True)
class Moment:
    """`by`: whole days go by the wall clock, anything else by elapsed time. `state`: ON waits for it; the others go
    only while the event is in it, empty = while the event is still open."""

    at: At
    by: timedelta = timedelta(0)
    state: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold when the step is due. `fact`: a field of the event, something known of the patient, or one of
    `answered` (any answer, or confirmed), `answer` (this one was given), `state`, `asked` (a question went before)."""

    fact: str
    op: Op
    value: Known


SILENT = (Condition("answered", Op.IS, False),)  # only while the person has not answered in this revision


# ------------------------------------------------------------------------------------------------ what a step does


@dataclass(frozen=True, slots=True)
class Arm:
    """`only_if` chooses in a Branch (none: otherwise), `weight` in a Variant."""

    name: str
    steps: tuple["PlanStep", ...]
    only_if: tuple[Condition, ...] = ()
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Branch:
    """The first arm whose conditions hold when the branch is due."""

    arms: tuple[Arm, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """One arm by chance, in the proportion of the weights; the same for a person however often it is asked."""

    arms: tuple[Arm, ...]


Deed = Text | Task | Webhook | OfferTime | Pause | End | HoldOut | Branch | Variant


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One step of a journey. `key` is stored with what was done: never reuse one for something else.

    `stands_in_for`: goes instead of that step where no dated question can follow.
    """

    key: str
    when: Moment
    does: Deed
    only_if: tuple[Condition, ...] = ()
    stands_in_for: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A step and where it stands: the arms it lies in, outermost first, and the step before it."""

    step: PlanStep
    arms: tuple[tuple[str, str], ...] = ()  # (key of the branch or variant, name of the arm)
    before: str | None = None


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind of event that journeys hang on.

    `opening`: the state it begins in. `open`: states in which it is still to come. `until_start`: what is told of these
    states is of no use from the event's time on; empty where the time is no limit (an invoice that is due).
    """

    key: str
    opening: str
    open: frozenset[str]
    closed: frozenset[str]
    until_start: frozenset[str] = frozenset()
    fields: tuple[str, ...] = ()
    has_times: bool = False
    are_hours_chosen: bool = False  # its times are hours that the patient chose: they go then, or not at all
    is_answerable: bool = False  # whoever is told of it may answer, also where nothing was asked
    has_clinician: bool = False  # who may change while it stands
    frees_its_time: bool = False  # once cancelled, somebody else can have its time
    named_answers: tuple[tuple[str, str], ...] = ()  # only a question that names them takes these, each with its state

    @property
    def states(self) -> frozenset[str]:
        return self.open | self.closed

    @property
    def turns(self) -> tuple[str, ...]:
        """What may be told at once: each state, and what happens while it stands."""
        return (*sorted(self.states), MOVED, *((REASSIGNED,) if self.has_clinician else ()))


@dataclass(frozen=True, slots=True)
class Plan:
    """A journey as published. A change makes a new version; people under way keep theirs.

    `who`: only events for which this holds. `least_notice`: a LATE question goes only while the event is further away
    than this. `patience`: a step that comes later than this after its moment does not go any more.
    """

    key: str
    version: int
    event: EventKind
    steps: tuple[PlanStep, ...]
    who: tuple[Condition, ...] = ()
    least_notice: timedelta = timedelta(hours=2)
    patience: timedelta = timedelta(days=1)
    placed: tuple[Placed, ...] = field(init=False, repr=False, compare=False)
    by_key: Mapping[str, Placed] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        placed = tuple(_place(self.steps))
        object.__setattr__(self, "placed", placed)
        object.__setattr__(self, "by_key", {one.step.key: one for one in placed})

    def at(self, key: str) -> Placed:
        """Where the step of this key stands; "dose#3" is the step "dose". Raises UnknownStep."""
        try:
            return self.by_key[key.partition("#")[0]]
        except KeyError:
            raise UnknownStep(f"{self.key} v{self.version} has no step {key!r}") from None

    def has(self, key: str) -> bool:
        """Whether it has the step of this key: a later version may have dropped what was done on an earlier one."""
        return key.partition("#")[0] in self.by_key

    def step(self, key: str) -> PlanStep:
        """Raises UnknownStep."""
        return self.at(key).step

    def is_at_chosen_hour(self, key: str) -> bool:
        """Whether this step goes at an hour that the person chose: then the clinic's hours don't hold it. Raises UnknownStep."""
        return self.event.are_hours_chosen and self.step(key).when.at is At.EACH

    @property
    def is_stepwise(self) -> bool:
        """Whether what comes next can depend on what was done: then the journey is planned again behind each step."""
        return any(
            one.step.when.at in (At.NEXT, At.EACH) or isinstance(one.step.does, Branch | End) for one in self.placed
        )


def _place(
    steps: Sequence[PlanStep], arms: tuple[tuple[str, str], ...] = (), before: str | None = None
) -> Iterator[Placed]:
    for step in steps:
        yield Placed(step, arms, before)
        if isinstance(step.does, Branch | Variant):
            for arm in step.does.arms:
                yield from _place(arm.steps, (*arms, (step.key, arm.name)), step.key)
        before = step.key


@dataclass(frozen=True, slots=True)
class Anchor:
    """The event that a journey hangs on. `revision` is 1 as booked and one more with each move; a move opens the
    event again. Answers and sent steps belong to one revision. `times`: what EACH goes by, in order.
    `fields`: what conditions may ask of it. `clinician_was`: at first in this revision, where that has changed since.
    `has_just_acted`: the person set its time, or cancelled, themselves a moment ago, so that being told of it answers them."""

    start: datetime
    booked_at: datetime
    state: str = AnchorState.BOOKED
    revision: int = FIRST_REVISION
    end: datetime | None = None
    times: tuple[datetime, ...] = ()
    fields: Mapping[str, Known] = field(default_factory=dict)
    clinician_was: str | None = None
    has_just_acted: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a step of this revision. `arm`: what a branch chose, or a mark of what was told."""

    at: datetime
    outcome: str = "sent"  # sent, done, refused, skipped
    arm: str = ""

    @property
    def is_over(self) -> bool:
        """Not to be done again; what was skipped may come back when the event changes."""
        return self.outcome != "skipped"


@dataclass(frozen=True, slots=True)
class Facts:
    """What else the engine must know. `done`: this revision's steps that are behind us. `seed`: the run's id, from
    which chance is drawn. `known`: what conditions may ask of the patient."""

    time_zone: str
    quiet_hours: QuietHours = field(default_factory=QuietHours)
    announce: bool = True  # whether booking, moving and cancelling are told at once
    has_stopped: bool = False
    done: Mapping[str, Done] = field(default_factory=dict)
    seed: bytes = b""
    known: Mapping[str, Known] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step with its moment. `does` is what it would do as things stand; `due_step` decides again."""

    key: str
    due: datetime
    does: Deed


@dataclass(frozen=True, slots=True)
class DroppedStep:
    """A step that will not go, and why (a key of `engine.REASONS`)."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """All that is still to come as things stand, in order of time, and what was left out."""

    steps: tuple[PlannedStep, ...]
    dropped: tuple[DroppedStep, ...]


@dataclass(frozen=True, slots=True)
class Do:
    """Do this now. `arm`: what a branch has chosen, or a mark of what is told. A text has the template that fits."""

    does: Deed
    arm: str = ""


@dataclass(frozen=True, slots=True)
class Skip:
    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now: decide again at `until`."""

    until: datetime
    reason: str


Decision = Do | Skip | Wait
Answers = Collection[str]


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
    """An event as its own room tells of it: where it stands and what has been answered. `external_id`: its name in the system
    that it came from."""

    id: UUID
    patient_id: UUID
    anchor: Anchor
    answers: frozenset[str]
    external_id: str = ""


class AnchorRoom(Protocol):
    """What a room wired under ANCHORS offers. All are called inside `clinic_scope`; the first two for a whole batch."""

    def load(self, clinic_id: UUID, ids: Sequence[UUID]) -> Mapping[UUID, AnchorView]: ...

    def compose(self, clinic_id: UUID, wanted: Sequence[tuple[UUID, str]]) -> Sequence[Letter]:
        """The text of each (event, template), in the order given."""

    def templates(self, clinic_id: UUID) -> Collection[str]:
        """The keys of the texts that `compose` can write."""

    def samples(
        self, clinic_id: UUID, kind: str, templates: Collection[str], at: datetime | None = None
    ) -> Mapping[str, Mapping[str, Sample]]:
        """These texts about an event of this kind (at that moment), by key and then by language; what can't be written about
        one is missing."""

    def answers(self, kind: str) -> Mapping[str, str]:
        """What a question about such an event offers, in order, and the state that each answer brings it to; "": it stays."""


class TimeRoom(Protocol):
    """What a room wired under FREED_TIMES offers, whose events hold times that others wait for. Called inside `clinic_scope`."""

    def offer_again(self, *, clinic_id: UUID, visit_ids: Sequence[UUID], by: Actor) -> Mapping[UUID, str]:
        """Offers the times of these cancelled events to those who wait, and says of each why not (a key of
        `engine.REASONS`), or nothing: it is on offer from now on."""


class TogetherRoom(Protocol):
    """What a room wired under TOGETHER offers: several of its events in one text, of one day or of one series. Called inside `clinic_scope`, for a batch."""

    TEMPLATES: Collection[str]
    """Those of its texts that have a wording for several events."""

    SERIES: Collection[str]
    """Those that tell of a whole series of events, on whatever days."""

    def series(self, clinic_id: UUID, ids: Collection[UUID]) -> Mapping[UUID, Hashable]:
        """The series that these events are in, by event, with the others of each series; who is alone is in none."""

    def groups(self, clinic_id: UUID, ids: Collection[UUID]) -> Mapping[UUID, Hashable]:
        """The groups that these events are in, by event, with the others of each group; who is alone is in none."""

    def compose(self, clinic_id: UUID, wanted: Sequence[tuple[Sequence[UUID], str]]) -> Sequence[Letter]:
        """One text about the events of each group; the template is the one that each would have had alone."""
