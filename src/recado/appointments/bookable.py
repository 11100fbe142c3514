"""Times that can be booked, and who and what they need. The door `types` shows them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from recado.clinics.types import OpenDay

from .states import CalendarKind


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
    """What visits are for. `rooms`: one of them is needed; none: no room is kept. `by_link`: patients may book it themselves."""

    id: UUID
    name: str
    minutes: int
    buffer: int = 0
    by_link: bool = False
    clinicians: tuple[int, ...] = ()
    rooms: tuple[int, ...] = ()


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


class SlotTaken(Exception):
    """The time is not free (any more), or never was one."""


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
