"""Values of this room: visits as other systems tell of them and as we show them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from recado.contacts.types import PersonRecord
from recado.foundation.actors import Actor

from . import bookable, states, waitlist_types, waves

CalendarView = bookable.CalendarView
Choice = bookable.Choice
MOST_AHEAD, MOST_A_WEEK = bookable.MOST_AHEAD, bookable.MOST_A_WEEK
Break = bookable.Break
HeldTime = bookable.HeldTime
OpenTime = bookable.OpenTime
Times = bookable.Times
NotKept = bookable.NotKept
Online = bookable.Online
Proved = bookable.Proved
TooMany = bookable.TooMany
LinkUsed = bookable.LinkUsed
ServiceView = bookable.ServiceView
Slot = bookable.Slot
SlotTaken = bookable.SlotTaken
SlotWish = bookable.SlotWish
CalendarKind = states.CalendarKind
CANCELLED = states.CANCELLED
COMES = states.COMES
PRESENCE = states.PRESENCE
UNREACHABLE = states.UNREACHABLE
CancelReason = states.CancelReason
ChangeKind = states.ChangeKind
Outcome = states.Outcome
PatientReason = states.PatientReason
Status = states.Status
VisitState = states.VisitState
Why = states.Why
Freed = waitlist_types.Freed
JoinFacts = waitlist_types.JoinFacts
OfferFacts = waitlist_types.OfferFacts
OwnVisit = waitlist_types.OwnVisit
OwnWish = waitlist_types.OwnWish
FreedState = waitlist_types.FreedState
Notice, Refill = waitlist_types.Notice, waitlist_types.Refill
NoneAsked = waitlist_types.NoneAsked
WhyEnded = waitlist_types.WhyEnded
Waiting = waitlist_types.Waiting
ALL_DAYS = waves.ALL_DAYS
DAY_END = waves.DAY_END


class BookingStatus(StrEnum):
    """What the source says of a visit."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    FINISHED = "finished"  # the patient was seen
    MISSED = "missed"  # the patient did not come, they say: kept, and nobody is asked how it was; the desk judges


class Announce(StrEnum):
    """Whether an import tells people at once that a visit was booked, moved or cancelled.

    AUTO: yes, but a source's first import only plans reminders, and more than
    `ANNOUNCE_LIMIT` people wait for a person's word. ALL: yes, all, those that wait too.
    NONE: nobody, and those that wait are dropped.
    """

    AUTO = "auto"
    ALL = "all"
    NONE = "none"


ANNOUNCE_LIMIT = 50  # people in one import who may be texted at once without a person's word


LONGEST_TITLE = 120  # letters of a clinician, service or place
LONGEST_ID = 128


class BadBooking(ValueError):
    """A visit can't be kept as it is described. The text says what to do and holds nothing of it."""

    def __init__(self, field: str, hint: str) -> None:
        self.field = field
        super().__init__(f"{field}: {hint}")


@dataclass(frozen=True, slots=True)
class Booking:
    """A visit as a source describes it. `start` is aware; `external_id` is the source's own. Raises BadBooking."""

    external_id: str
    person: PersonRecord
    start: datetime
    duration: timedelta | None = None
    clinician: str = ""
    service: str = ""
    site: str = ""
    status: BookingStatus = BookingStatus.BOOKED
    reason: CancelReason | None = None  # why it is cancelled, where the source says so

    def __post_init__(self) -> None:
        if not 0 < len(self.external_id) <= LONGEST_ID:
            raise BadBooking("external_id", f"Give each visit a name of 1 to {LONGEST_ID} letters.")
        for name, title in (("clinician", self.clinician), ("service", self.service), ("site", self.site)):
            if len(title) > LONGEST_TITLE:
                raise BadBooking(name, f"Shorten it to {LONGEST_TITLE} letters or fewer.")


@dataclass(frozen=True, slots=True)
class BookingOutcome:
    """What a chunk of bookings changed. `to_tell` are the people who would be texted at once."""

    new: int = 0
    moved: int = 0
    cancelled: int = 0
    changed: int = 0  # other details: clinician, site, phone
    unchanged: int = 0
    without_phone: int = 0
    past: int = 0
    to_tell: frozenset[UUID] = field(default_factory=frozenset)

    def __add__(self, other: "BookingOutcome") -> "BookingOutcome":
        return BookingOutcome(
            self.new + other.new,
            self.moved + other.moved,
            self.cancelled + other.cancelled,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.without_phone + other.without_phone,
            self.past + other.past,
            self.to_tell | other.to_tell,
        )


@dataclass(frozen=True, slots=True)
class VisitView:
    """A visit as staff and commands see it."""

    id: UUID
    external_id: str
    source: str
    patient_id: UUID
    starts_at: datetime
    duration: timedelta | None
    clinician: str
    service: str
    site: str
    state: VisitState
    wants_another_time: bool
    revision: int


@dataclass(frozen=True, slots=True)
class DayVisit:
    """A visit of a day with the last line of its story: what was done to it, when, by whom and why."""

    id: UUID
    patient_id: UUID
    starts_at: datetime
    duration: timedelta | None
    clinician: str
    service: str
    site: str
    state: VisitState
    wants_another_time: bool
    answer: str
    changed: ChangeKind
    changed_at: datetime
    changed_by: str  # an ActorKind
    changed_ref: str
    reason: str
    room: str = ""  # of what was booked here


@dataclass(frozen=True, slots=True)
class Announced:
    """What became of the texts that an import would send at once, in people."""

    told: int = 0
    waiting: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is to do until an import is taken back."""

    visits: int
    lines: int  # that are remembered of it


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What taking a piece of an import back did. `done` of the backlog's visits and lines; 0: nothing is left."""

    removed: int = 0  # visits that only it had brought
    put_back: int = 0
    people: int = 0  # who came only with it
    stayed: int = 0  # visits that somebody heard of, or changed, meanwhile
    done: int = 0
    after: UUID | None = None  # the last visit


class CannotTakeBack(Exception):
    """An import stays. `code`: nothing, told, answered, changed, later_import."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# ------------------------------------------------------------------------------------------------ files brought in by page
# Pages and readers of files are doors side by side. What they say to one another stands here, on the floor below; who
# answers stands in `launch/wiring.py` under IMPORTS (docs/adr/0021-import-pages-and-their-reader.md).


class FileState(StrEnum):
    """Where a file on its way in stands."""

    FILE = "file"  # what its columns mean is being said
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"


class CannotImport(Exception):
    """A file or a step is refused. `sentence` says what to do, in the reader's language."""

    def __init__(self, code: str, sentence: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence


class NoSuchFile(LookupError):
    """There is no such file in this clinic, or its day is over."""


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column, some of what stands in it, and what it means."""

    at: int
    title: str
    field: str  # empty: not brought in
    samples: tuple[str, ...]
    is_hidden: bool  # free text: its values are not shown


@dataclass(frozen=True, slots=True)
class FileLook:
    """How a file is read, for a person to check and change."""

    encoding: str
    delimiter: str
    dates: str  # day-first, month-first; empty: the file speaks for both
    time_zone: str
    rows: int
    columns: tuple[FileColumn, ...]
    missing: tuple[str, ...]  # start, who, record, id
    is_without_ids: bool
    is_mapping_saved: bool
    first: Mapping[str, str]  # the first readable row: field -> value
    fields: tuple[str, ...]  # what a column may mean


@dataclass(frozen=True, slots=True)
class FileView:
    """A file on its way in. `counts` are rows: new, moved, cancelled, changed, unchanged, to_fix, warned, fixed, left_out,
    past, without_phone, repeated; and people: to_tell, told, waiting."""

    id: UUID
    state: FileState
    name: str
    size: int
    source: str
    announce: Announce
    uploaded_at: datetime
    actor: Actor
    rows: int
    rows_done: int
    counts: Mapping[str, int]
    problem: str
    is_first: bool
    brought_in_before: datetime | None
    waits: bool = False  # until an import of its source is taken back


@dataclass(frozen=True, slots=True)
class CellView:
    """What is wrong in one row, and where it can be put right. `at` None: not here."""

    at: int | None
    title: str
    value: str
    reason: str
    fix: str


@dataclass(frozen=True, slots=True)
class RowView:
    """A row that somebody should look at."""

    row: int
    state: str  # to_fix, warned, fixed, left_out
    who: str
    cells: tuple[CellView, ...]


@dataclass(frozen=True, slots=True)
class ImportView:
    """One import, under way or done, by page or by command."""

    id: UUID
    source: str
    digest: str  # the first letters
    started_at: datetime
    finished_at: datetime | None
    undoing_at: datetime | None  # since when it is being taken back
    undone_at: datetime | None
    counts: Mapping[str, int]
    is_waiting: bool
    actor: Actor
    has_rows: bool = False  # rows that stayed out can still be seen
    stays: str = ""  # why it can't be taken back; empty: it can
    undo_counts: Mapping[str, int] = field(
        default_factory=dict
    )  # visits, todo, done, removed, put_back, stayed, people
    undo_problem: str = ""  # it broke off, and waits for a person


@dataclass(frozen=True, slots=True)
class Suggested:
    """Free times that suit a visit, and an answer that offers them; `text` is empty where its patient wants no text that tells a
    time. `keys` brings them back."""

    visit_id: UUID
    text: str
    language: str
    slots: tuple[Slot, ...]
    keys: str


class Intake(Protocol):
    """Takes an upload in as it arrives, sealed."""

    size: int

    @property
    def is_too_large(self) -> bool: ...
    def write(self, block: bytes) -> None: ...


class ImportDesk(Protocol):
    """What the import pages ask. Ids that the clinic doesn't have raise `NoSuchFile`; refusals `CannotImport`."""

    def intake(self, clinic_id: UUID) -> Intake: ...
    def receive(self, *, clinic_id: UUID, intake: Intake, name: str, by: Actor) -> UUID: ...
    def file(self, clinic_id: UUID, file_id: UUID) -> FileView: ...
    def files(self, clinic_id: UUID) -> list[FileView]: ...
    def look(self, clinic_id: UUID, file_id: UUID, *, by: Actor) -> FileLook: ...
    def read_as(self, *, clinic_id: UUID, file_id: UUID, wishes: Mapping[str, str], by: Actor) -> None: ...
    def check(self, *, clinic_id: UUID, file_id: UUID, by: Actor) -> None: ...
    def back(self, *, clinic_id: UUID, file_id: UUID, by: Actor) -> None: ...
    def rows(
        self, clinic_id: UUID, file_id: UUID, state: str, page: int, *, by: Actor
    ) -> tuple[list[RowView], int]: ...
    def fix_row(self, *, clinic_id: UUID, file_id: UUID, row: int, cells: Mapping[int, str], by: Actor) -> RowView: ...
    def leave_out(self, *, clinic_id: UUID, file_id: UUID, row: int, is_out: bool, by: Actor) -> None: ...
    def errors(self, clinic_id: UUID, file_id: UUID) -> Iterator[tuple[str, ...]]: ...
    def bring_in(self, *, clinic_id: UUID, file_id: UUID, announce: Announce, by: Actor) -> None: ...
    def pause(self, *, clinic_id: UUID, file_id: UUID, is_paused: bool, by: Actor) -> None: ...
    def discard(self, *, clinic_id: UUID, file_id: UUID, by: Actor) -> None: ...
    def runs(self, clinic_id: UUID, page: int) -> tuple[list[ImportView], int]: ...
    def run(self, clinic_id: UUID, run_id: UUID) -> ImportView: ...
    def announce(self, *, clinic_id: UUID, run_id: UUID, announce: Announce, by: Actor) -> Announced: ...
    def take_back(self, *, clinic_id: UUID, run_id: UUID, by: Actor) -> None: ...
