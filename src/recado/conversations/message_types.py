"""Values of the pages behind a link: the visit, and what somebody is sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from recado.clinics.types import OpenDay, QuietHours
from recado.consent.types import CarerView, Privacy, PurposeGroup
from recado.information.types import Link


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


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPage:
    """All that the page behind a link shows."""

    clinic_id: UUID
    clinic_name: str
    clinic_phone: str
    first_name: str = ""
    language: str
    starts_at: datetime  # aware, in the clinic's zone
    duration: timedelta | None = None
    clinician: str = ""
    service: str = ""
    room: str = ""
    site_name: str = ""
    site_address: str = ""
    directions_url: str = ""
    way: Link | None = None  # the clinic's own page that shows the way, where no address elsewhere does
    state: str  # booked, confirmed, cancelled
    wants_another_time: bool = False
    is_stopped: bool
    stopped_at: datetime | None
    may_take_back: bool = False
    receiving_number: str = ""
    languages: tuple[str, ...] = ()  # offered by the clinic; none: all
    opening_hours: tuple[OpenDay, ...] = ()  # of the clinic, Monday first; none: not shown
    kind: str = "appointment"  # what the link is about
    may_choose: bool = False  # another time, by themselves
    pages: tuple[Link, ...] = ()  # of the clinic, that belong to the visit
    may_wait: bool = False  # for an earlier time
    course: tuple[datetime, ...] = ()  # of the series that it belongs to, itself among them
    forms: tuple[tuple[UUID, str], ...] = ()  # to fill in before it: id and title
