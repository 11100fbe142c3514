"""Values of offers: one thing that several people may have, the first yes."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from recado.foundation.ids import new_id
from recado.messaging.types import Intent

OFFER = "offer"
"""The kind of the questions that make an offer, and of the links to its page."""


class OfferState(StrEnum):
    """Stored."""

    OPEN = "open"
    TAKEN = "taken"
    WITHDRAWN = "withdrawn"  # it can't be had any more
    EXPIRED = "expired"  # nobody said yes in time


@dataclass(frozen=True, slots=True)
class OfferTo:
    """A person to make an offer to, and the text that makes it. `id`: what a link in the text is about, of whoever made it.
    `is_by_link`: the text asks for no reply, so what they write is no answer to it."""

    patient_id: UUID
    intent: Intent
    id: UUID = field(default_factory=new_id)
    is_by_link: bool = False


@dataclass(frozen=True, slots=True)
class OfferedView:
    """A person who was made an offer, and what they said."""

    id: UUID
    patient_id: UUID
    wave: int
    asked_at: datetime
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class OfferView:
    """An offer and all whom it was made to, in the order they were asked."""

    id: UUID
    kind: str
    subject_id: UUID
    state: OfferState
    opened_at: datetime
    closes_at: datetime
    ended_at: datetime | None
    winner_id: UUID | None  # the patient
    offered: tuple[OfferedView, ...] = ()
