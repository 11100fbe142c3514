"""Values of this room: questions, how answers are settled, the page behind a link, and conversations at the desk."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from recado.consent.types import Purpose
from recado.contacts.types import Reach
from recado.conversations.attachment_types import AttachmentState as AttachmentState
from recado.conversations.attachment_types import AttachmentView as AttachmentView
from recado.conversations.attachment_types import NoSuchAttachment as NoSuchAttachment
from recado.conversations.desk_types import AnsweredSince as AnsweredSince
from recado.conversations.desk_types import Found as Found
from recado.conversations.desk_types import Hit as Hit
from recado.conversations.desk_types import NoSuchThread as NoSuchThread
from recado.conversations.desk_types import UnfitText as UnfitText
from recado.conversations.known_types import NOBODY_KNOWN as NOBODY_KNOWN
from recado.conversations.known_types import Known as Known
from recado.conversations.known_types import LastRead as LastRead
from recado.conversations.message_types import BY_KEYWORD as BY_KEYWORD
from recado.conversations.message_types import MessagesChoice as MessagesChoice
from recado.conversations.message_types import MessagesPage as MessagesPage
from recado.conversations.message_types import VisitPage as VisitPage
from recado.conversations.offer_types import OFFER as OFFER
from recado.conversations.offer_types import OfferedView as OfferedView
from recado.conversations.offer_types import OfferState as OfferState
from recado.conversations.offer_types import OfferTo as OfferTo
from recado.conversations.offer_types import OfferView as OfferView
from recado.conversations.saved_types import Facts as Facts
from recado.conversations.saved_types import Ready as Ready
from recado.conversations.saved_types import SavedView as SavedView
from recado.conversations.saved_types import UnfitReply as UnfitReply
from recado.conversations.time_wishes import TimeWish as TimeWish
from recado.conversations.time_wishes import time_ahead as time_ahead
from recado.conversations.time_wishes import time_wish_in as time_wish_in
from recado.conversations.understanding.meanings import Meaning as Meaning
from recado.conversations.understanding.meanings import Understood as Understood
from recado.conversations.words import ACCEPT as ACCEPT
from recado.conversations.words import ANY_WORDS as ANY_WORDS
from recado.conversations.words import DECLINE as DECLINE
from recado.conversations.words import KEEP_OR_CANCEL as KEEP_OR_CANCEL
from recado.conversations.words import PERSON as PERSON
from recado.conversations.words import SEEN as SEEN
from recado.conversations.words import SEVERAL as SEVERAL
from recado.conversations.words import TAKEN as TAKEN
from recado.foundation.actors import Actor
from recado.foundation.phone import Phone
from recado.messaging.types import Intent

# Outcomes of a text that later ones ask for.
DANGER, WAITS, ASKED_AGAIN = "in_danger", "waits_for_person", "asked_again"


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to put to a person: the text that asks it, what it is about and until when an answer counts.

    `answers` names what 1, 2, 3... mean; none: confirm, another time, cancel. Numbers are a scale; SEVERAL beside them
    lets more than one be chosen, ANY_WORDS takes whatever the person writes. `also`: the text asks about these too.
    `is_notice`: it asks nothing, and takes an answer all the same.
    """

    intent: Intent
    kind: str
    subject_id: UUID
    expires_at: datetime
    answers: tuple[str, ...] = ()
    also: tuple["Also", ...] = ()
    patient_id: UUID | None = None  # whom it is about, where the text is for nobody in particular
    is_notice: bool = False


@dataclass(frozen=True, slots=True)
class Also:
    """Something else that the same text asks about."""

    subject_id: UUID
    patient_id: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Following:
    """The question that an answer leads to, put by the text that tells what the answer changed."""

    kind: str
    subject_id: UUID
    expires_at: datetime
    answers: tuple[str, ...]
    patient_id: UUID | None = None  # whom it is about; None: whom the text is for


@dataclass(frozen=True, slots=True)
class Settlement:
    """What an answer changed. `text` tells the person so, in their language, empty: no word is owed; `is_over`:
    nothing more may be answered; `asks`: the text puts this question; `wording`: levels.Written.mark of it; `patient_id`:
    whom it was for, where whoever answered had to find that out (Answerer); `is_turn`: the same words again mean something
    new; `needs_person`: a person reads it as well."""

    outcome: str  # confirmed, cancelled, change_noted, too_late, taken_back, arrived
    text: str
    is_over: bool = False
    asks: Following | None = None
    wording: str = ""
    patient_id: UUID | None = None
    is_turn: bool = False
    needs_person: bool = False


class CommandRoom(Protocol):
    """What a room does at a word of its own, wired under COMMANDS. `people`: who is reached at the phone. Returns the patient
    it was for and what came of it; None: for whom is not certain. Called inside `clinic_scope`."""

    def __call__(
        self, clinic_id: UUID, people: Sequence[Reach], phone_bi: bytes, language: str, by: Actor
    ) -> tuple[UUID, Settlement] | None: ...


@dataclass(frozen=True, slots=True)
class Heard:
    """A text from a person, and what it means as an answer to the newest question that is open at their phone."""

    clinic_id: UUID
    id: UUID
    words: str
    at: datetime
    phone: Phone
    phone_bi: bytes
    number: str  # ours, that they wrote to
    people: tuple[Reach, ...]  # who is reached at this phone; none: a stranger
    language: str
    understood: Understood
    is_in_talk: bool = False  # a text of theirs waits for staff, or staff wrote to them in the last day
    is_to_staff: bool = False  # staff wrote in the last day, and nothing was asked by itself since: a yes is for them
    known: Known = NOBODY_KNOWN  # of the writer, before this text
    is_again: bool = False  # the very words of their text before, so soon that they are a repetition, or a machine's
    has_picture: bool = False  # with a picture or another file
    media: int = 0  # how many of these the carrier keeps for us
    as_answer: Callable[[], Understood] | None = None

    def if_asked(self) -> Understood:
        """What it would mean had we just asked about a visit: looked for on demand."""
        return self.as_answer() if self.as_answer is not None else self.understood

    @property
    def patient_id(self) -> UUID | None:
        """Whose phone it is, where it is one person's alone."""
        return self.people[0].patient_id if len(self.people) == 1 else None


class SeveralReplies(Protocol):
    """A room that settles answers about several subjects at once, wired under SEVERAL_REPLIES. Called inside `clinic_scope`."""

    def settle_all(
        self, clinic_id: UUID, answers: Sequence[tuple[UUID, str, TimeWish | None]], by: Actor
    ) -> list[Settlement]:
        """What each did, in their order. Each is about another subject; these are locked in the order of their ids."""

    def alike(self, clinic_id: UUID, answers: Sequence[tuple[UUID, str]]) -> Collection[UUID]:
        """The subjects whose answers lock nothing but them. It locks nothing itself."""


class Answerer(Protocol):
    """What may answer a text that answers no open question, wired under ANSWERERS and asked in their order just before a
    person is. Never of a text that names a danger, nor while one waits. Returns what came of it; None: not for this one.
    Called inside `clinic_scope`, in the transaction that reads the text: that of others too, unless it means one of
    routing.ACTS_ALONE or is part of a talk. Rows that are not the writer's own are locked for such texts only."""

    def __call__(self, heard: Heard) -> Settlement | None: ...


class Talker(Protocol):
    """Who talks with a person beside the open questions, wired under TALKERS. Called inside `clinic_scope`, in the
    transaction that reads the text; `answer` and `break_off` only for phones where `talking` says so."""

    def talking(self, clinic_id: UUID, phones: Collection[bytes]) -> Collection[bytes]:
        """At which of these phones a question of the talker's is open, or was and has not ended yet. One statement."""

    def answer(self, heard: Heard, since: datetime | None) -> Settlement | None:
        """What the text did, where the whole of it answers the talker's own question, and that is newer than `since`, when
        the newest open question was asked. None: it does not."""

    def would_hold(self, heard: Heard) -> bool:
        """Whether a talk that the text begins holds times at once. Locks nothing."""

    def break_off(self, heard: Heard) -> None:
        """They said STOP, or may be in danger: the talk ends without another word."""


@dataclass(frozen=True, slots=True)
class Read:
    """What became of a text: understood as, outcome, and the words that go back. `why`: it was understood so, where its own
    words had to be."""

    understood: str
    outcome: str
    text: str | None = None
    question_id: UUID | None = None
    patient_id: UUID | None = None
    needs_person: bool = False
    reply_id: UUID | None = None
    purpose: Purpose = Purpose.ANSWER
    asks: Following | None = None
    wording: str = ""
    is_turn: bool = False
    why: str = ""


class OfferedTimes(Protocol):
    """A room whose question offers times, wired under TIMES. Called inside `clinic_scope`."""

    ARE_OFFERED: bool
    """Whether these are times to come at, which "I'll come on Friday" takes. False: visits that stand, of which those words would
    cancel the one that is to stay; the time alone names one."""

    def moments(self, clinic_id: UUID, subject_id: UUID) -> Sequence[datetime]:
        """The times, in the order of the question's answers. None where its texts name none."""

    def ask_which(self, clinic_id: UUID, subject_id: UUID, places: Sequence[int], by: Actor) -> Settlement:
        """Asks again, with those times alone that the person's words may mean."""


class OfferRoom(Protocol):
    """What a room wired under OFFERS does. Called inside `clinic_scope`, in the transaction that decides."""

    def take(self, clinic_id: UUID, subject_id: UUID, patient_id: UUID, by: Actor) -> bool:
        """Gives the subject to this person. False: it can't be had any more, and the room has ended it."""

    def say(self, clinic_id: UUID, subject_id: UUID, patient_ids: Sequence[UUID], outcome: str) -> list[str]:
        """What each of these people is told, in their order: `won`, `too_late` (somebody else has it), `over` (nobody can have
        it any more), `declined`. As many statements for a hundred as for one."""

    def line(self, clinic_id: UUID, subject_id: UUID, language: str) -> str:
        """A few words that tell it from another offer, where we have to ask which is meant."""

    def moments(self, clinic_id: UUID, subject_id: UUID) -> list[datetime]:
        """When it is, for who says yes by naming that time; none where it has no time."""

    def page(self, clinic_id: UUID, subject_id: UUID, patient_id: UUID, phone_bi: bytes | None) -> "VisitPage | None":
        """What the page behind the link of this person's offer shows; None: there is nothing to show any more."""

    def link_text(self, clinic_id: UUID, subject_id: UUID, patient_id: UUID, offered_id: UUID) -> str | None:
        """The text that brings a fresh link to it. None: it is over."""


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
    FAILED = "failed"  # an answer did not arrive
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
    FAILED = "failed"  # an answer of staff did not arrive
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
    mentioned: tuple[UUID, ...] = ()  # colleagues whom a note names and who have not acted since
    team_id: UUID | None = None
    alarm_step: int = 0  # how many steps of the alarm are over while it waits
    failed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NoteView:
    """A private note."""

    id: UUID
    at: datetime
    author: UUID
    text: str
    mentioned: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many conversations each folder holds; `waiting` are those of them in which a person waits for an answer."""

    waiting: int
    todo: int
    mine: int
    snoozed: int
    all: int
    failed: int = 0
    heard_at: datetime | None = None  # the newest text from anybody

    def of(self, folder: Folder) -> int:
        return {
            Folder.TO_DO: self.todo,
            Folder.MINE: self.mine,
            Folder.SNOOZED: self.snoozed,
            Folder.FAILED: self.failed,
            Folder.ALL: self.all,
        }[folder]


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
