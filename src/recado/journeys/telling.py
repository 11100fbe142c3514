"""What the rooms of events and journeys tell one another. Pure; other rooms take these from `types`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from recado.foundation.phone import Phone


@dataclass(frozen=True, slots=True)
class Letter:
    """A finished text and whom it goes to. `expires_at`: of no use from then on. `answers_until`: how long its question stands; none:
    as long as the text is of use."""

    text: str
    phone: Phone | None
    expires_at: datetime
    wording: str = ""  # the clinic's own version that it is by
    answers_until: datetime | None = None
    answers: tuple[str, ...] = ()  # what its question takes, where the step names none
    takes_answers: bool = True  # False: a notice that nobody can answer by a number, whatever its step says


@dataclass(frozen=True, slots=True)
class Sample:
    """A text before there is an event: about an invented person, and with the clinic's longest values, to count parts by."""

    text: str
    longest: str


@dataclass(frozen=True, slots=True)
class FinishedVisit:
    """A visit that is over, as the room that keeps visits tells others of it (AFTER_VISITS in launch/wiring.py)."""

    visit_id: UUID
    patient_id: UUID
    at: datetime  # when it ended
    clinician: str = ""
    service: str = ""
    site: str = ""
