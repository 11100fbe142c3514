"""Values of this room: who someone is and how to reach them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from recado.foundation.phone import Phone


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A person as another system describes them."""

    record_number: str | None
    name: str
    phone: Phone | None
    language: str | None = None
    birth_date: date | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """How a patient is reached and addressed: decrypted, for one piece of work, never stored or logged."""

    patient_id: UUID
    name: str
    language: str
    phone: Phone | None
    phone_bi: bytes | None

    @property
    def first_name(self) -> str:
        return self.name.split(" ", 1)[0] if self.name else ""


@dataclass(frozen=True, slots=True)
class PatientView:
    """A patient as staff see them."""

    id: UUID
    name: str
    record_number: str | None
    language: str
    birth_date: date | None
    phone: Phone | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a person's record."""

    patient_id: UUID
    is_new: bool
    is_reachable: bool
