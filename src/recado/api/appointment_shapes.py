"""Free times and visits as they are sent and answered."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from recado.api.event_shapes import Person, Source

MOST_DAYS = 31

SlotName = Annotated[str, Meta(min_length=1, max_length=80, description="A free time, as GET /slots names it.")]
Tell = Annotated[bool, Meta(description="false: no text tells of it at once. Reminders come in any case.")]
ReasonName = Literal["patient", "clinician", "clinic", "double", "other"]


class ServiceOffered(msgspec.Struct, frozen=True):
    """What can be booked, and who does it."""

    id: UUID
    name: str
    minutes: int
    clinicians: list[str]


class FreeSlot(msgspec.Struct, frozen=True):
    """A time that is free. `slot` books it, while nobody else has it."""

    slot: str
    service_id: UUID
    service: str
    clinician: str
    starts_at: datetime
    minutes: int
    room: str


class SlotsAnswer(msgspec.Struct, frozen=True):
    """The services, and the free times of the one that was asked for, in order; none where none was."""

    services: list[ServiceOffered]
    slots: list[FreeSlot]


class NewAppointment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A free time for a person. Sent again under its name it is the same visit: nothing is booked twice."""

    external_id: Annotated[str, Meta(min_length=1, max_length=80, description="Your own name for the visit.")]
    slot: SlotName
    person: Person
    source: Source = "api"
    tell: Tell = True


class MoveAppointment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another time for a visit. It keeps its old one until the new one is sure."""

    slot: SlotName
    tell: Tell = True


class CancelAppointment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a visit is off. To `patient` the text thanks for the word; the others are told that we are sorry."""

    reason: ReasonName
    tell: Tell = True


class AppointmentAnswer(msgspec.Struct, frozen=True):
    """How a visit stands now. Nothing in it says whose it is."""

    id: UUID
    state: Literal["booked", "confirmed", "cancelled", "arrived", "missed", "finished"]
    starts_at: datetime
    service: str
    clinician: str
    is_new: Annotated[bool, Meta(description="It was booked by this request.")] = False
