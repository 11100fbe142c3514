"""Values of this room: who someone is and how to reach them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
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
    phone_bi: bytes | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AddressView:
    """A phone that is or was a patient's."""

    id: UUID
    phone: Phone
    phone_bi: bytes
    is_current: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class Hit:
    """A person who fits what was looked for."""

    patient_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Found:
    """Who fits. `is_cut`: more people fit than are looked at."""

    hits: tuple[Hit, ...] = ()
    is_cut: bool = False


class ChangeKind(StrEnum):
    """What a person of the clinic changed about a patient."""

    PHONE_ADDED = "phone_added"
    PHONE_REPLACED = "phone_replaced"
    PHONE_REMOVED = "phone_removed"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change by a person of the clinic, without the values."""

    id: UUID
    at: datetime
    kind: ChangeKind
    actor_kind: str
    actor_ref: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a person's record. Where their phone or language is another now, texts that wait were written for `was_at`,
    the blind index of the phone they had: whoever records people has those written anew (`messaging.write_anew`)."""

    patient_id: UUID
    is_new: bool
    is_reachable: bool
    was_at: bytes | None = None


class KnownAlready(Exception):
    """Somebody on record is this person; `patient_id` says who."""

    def __init__(self, patient_id: UUID) -> None:
        super().__init__("This person is on record already.")
        self.patient_id = patient_id


class NoSuchPatient(LookupError):
    """The clinic has no patient of this id."""
