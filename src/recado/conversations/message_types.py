"""Values of the page on which somebody chooses what they are sent."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from recado.clinics.types import OpenDay, QuietHours
from recado.consent.types import CarerView, Privacy, PurposeGroup


@dataclass(frozen=True, slots=True)
class MessagesPage:
    """All that the page shows on which somebody chooses what they are sent. It names nobody."""

    clinic_id: UUID
    clinic_name: str
    clinic_phone: str
    language: str
    languages: tuple[str, ...]
    time_zone: str
    groups: tuple[tuple[PurposeGroup, bool], ...]  # and whether texts of it may go
    hours: QuietHours | None  # what the person asked for
    clinic_hours: QuietHours
    is_shared: bool  # they said that others read what comes to this phone
    has_others: bool  # more people of the clinic are reached there
    carers: tuple[
        CarerView, ...
    ]  # who is told in their place, those too who were until a moment ago; of their phone alone
    is_carer: bool  # this phone is told in place of somebody
    is_stopped: bool
    stopped_at: datetime | None
    receiving_number: str
    opening_hours: tuple[OpenDay, ...] = ()
    levels: tuple[Privacy, ...] = ()  # how much a text may say: what is chosen between, on their own phone only
    level: Privacy = Privacy.PLACE_AND_TIME  # what stands


BY_KEYWORD = (PurposeGroup.CARE, PurposeGroup.NEWS)
"""What whoever texts the keyword agrees to: what posters say beside it."""


@dataclass(frozen=True, slots=True)
class MessagesChoice:
    """What somebody chose there."""

    groups: frozenset[PurposeGroup]
    hours: QuietHours | None
    language: str
    is_shared: bool
    level: Privacy | None = None  # None: as it stands
