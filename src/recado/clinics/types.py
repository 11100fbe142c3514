"""What other rooms see of clinics, their people and keys. Pure."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from recado.clinics.roles import ApiScope, Role
from recado.foundation.day_window import DayWindow


class CareBasis(StrEnum):
    """On what a clinic rests its texts about care: the care itself, or a permission given before."""

    CARE = "care"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Planned texts leave between `opens` and `closes` of the patient's day; None for both = at any hour."""

    opens: time | None = time(9)
    closes: time | None = time(18)

    @property
    def is_off(self) -> bool:
        return self.opens is None or self.closes is None

    def window(self, time_zone: str) -> DayWindow:
        return DayWindow(time_zone, self.opens, self.closes)


NO_QUIET_HOURS = QuietHours(None, None)


OpenDay = tuple[tuple[time, time], ...]
"""One day of the week: none, one or two stretches in which the clinic is open, in order."""

USUAL_DAY: OpenDay = ((time(8), time(18)),)
USUAL_WEEK: tuple[OpenDay, ...] = (*(USUAL_DAY,) * 5, (), ())
USUAL_LOCK = timedelta(minutes=10)
USUAL_GUARD = timedelta(minutes=10)
USUAL_AN_HOUR = 6


@dataclass(frozen=True, slots=True)
class ClinicSettings:
    """A clinic and its settings."""

    id: UUID
    slug: str
    short_code: str  # stands in addresses that patients type
    name: str
    time_zone: str  # IANA name
    country: str  # two letters: how phone numbers without a country code are read
    default_language: str
    care_basis: CareBasis
    quiet_hours: QuietHours
    phone_shown: str = ""  # as patients should read it
    address: str = ""
    languages: tuple[str, ...] = ()  # offered to patients; none: all that the product speaks
    opening_hours: tuple[OpenDay, ...] = USUAL_WEEK  # Monday first
    repeat_guard: timedelta = (
        USUAL_GUARD  # within it the same words to the same number are a mistake; none: they are not
    )
    most_an_hour: int = USUAL_AN_HOUR  # planned texts to one number; 0: as many as come
    idle_lock: timedelta = USUAL_LOCK  # a screen that nobody uses locks itself after it
    emergency_number: str = ""  # what patients in danger are told to call; empty: their country's


@dataclass(frozen=True, slots=True)
class SiteView:
    """A place of a clinic."""

    id: UUID
    name: str
    address: str
    directions_url: str


@dataclass(frozen=True, slots=True)
class StaffView:
    """A person who works at a clinic, and as what."""

    user_id: UUID
    name: str
    email: str
    language: str
    role: Role


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person who works at a clinic, or did, as whoever manages people sees them."""

    user_id: UUID
    name: str
    email: str
    language: str
    role: Role
    since: datetime
    until: datetime | None
    last_sign_in: datetime | None


@dataclass(frozen=True, slots=True)
class Workplace:
    """A clinic that a person works at, and as what."""

    clinic_id: UUID
    role: Role


class LinkKind(StrEnum):
    """What a single-use way in is for."""

    SET_UP = "set_up"  # to choose a password; what was enrolled before is removed
    DEMO = "demo"  # into the demo, standing for password and second step


@dataclass(frozen=True, slots=True)
class LinkView:
    """A way in that still works."""

    clinic_id: UUID
    user_id: UUID
    name: str
    kind: LinkKind


@dataclass(frozen=True, slots=True)
class ApiKeyView:
    """An API key, without its secret."""

    id: UUID
    clinic_id: UUID
    name: str
    prefix: str  # the beginning of the secret, to tell keys apart
    scopes: frozenset[ApiScope]
    created_at: datetime
    last_used_at: datetime | None = None
    ended_at: datetime | None = None
    sources: tuple[str, ...] = ()  # networks it may be used from; none: from anywhere


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new API key with its secret, which is shown once and kept nowhere."""

    key: ApiKeyView
    secret: str = field(repr=False)


class Refused(ValueError):
    """What was asked for can't be. `field` names what to change, `hint` says how."""

    def __init__(self, field: str, hint: str, **values: str) -> None:
        self.field = field
        self.sentence, self.values = hint, values  # for who shows it in another language
        self.hint = hint % values if values else hint
        super().__init__(f"{field}: {self.hint}")


class NoSuchClinic(LookupError):
    """No clinic has this slug or id. The text says what to do."""
