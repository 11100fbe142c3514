"""Values of this room: visits as other systems tell of them and as we show them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from recado.contacts.types import PersonRecord


class BookingStatus(StrEnum):
    """What the source says of a visit."""

    BOOKED = "booked"
    CANCELLED = "cancelled"


class VisitState(StrEnum):
    """What we know of a visit. A wish for another time is a flag beside it: the visit stands."""

    BOOKED = "booked"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class ChangeKind(StrEnum):
    """One line in a visit's story."""

    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    CONFIRMED = "confirmed"
    WISHED = "wished"  # another time
    TAKEN_BACK = "taken_back"


class CancelReason(StrEnum):
    """Why staff cancelled a visit. Stored."""

    PATIENT = "patient"  # the patient asked for it
    CLINICIAN = "clinician"  # away or ill
    CLINIC = "clinic"  # closed, or no room
    DOUBLE = "double"  # booked twice
    OTHER = "other"


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


@dataclass(frozen=True, slots=True)
class Booking:
    """A visit as a source describes it. `start` is aware; `external_id` is the source's own."""

    external_id: str
    person: PersonRecord
    start: datetime
    duration: timedelta | None = None
    clinician: str = ""
    service: str = ""
    site: str = ""
    status: BookingStatus = BookingStatus.BOOKED


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


class Outcome(StrEnum):
    """What became of what staff did to a visit."""

    DONE = "done"
    TOO_LATE = "too_late"  # it has begun, or somebody has changed it since
    TOLD_ALREADY = "told_already"  # it stands again, but the patient had been told that it was off: phone them


@dataclass(frozen=True, slots=True)
class Announced:
    """What became of the texts that an import would send at once, in people."""

    told: int = 0
    waiting: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What taking an import back did."""

    removed: int = 0  # visits that only it had brought
    put_back: int = 0
    people: int = 0  # who came only with it


class CannotTakeBack(Exception):
    """An import stays. `code`: nothing, told, answered, changed, later_import."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
