"""What may be said to whom: purposes, channels, verdicts. Pure: knows neither Django nor the network."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from uuid import UUID

from recado.clinics.types import CareBasis as CareBasis
from recado.clinics.types import QuietHours as QuietHours
from recado.foundation.countries.hours import LegalHours
from recado.foundation.countries.values import Traffic
from recado.foundation.phone import Phone


class Purpose(IntEnum):
    """Why a text is sent. The numbers are stored: never renumber."""

    EMERGENCY = 1
    VERIFY = 2
    ANSWER = 3  # to what the person has just written or done
    OPT_OUT_CONFIRMATION = 4  # the one text after a withdrawal
    CARE = 5
    BILLING = 6
    SURVEY = 7
    NEWS = 8
    STAFF = 9
    HELP = 10  # who we are and how to reach a person: answered after a STOP too


class PurposeGroup(IntEnum):
    """What one withdrawal silences. NONE can't be silenced. The numbers are stored."""

    NONE = 0
    CARE = 1
    BILLING = 2
    SURVEY = 3
    NEWS = 4


GROUP_OF: dict[Purpose, PurposeGroup] = {
    Purpose.EMERGENCY: PurposeGroup.NONE,
    Purpose.VERIFY: PurposeGroup.NONE,
    Purpose.OPT_OUT_CONFIRMATION: PurposeGroup.NONE,
    Purpose.STAFF: PurposeGroup.NONE,
    Purpose.HELP: PurposeGroup.NONE,
    Purpose.ANSWER: PurposeGroup.CARE,
    Purpose.CARE: PurposeGroup.CARE,
    Purpose.BILLING: PurposeGroup.BILLING,
    Purpose.SURVEY: PurposeGroup.SURVEY,
    Purpose.NEWS: PurposeGroup.NEWS,
}

# As carriers and laws sort texts. The facts don't settle whether a survey is marketing: it is read the careful way, which
# costs it a wait at most. Bills, answers and texts to staff are service.
TRAFFIC_OF: dict[Purpose, Traffic] = {
    **dict.fromkeys(Purpose, Traffic.SERVICE),
    Purpose.EMERGENCY: Traffic.EMERGENCY,
    Purpose.VERIFY: Traffic.OTP,
    Purpose.SURVEY: Traffic.MARKETING,
    Purpose.NEWS: Traffic.MARKETING,
}

EVERYTHING = (PurposeGroup.CARE, PurposeGroup.BILLING, PurposeGroup.SURVEY, PurposeGroup.NEWS)


# How something was said. Noted by staff: at the desk, in a call, in a letter, on a form that they signed; `staff` where that
# isn't told.
HOWS = ("sms", "link", "page", "carrier", "import", "api", "desk", "call", "letter", "paper", "staff")


WORDS = "consent.words"  # what sealed words belong to


# Taken shared by each claim of queued texts, exclusively by each withdrawal: see consent.actions.
WITHDRAWAL_LOCK = 0x5245_4341


SMS = "sms"  # a channel that shows its texts to whoever sees the phone, and to everybody on the way


class Privacy(IntEnum):
    """How much a text says to whoever sees the phone. The numbers are stored. No level holds a result, an illness or a sum:
    those stand on the page behind link and code (ADR 39)."""

    NEUTRAL = 1  # who writes and what to do
    PLACE_AND_TIME = 2  # and where and when
    CLINICAL = 3  # and what the visit or the medicine is: for who agreed to just that, on their own phone


@dataclass(frozen=True, slots=True)
class LevelSaid:
    """What somebody had chosen, and when they said so."""

    level: Privacy
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """A text that somebody would like to send."""

    purpose: Purpose
    due: datetime | None = None  # aware; None = as soon as may be
    channel: str = SMS
    privacy: Privacy = Privacy.PLACE_AND_TIME
    expires_at: datetime | None = None  # of no use from then on: the start of the visit it reminds of


@dataclass(frozen=True, slots=True)
class CarerScope:
    """What somebody may be told in place of the person they care for. Nothing is said to them from `until` on (aware)."""

    groups: frozenset[PurposeGroup]
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a person and clinic when a text is judged."""

    time_zone: str
    quiet_hours: QuietHours = field(default_factory=QuietHours)
    law_hours: tuple[LegalHours, ...] = ()  # of the recipient's country: no setting stands in their place
    wished_hours: QuietHours | None = None  # of whoever holds the number: within the two above, never beyond them
    carer: CarerScope | None = None  # the text goes to somebody who cares for the person; None: to the person
    care_basis: CareBasis = CareBasis.CARE
    withdrawn: frozenset[PurposeGroup] = frozenset()
    permitted: frozenset[PurposeGroup] = frozenset()  # groups with a recorded permission
    is_wrong_number: bool = False
    has_phone: bool = True
    sent_today: int = 0  # planned texts to this number in the last 24 hours
    most_a_day: int = 4  # planned texts to one number
    sent_this_hour: int = 0  # planned texts to this number in the last 60 minutes
    most_an_hour: int = 0  # planned texts to one number; 0: as many as come
    is_repeat: bool = (
        False  # the same words go to this number at nearly the same time, and nobody said that it is meant
    )
    privacy: Privacy = Privacy.PLACE_AND_TIME  # the most that a text to this person may say


@dataclass(frozen=True, slots=True)
class Allow:
    rule: str


@dataclass(frozen=True, slots=True)
class Later:
    until: datetime
    rule: str


@dataclass(frozen=True, slots=True)
class Never:
    rule: str


Verdict = Allow | Later | Never


@dataclass(frozen=True, slots=True)
class Proof:
    """One entry of the ledger: what was said, when, how, and who noted it."""

    id: UUID
    at: datetime
    kind: str  # withdrawn, restored, permitted, wrong_number, right_number
    how: str  # as `HOWS`
    groups: tuple[PurposeGroup, ...]
    actor_kind: str
    actor_ref: str
    channel: str = "sms"
    source: str = ""  # of api: where the person said it
    said_at: datetime | None = None  # when, where that was before it was noted
    text_version: str = ""  # the text that was shown, as `consent.texts` names it, or as another system told
    words: str = ""  # what the person said, as staff noted it
    has_paper: bool = False  # the signed form is kept


BY_THEMSELVES = "recado:"
"""Begins the source of what whoever holds a number said to us: it counts for every text to that number. What another system tells
of a number counts for texts that name nobody: it does not say that the number is the patient's."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What another system tells: whoever holds a number agreed to these texts, there, then, to that wording."""

    phone_bi: bytes
    group: PurposeGroup
    source: str
    said_at: datetime
    text_version: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What whoever holds a number asked for, beside a yes or no. No hours: the clinic's."""

    hours: QuietHours | None = None
    is_shared: bool = False  # others read what comes to this phone


NO_WISH = Wish()


class NotTheirsAlone(ValueError):
    """Clinical words are for a phone that is the patient's own and nobody else's."""


class BadPaper(ValueError):
    """A file is no scan that we keep: `too_large` or `unknown`."""


class Relation(StrEnum):
    """What a carer is to the person. Stored."""

    PARENT = "parent"
    GUARDIAN = "guardian"
    PARTNER = "partner"
    CHILD = "child"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CarerView:
    """Somebody who is told in place of a person."""

    id: UUID
    patient_id: UUID
    carer_id: UUID | None  # another patient of the clinic
    name: str
    phone: Phone | None
    phone_bi: bytes | None
    language: str
    relation: Relation
    scope: CarerScope
    since: datetime
    ended_at: datetime | None = None

    def is_told(self, group: PurposeGroup, at: datetime) -> bool:
        """Whether texts of this group go to them at a moment."""
        return group in self.scope.groups and not self.is_over(at)

    def is_over(self, at: datetime) -> bool:
        """Whether somebody ended it, or its last day has passed."""
        return self.ended_at is not None or (self.scope.until is not None and at >= self.scope.until)


class Stand(StrEnum):
    """Whether a person may be written about something, and on what it rests."""

    PERMITTED = "permitted"
    PART_OF_CARE = "part_of_care"  # the clinic rests texts about care on the care itself
    NOT_ASKED = "not_asked"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person may be written about: one group, and the entry that last said so."""

    group: PurposeGroup
    stand: Stand
    proof: Proof | None
