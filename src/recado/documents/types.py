"""Values of this room: papers for one patient, behind a link, a code and a second fact."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from recado.documents.form_types import LONGEST_LONG as LONGEST_LONG
from recado.documents.form_types import LONGEST_SHORT as LONGEST_SHORT
from recado.documents.form_types import WITH_CHOICES as WITH_CHOICES
from recado.documents.form_types import Answer as Answer
from recado.documents.form_types import Field as Field
from recado.documents.form_types import FieldKind as FieldKind
from recado.documents.form_types import Filled as Filled
from recado.documents.form_types import Form as Form
from recado.documents.form_types import FormFault as FormFault
from recado.documents.form_types import FormState as FormState
from recado.documents.form_types import FormView as FormView
from recado.documents.form_types import FormWish as FormWish
from recado.documents.form_types import Heading as Heading
from recado.documents.form_types import Label as Label
from recado.documents.form_types import NoSuchForm as NoSuchForm
from recado.documents.form_types import NotPublishable as NotPublishable
from recado.documents.form_types import Sheet as Sheet

LINK = "paper"  # the kind of its links
SOURCE = "documents"  # what care events about papers name as theirs

LONGEST_TITLE, LONGEST_WORDS = 80, 600  # letters
LIFETIMES = (timedelta(days=7), timedelta(days=14), timedelta(days=30), timedelta(days=90))
LIFETIME = timedelta(days=30)

CODE_DIGITS = 6
CODE_LIVES = timedelta(minutes=10)
TRIES_A_CODE = 5
CODES_A_DAY = 5
TRIES_IN_ALL = 10  # wrong ones; then a person of the clinic must let the patient try again
PASS_LIVES = timedelta(minutes=30)


class DocumentKind(StrEnum):
    """Stored."""

    RESULT = "result"
    LETTER = "letter"
    PICTURE = "picture"
    OTHER = "other"
    FORM = "form"  # to be filled in: it has no file


WITH_FILE = tuple(kind for kind in DocumentKind if kind is not DocumentKind.FORM)


class DocumentState(StrEnum):
    """Where a document stands; made of its dates, never stored."""

    HELD = "held"  # the patient was asked to call; a person releases it
    NOT_OPENED = "not_opened"
    OPENED = "opened"
    FILLED = "filled"  # a form that came back
    ENDED = "ended"
    REVOKED = "revoked"


class What(StrEnum):
    """What happened to a document. Stored."""

    SENT = "sent"
    CALL_ASKED = "call_asked"
    RELEASED = "released"
    CODE_SENT = "code_sent"
    WRONG = "wrong"  # a code or day of birth that is not right
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    OPENED = "opened"
    LOOKED = "looked"  # at a page, on the page
    DOWNLOADED = "downloaded"
    FILLED = "filled"  # a form was sent back
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Wish:
    """How a document is to be sent. `title` and `words` are shown behind the code only. `asks_call`: the text asks to
    call and has no link; the document waits until somebody releases it. `fragment`: the file was locked in the uploader's
    browser, and this part of its key goes behind # in the link; then there is neither title nor words here."""

    kind: DocumentKind
    title: str
    words: str = ""
    lives: timedelta = LIFETIME
    asks_call: bool = False
    fragment: str = ""


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document as staff see it: never what is in it."""

    id: UUID
    patient_id: UUID
    kind: DocumentKind
    state: DocumentState
    title: str
    media_type: str
    size: int  # bytes
    source: str
    actor_kind: str
    actor_ref: str
    sent_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    openings: int
    revoked_at: datetime | None
    is_locked: bool
    asked_at: datetime | None  # when a code was asked for last
    due_at: datetime | None = None  # of a form
    filled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HappeningView:
    """One line of a document's history, newest first."""

    at: datetime
    what: What
    actor_kind: str
    actor_ref: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Documents of the last 30 days, counted."""

    sent: int = 0
    opened: int = 0
    not_opened: int = 0
    waits_long: int = 0  # not opened for three days and more
    revoked: int = 0
    ended: int = 0


class Shown(StrEnum):
    """What the list is cut down to."""

    ALL = "all"
    NOT_OPENED = "not_opened"
    ENDS_SOON = "ends_soon"
    OPENED = "opened"
    ENDED = "ended"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Gate:
    """What the page before the code shows. It names neither the patient nor the document."""

    clinic_id: UUID
    document_id: UUID
    clinic_name: str
    clinic_phone: str
    language: str
    languages: tuple[str, ...]
    phone_ends: str  # the last three digits; empty: no number is on record
    is_locked: bool
    has_code: bool  # one was sent and may be typed
    is_sealed: bool = False  # it was locked in the uploader's browser


@dataclass(frozen=True, slots=True)
class Opened:
    """What the page behind the code shows."""

    gate: Gate
    first_name: str
    title: str
    words: str
    kind: DocumentKind
    media_type: str
    file_name: str
    size: int
    expires_at: datetime  # aware, in the clinic's zone
    sent_at: datetime
    openings: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody types to open a document."""

    code: str
    birth_date: date | None


class Came(StrEnum):
    """What came of a try to open."""

    OPEN = "open"
    WRONG = "wrong"
    NO_CODE = "no_code"  # none is waiting, or it is too old
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Try:
    """`token` is set where it is open: whoever shows it may look for `PASS_LIVES`."""

    came: Came
    token: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)


class CannotSend(Exception):
    """A document can't be taken or sent; `reason` is a key of `REFUSALS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


REFUSALS: dict[str, str] = {
    "no_file": "Choose a file.",
    "empty": "The file is empty.",
    "too_large": "The file is too large.",
    "wrong_type": "Send a PDF, a picture (JPEG, PNG) or plain text. What counts is what is in the file, not its name.",
    "no_room": "There is no room on the server's disk. Nothing was kept. Tell whoever runs this server.",
    "no_title": "Give a name of 1 to 80 letters.",
    "bad_words": "At most 600 letters.",
    "bad_kind": "Choose what it is.",
    "bad_days": "Choose how long it stays.",
    "no_patient": "Choose the patient.",
    "no_birth_date": "The record has no day of birth, which is asked for besides the code. Add it first.",
    "not_locked": "The file was not locked by the browser.",
    "bad_fragment": "The part of the key that goes into the link has not the right form.",
    "too_late": "The moment that it is needed for has passed.",
    "sent_before": "They were sent this form for this visit already.",
    "no_phone": "The record has no mobile number to send the code to. Add it first.",
}


class NoSuchDocument(LookupError):
    """The clinic has no such document."""


class CannotDraw(Exception):
    """A PDF can't be shown here: damaged, protected, too slow, or it has no such page."""
