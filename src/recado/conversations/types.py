"""Values of this room: questions, how answers are settled, the page behind a link, and conversations at the desk."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from recado.clinics.types import OpenDay
from recado.foundation.phone import Phone
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
    languages: tuple[str, ...] = ()  # offered by the clinic; none: all
    opening_hours: tuple[OpenDay, ...] = ()  # of the clinic, Monday first; none: not shown


class ThreadState(StrEnum):
    """Whether somebody has a conversation before them."""

    OPEN = "open"
    SNOOZED = "snoozed"
    DONE = "done"


class Reason(StrEnum):
    """The one thing a list says of a conversation: why it waits, or else what came of the newest text. Stored."""

    QUESTION = "question"
    ANOTHER_TIME = "another_time"
    WRONG_PERSON = "wrong_person"
    UNKNOWN_NUMBER = "unknown_number"
    URGENT = "urgent"  # its words may say so
    UNPROMPTED = "unprompted"  # an answer, and nothing was asked
    TO_READ = "to_read"
    BACK = "back"  # its time to be seen again has come
    WRITTEN = "written"  # we wrote first
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    STOPPED = "stopped"
    SETTLED = "settled"  # answered by itself in another way


class Folder(StrEnum):
    """A list of conversations."""

    TO_DO = "todo"
    MINE = "mine"
    SNOOZED = "snoozed"
    ALL = "all"


class Snooze(StrEnum):
    """Until when a conversation is put aside."""

    HOUR = "hour"
    TOMORROW = "tomorrow"  # until the clinic opens on a later day
    REPLY = "reply"  # until the person writes


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """One conversation as a list shows it."""

    id: UUID
    phone: Phone
    phone_bi: bytes
    number: str
    patient_id: UUID | None
    state: ThreadState
    reason: Reason
    assignee: UUID | None
    waiting_since: datetime | None
    snoozed_until: datetime | None
    heard_at: datetime | None
    last_at: datetime
    is_last_ours: bool
    last_words: str
    version: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many conversations each folder holds; `waiting` are those of them in which a person waits for an answer."""

    waiting: int
    todo: int
    mine: int
    snoozed: int
    all: int
    heard_at: datetime | None = None  # the newest text from anybody

    def of(self, folder: Folder) -> int:
        return {Folder.TO_DO: self.todo, Folder.MINE: self.mine, Folder.SNOOZED: self.snoozed, Folder.ALL: self.all}[
            folder
        ]


@dataclass(frozen=True, slots=True)
class Here:
    """A colleague who has a conversation open at the moment."""

    user_id: UUID
    is_typing: bool


@dataclass(frozen=True, slots=True)
class Done:
    """An act on a conversation. `version` undoes it for as long as nothing else has happened."""

    version: int


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a text that somebody wrote: when it leaves, or by which rule it may not."""

    thread_id: UUID | None
    message_id: UUID | None
    rule: str
    leaves_at: datetime | None
    is_known: bool = False  # pressed twice: it had been taken already

    @property
    def is_refused(self) -> bool:
        return self.leaves_at is None and not self.is_known


class AnsweredSince(Exception):
    """A colleague has answered since the writer began."""


class NoSuchThread(LookupError):
    """The clinic has no conversation of this id."""


class UnfitText(ValueError):
    """The text can't be sent as it stands; `fault` is `empty` or `too_long`."""

    def __init__(self, fault: str) -> None:
        self.fault = fault
        super().__init__(fault)


@dataclass(frozen=True, slots=True)
class Hit:
    """A conversation in which words were found, and the newest text that holds them."""

    thread_id: UUID
    at: datetime
    text: str
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What a search of the newest texts found. `back_to` is the oldest that was read."""

    hits: tuple[Hit, ...]
    searched: int
    back_to: datetime | None
