"""Values of this room: questions, how answers are settled, and the page behind a link."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from recado.messaging.types import Intent


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to put to a person: the text that asks it, what it is about and until when an answer counts."""

    intent: Intent
    kind: str
    subject_id: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Settlement:
    """What an answer changed. `text` tells the person so, in their language; `is_over`: nothing more may be answered."""

    outcome: str  # confirmed, cancelled, change_noted, too_late, taken_back
    text: str
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class VisitPage:
    """All that the page behind a link shows."""

    clinic_id: UUID
    clinic_name: str
    clinic_phone: str
    first_name: str
    language: str
    starts_at: datetime  # aware, in the clinic's zone
    duration: timedelta | None
    clinician: str
    service: str
    site_name: str
    site_address: str
    directions_url: str
    state: str  # booked, confirmed, cancelled
    wants_another_time: bool
    is_stopped: bool
    stopped_at: datetime | None
    may_take_back: bool
    receiving_number: str
