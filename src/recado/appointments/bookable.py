"""Times that can be booked, and who and what they need. The door `types` shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from recado.clinics.types import OpenDay

from .states import CalendarKind

MOST_AHEAD = 3  # visits to come, booked by patients themselves, of all who share a phone
MOST_A_WEEK = 6  # the same in a week, those cancelled since among them


@dataclass(frozen=True, slots=True)
class CalendarView:
    """A clinician or a room. `week`: the hours, Monday first; None: whenever the clinic is open."""

    id: int
    kind: CalendarKind
    name: str
    week: tuple[OpenDay, ...] | None = None
    days_off: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceView:
    """What visits are for. `rooms`: one of them is needed; none: no room is kept. `by_link`: patients may book and move it
    themselves; `by_anyone`: so may strangers, on the clinic's booking page; `is_usual`: what is offered by text to whoever asks for
    a visit and does not say what for."""

    id: UUID
    name: str
    minutes: int
    buffer: int = 0
    by_link: bool = False
    clinicians: tuple[int, ...] = ()
    rooms: tuple[int, ...] = ()
    by_anyone: bool = False
    is_usual: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that is free. `starts_at` in UTC; `room_id` None: the service keeps no room."""

    service_id: UUID
    calendar_id: int
    starts_at: datetime
    minutes: int
    service: str
    clinician: str
    room_id: int | None = None
    room: str = ""


@dataclass(frozen=True, slots=True)
class SlotWish:
    """The time somebody wants: which service, with whom, from when."""

    service_id: UUID
    calendar_id: int
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class OpenTime:
    """A clinician's free time, in UTC. `service_id`: the shortest that they do, of so many minutes; it fits in."""

    calendar_id: int
    clinician: str
    start: datetime
    end: datetime
    service_id: UUID
    minutes: int


@dataclass(frozen=True, slots=True)
class Break:
    """Between two stretches of a clinician's hours on one day."""

    clinician: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class HeldTime:
    """A time that nobody else can book until then. `held_for`: a visit, a patient who books, or one of the staff."""

    clinician: str
    start: datetime
    end: datetime
    until: datetime
    held_for: UUID


@dataclass(frozen=True, slots=True)
class Times:
    """What stands in the days of clinicians beside their visits, in order."""

    open: Sequence[OpenTime] = ()
    held: Sequence[HeldTime] = ()
    breaks: Sequence[Break] = ()


class SlotTaken(Exception):
    """The time is not free (any more), or never was one."""


class TooMany(Exception):
    """The patient, or who shares their phone, has as many visits booked by themselves as may be at a time."""


class LinkUsed(Exception):
    """The link by which a patient books has booked a visit already, or has ended in another way."""


class NotKept(ValueError):
    """A service, clinician or room can't be kept as it is described. `field` and a sentence that says what to do."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(field)
        self.field, self.sentence = field, sentence


@dataclass(frozen=True, slots=True)
class Choice:
    """The times for one visit, and what is held for it."""

    visit_id: UUID
    patient_id: UUID
    starts_at: datetime
    service: ServiceView
    free: tuple[Slot, ...] = ()
    held: SlotWish | None = None
    held_until: datetime | None = None


class TimeOfferState(StrEnum):
    """What became of times that were offered by text. Stored."""

    OPEN = "open"  # held, and no answer yet
    LAPSED = "lapsed"  # not held any more; an answer still counts while the time is free
    CHOSEN = "chosen"
    OVER = "over"  # others were offered, or the visit stands otherwise


class Online(StrEnum):
    """What became of a code on the booking page."""

    BOOKED = "booked"
    GONE = "gone"  # the phone is proved, and somebody else has the time
    TOO_MANY = "too_many"  # the phone is proved, and has as many visits as may be
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Proved:
    """`address`: a link of ours, to the visit where it is booked, to choose again where the time is gone."""

    outcome: Online
    address: str = ""
