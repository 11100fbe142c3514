"""Values of this room: dialogues as data, and where a person stands in one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

NEXT = ""  # where a choice leads: to the step below
TO_PERSON = "person"  # to a person of the staff, with what was said; so no step has this key
YES, NO = "yes", "no"
KNOWN, OPEN = "known", "open"  # facts: the phone is one patient's; the clinic is open now
CAN_BOOK, HAS_DIRECTIONS = "can_book", "has_directions"  # facts that BOOK and DIRECTIONS go by
FACTS = (KNOWN, OPEN)
"""What a branch may ask beside the answers given. Its values are YES and NO."""


class StepKind(StrEnum):
    """Stored."""

    ASK = "ask"  # a question with choices
    WORDS = "words"  # in the person's own words, which no machine reads
    BRANCH = "branch"  # goes on elsewhere, by what was answered or is known
    SAY = "say"
    HOURS = "hours"  # the clinic's opening hours as they stand
    DIRECTIONS = "directions"  # the page of how to find the clinic, or its address
    BOOK = "book"  # a link of their own to book a visit
    PERSON = "person"  # a person goes on, with what was said
    END = "end"


QUESTIONS = frozenset({StepKind.ASK, StepKind.WORDS})
SPEAKS = QUESTIONS | {StepKind.SAY}  # says nothing without a text of its own


class TaskFor(StrEnum):
    """What a dialogue that came to its end leaves for staff. Stored."""

    NOBODY = ""
    CHECK = "dialogue"  # read what was answered; nothing is changed without a person
    REFILL = "refill"  # prepare it again


class Silence(StrEnum):
    """What happens where no answer comes. Stored."""

    PERSON = "person"  # staff are told, with what was said
    END = "end"


@dataclass(frozen=True, slots=True)
class Saying:
    """A step in one language. `words`: for each choice what is understood beside its number and its label."""

    text: str = ""
    choices: tuple[str, ...] = ()
    words: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """Where a branch leads if this holds. `fact`: the key of an earlier question, whose `value` is the number of a choice, or
    one of FACTS."""

    fact: str
    value: str
    then: str


@dataclass(frozen=True, slots=True)
class Step:
    """`key` is stored with the answers: never reuse one for something else. `then`: where each choice leads, NEXT, TO_PERSON
    or the key of a later step. `page`: of DIRECTIONS, none: the first of that kind that is live. `task`: of END."""

    key: str
    kind: StepKind
    name: str = ""  # for staff
    says: Mapping[str, Saying] = field(default_factory=dict)
    then: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()
    page: str = ""
    task: TaskFor = TaskFor.NOBODY

    @property
    def choices(self) -> int:
        """How many choices it has."""
        return max((len(saying.choices) for saying in self.says.values()), default=0)


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A dialogue as published. A change makes a new version; who is in one stays in the version they began.

    `words`: phrases that begin it, by language; `meanings`: what a text may mean that begins it (a value of Meaning).
    `wait_hours`: so long an answer is waited for.
    """

    key: str
    version: int
    name: str
    steps: tuple[Step, ...]
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    meanings: tuple[str, ...] = ()
    wait_hours: int = 4
    silence: Silence = Silence.PERSON

    @property
    def languages(self) -> tuple[str, ...]:
        """Those of its first step that says something."""
        return next((tuple(step.says) for step in self.steps if step.says), ())

    def place(self, key: str) -> int:
        """Raises NoSuchStep."""
        for at, step in enumerate(self.steps):
            if step.key == key:
                return at
        raise NoSuchStep(key)

    def step(self, key: str) -> Step:
        """Raises NoSuchStep."""
        return self.steps[self.place(key)]


@dataclass(frozen=True, slots=True)
class Given:
    """What was answered to a question: the number of a choice, or words."""

    choice: int = 0
    words: str = ""


class Ending(StrEnum):
    """How a dialogue ends. Stored, with RUNNING for one that has not."""

    RUNNING = "running"
    DONE = "done"  # it came to its end by itself
    HANDED = "handed"  # a person goes on
    SILENT = "silent"  # no answer came
    BROKEN_OFF = "broken_off"  # by STOP, by words of danger, or because its steps can't be read


@dataclass(frozen=True, slots=True)
class Stand:
    """Where somebody is: the question that waits, whether it was asked twice, and what was answered before."""

    at: str
    is_again: bool = False
    given: Mapping[str, Given] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move:
    """What comes next: the steps that are said in order, then either a question (`asks`) or an end. `heard`: what the text
    was taken for; None: it was not understood."""

    says: tuple[Step, ...]
    asks: Step | None = None
    is_again: bool = False
    ending: Ending = Ending.RUNNING
    task: TaskFor = TaskFor.NOBODY
    heard: Given | None = None
    is_unclear: bool = False  # it answers nothing, and may be about something else

    @property
    def is_over(self) -> bool:
        return self.ending is not Ending.RUNNING


@dataclass(frozen=True, slots=True)
class Fault:
    """`code` is a key of FAULTS; `step` empty: the whole dialogue. `language` where it is about one."""

    step: str
    code: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class StepFigures:
    """Of one question: how often it was asked, understood at the first try, and which choices were made."""

    asked: int = 0
    understood: int = 0
    choices: Mapping[int, int] = field(default_factory=dict)

    @property
    def share(self) -> int | None:
        return round(100 * self.understood / self.asked) if self.asked else None


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one dialogue, over a span of days."""

    began: int = 0
    done: int = 0
    handed: int = 0
    silent: int = 0
    steps: Mapping[str, StepFigures] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said in a dialogue. `choice` 0: own words, or not understood."""

    step: str
    at: datetime
    choice: int
    words: str
    is_understood: bool


@dataclass(frozen=True, slots=True)
class Record:
    """What one person said in a dialogue, for whoever goes on."""

    id: UUID
    dialogue: Dialogue
    patient_id: UUID | None
    phone_bi: bytes
    language: str
    began_at: datetime
    ended_at: datetime | None
    ending: Ending
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class TriedLine:
    """One text of a try-out."""

    text: str
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """A try-out as far as it has come."""

    lines: tuple[TriedLine, ...]
    ending: Ending
    task: TaskFor


class NoSuchDialogue(LookupError):
    """The clinic has no dialogue of that key."""


class NoSuchStep(LookupError):
    """The dialogue has no step of that key."""


class NoSuchRun(LookupError):
    """Nobody was in a dialogue under that id."""


class UnreadableDialogue(ValueError):
    """What is stored can't be read as a dialogue. The text says where."""


class DraftChanged(Exception):
    """Somebody else has saved since: `by` whom and when."""

    def __init__(self, by: str, at: datetime) -> None:
        self.by, self.at = by, at
        super().__init__("the draft has changed")
