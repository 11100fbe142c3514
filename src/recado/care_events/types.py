"""Values of this room: dated facts about a patient that are no visit. Each kind is a dataclass; each starts a journey.

What a kind holds beyond dates may tell of somebody's health or money: it is kept sealed. A field says from which level on a text may
tell it (`InText`, `PlacedText`, `ClinicalText`); one that says nothing is told in none (ADR 39).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any, Protocol, TypeVar
from uuid import UUID

from recado.consent.types import Privacy
from recado.contacts.types import PersonRecord

LONGEST_COURSE = timedelta(days=366)
MOST_TIMES_A_DAY = 8
MOST_PAGES = 60

T = TypeVar("T")
InText = Annotated[T, Privacy.NEUTRAL]
PlacedText = Annotated[T, Privacy.PLACE_AND_TIME]
ClinicalText = Annotated[T, Privacy.CLINICAL]


class EventKind(StrEnum):
    """Stored, and the names of the events of journeys."""

    PRESCRIPTION = "prescription"
    MEDICATION = "medication"
    REFILL = "refill"
    RESULT = "result"
    DOCUMENT = "document"
    INVOICE = "invoice"
    COVER_RENEWAL = "cover_renewal"
    DELAY = "delay"
    RECALL = "recall"
    VACCINATION = "vaccination"
    VIDEO_VISIT = "video_visit"
    PORTAL = "portal"
    EDUCATION = "education"
    HOURS = "hours"
    FORM = "form"
    VISIT_FINISHED = "visit_finished"


@dataclass(frozen=True, slots=True)
class PrescriptionReady:
    """Something waits to be picked up. `until`: kept so long."""

    ready_at: datetime
    place: PlacedText[str] = ""
    until: PlacedText[date | None] = None


@dataclass(frozen=True, slots=True)
class Stage:
    """Days of a course with the same hours; a taper is several stages."""

    days: int
    times: tuple[time, ...]


@dataclass(frozen=True, slots=True)
class MedicationCourse:
    """A medicine to be taken at hours that the patient chose. `medicine` is in a text only for who agreed to clinical words."""

    first_day: date
    stages: tuple[Stage, ...]
    medicine: ClinicalText[str] = ""


@dataclass(frozen=True, slots=True)
class RefillDue:
    """A medicine runs out on this day."""

    on: date
    medicine: ClinicalText[str] = ""


@dataclass(frozen=True, slots=True)
class ResultReady:
    """A result is ready; never what it says. `needs_call`: it is told by a person, who the patient is asked to call."""

    ready_at: datetime
    needs_call: bool = False
    reference: PlacedText[str] = ""  # the study's own number, where the patient knows it
    studied_on: PlacedText[date | None] = None
    url: InText[str] = ""  # a portal elsewhere, which asks who they are
    book_url: InText[str] = ""  # where a time for the call can be chosen


@dataclass(frozen=True, slots=True)
class DocumentToRead:
    """A paper waits behind a checked link."""

    sent_at: datetime
    title: str = ""


@dataclass(frozen=True, slots=True)
class FormToFill:
    """A form is to be filled in before this moment, which is mostly that of a visit. `url`: where, if it is another system's."""

    due_at: PlacedText[datetime]
    url: InText[str] = ""


@dataclass(frozen=True, slots=True)
class InvoiceDue:
    """A bill. The amount is kept for staff and the page; it is in no text. `pay_url`: where it can be paid."""

    due_on: PlacedText[date]
    amount_minor: int = 0
    currency: str = ""
    pay_url: InText[str] = ""


@dataclass(frozen=True, slots=True)
class CoverRenewal:
    """A health insurance renews itself on this day. `conditions_url`: what changes."""

    renews_on: PlacedText[date]
    insurer: PlacedText[str] = ""
    conditions_url: InText[str] = ""


@dataclass(frozen=True, slots=True)
class Delay:
    """Whoever has come, or is about to, waits longer: until about this moment."""

    expected_at: datetime
    minutes: PlacedText[int]
    place: PlacedText[str] = ""


@dataclass(frozen=True, slots=True)
class Recall:
    """A check-up is due. `book_url`: where it can be booked; none: by phone."""

    due_on: date
    book_url: InText[str] = ""


@dataclass(frozen=True, slots=True)
class Vaccination:
    """A time of vaccination begins, for those whom it is meant for."""

    begins_on: date
    until: PlacedText[date | None] = None
    book_url: InText[str] = ""


@dataclass(frozen=True, slots=True)
class VideoVisit:
    """A visit by video. `join_url`: where it is joined, on an address of the clinic's own."""

    starts_at: PlacedText[datetime]
    join_url: InText[str]


@dataclass(frozen=True, slots=True)
class PortalLink:
    """The patient's own page elsewhere: a portal, a record. It asks who they are; Recado does not."""

    sent_at: datetime
    url: InText[str]


@dataclass(frozen=True, slots=True)
class EducationSeries:
    """Pages to read between visits, one at a time, so many days apart."""

    first_day: date
    every_days: int
    pages: InText[tuple[str, ...]]  # addresses on the web


@dataclass(frozen=True, slots=True)
class HoursChange:
    """Other opening hours on a day, or on several up to `last_day`, for whoever has a visit then. Without hours: closed."""

    on: PlacedText[date]
    opens: PlacedText[time | None] = None
    closes: PlacedText[time | None] = None
    last_day: PlacedText[date | None] = None


@dataclass(frozen=True, slots=True)
class VisitFinished:
    """A visit that another system keeps is over. Whoever agreed to surveys is asked about it; no text of its own goes."""

    finished_at: datetime
    clinician: str = ""
    service: str = ""
    site: str = ""


Detail = (
    PrescriptionReady
    | MedicationCourse
    | RefillDue
    | ResultReady
    | DocumentToRead
    | InvoiceDue
    | CoverRenewal
    | Delay
    | Recall
    | Vaccination
    | VideoVisit
    | PortalLink
    | FormToFill
    | EducationSeries
    | HoursChange
    | VisitFinished
)


@dataclass(frozen=True, slots=True)
class CareEvent:
    """An event as another system, or a member of staff, tells of it. `state` empty: as it begins."""

    external_id: str
    person: PersonRecord
    detail: Detail
    state: str = ""


@dataclass(frozen=True, slots=True)
class EventView:
    """An event as staff see it."""

    id: UUID
    kind: EventKind
    patient_id: UUID
    state: str
    at: datetime
    ends_at: datetime | None
    revision: int
    detail: Detail
    answer: str
    source: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One thing that happened to an event, as staff see it."""

    id: UUID
    kind: EventKind
    at: datetime
    state: str
    answer: str
    actor_kind: str
    actor_ref: str


class Came(StrEnum):
    """What a word of a source did."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an event: a key of `kinds.FAULTS`, and the field that it is about."""

    key: str
    field: str


@dataclass(frozen=True, slots=True)
class EventOutcome:
    """What a batch of events did, in events; and the patients who are told at once. `kept` and `refused` go by the place in
    the batch, from 0."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    without_phone: int = 0
    to_tell: frozenset[UUID] = frozenset()
    kept: Mapping[int, tuple[UUID, Came]] = field(default_factory=dict)
    refused: Mapping[int, Fault] = field(default_factory=dict)


class NoSuchEvent(LookupError):
    """The clinic has no such event."""


class BadField(ValueError):
    """A field of an event can't be read. `hint` says what to do; neither holds what was sent."""

    def __init__(self, field: str, hint: str) -> None:
        super().__init__(f"{field}: {hint}")
        self.field, self.hint = field, hint


class BadState(ValueError):
    """An event of this kind is never in this state."""


# ------------------------------------------------------------------------------------------------ tables brought in by page
# Pages and readers of files are doors side by side, as for appointments (docs/adr/0021-import-pages-and-their-reader.md).


@dataclass(frozen=True, slots=True)
class EventTrouble:
    """What keeps a row of a table out. `row` counts as a spreadsheet does; `key` says what is wrong; never the value."""

    row: int
    column: str
    key: str


@dataclass(frozen=True, slots=True)
class EventsResult:
    """What bringing a table in did, or would do: rows, and people for `told` and `waiting`."""

    is_dry_run: bool
    is_first: bool
    rows: int
    new: int
    changed: int
    unchanged: int
    without_phone: int
    repeated: int  # a later row told of the same event
    left_out: int
    told: int
    waiting: int
    columns_left_out: tuple[str, ...]
    troubles: tuple[EventTrouble, ...]

    def told_as(self, told: int, waiting: int) -> "EventsResult":
        return replace(self, told=told, waiting=waiting)


@dataclass(frozen=True, slots=True)
class EventsFile:
    """A table that was looked at and not brought in yet."""

    id: UUID
    name: str
    source: str
    uploaded_at: datetime


class EventsDesk(Protocol):
    """What the pages ask. Ids that the clinic doesn't have raise `NoSuchFile`; refusals `CannotImport`."""

    def intake(self, clinic_id: UUID) -> Any: ...
    def receive(
        self, *, clinic_id: UUID, intake: Any, name: str, source: str, kind: EventKind | None, dates: str, by: Any
    ) -> UUID: ...
    def file(self, clinic_id: UUID, file_id: UUID) -> EventsFile: ...
    def files(self, clinic_id: UUID) -> list[EventsFile]: ...
    def check(self, clinic_id: UUID, file_id: UUID, announce: Any, *, by: Any) -> EventsResult: ...
    def bring_in(self, *, clinic_id: UUID, file_id: UUID, announce: Any, by: Any) -> EventsResult: ...
    def discard(self, *, clinic_id: UUID, file_id: UUID, by: Any) -> None: ...
    def template(self, clinic_id: UUID, kind: EventKind) -> Iterator[tuple[str, ...]]: ...
