"""Values of forms that a patient fills in: the form as data, and what was answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from recado.foundation.works import NotPublishable as NotPublishable
from recado.foundation.works import WorkState

LONGEST_SHORT, LONGEST_LONG = 200, 4_000  # letters of an answer
MOST_CHOICES = 20
STAYS_AFTER = timedelta(days=1)  # a form may be filled in until a day after it was needed

Answer = str | tuple[int, ...]
"""Words, a day as 2026-11-24, yes or no, or the numbers of what was chosen, from 1."""


class FieldKind(StrEnum):
    """Stored."""

    SHORT = "short"
    LONG = "long"
    CHOICE = "choice"
    SEVERAL = "several"
    DATE = "date"
    YES_NO = "yes_no"


WITH_CHOICES = frozenset({FieldKind.CHOICE, FieldKind.SEVERAL})


@dataclass(frozen=True, slots=True)
class Label:
    """A field in one language. `choices` in their order, the same number in every language."""

    text: str
    hint: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """`key` is stored with the answers: never reuse one for something else."""

    key: str
    kind: FieldKind
    says: Mapping[str, Label]  # by language, the form's own first
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """What a form is called in one language, and the words before its first field."""

    title: str
    intro: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A form as published. A change makes a new version; whoever was sent one fills in the one that they were sent.

    `needs_code`: it opens by a code and the date of birth, as a document does; else whoever has its link may fill it in.
    `services`, `days_before`: sent by itself so long before visits for one of these; no service: only by hand.
    """

    key: str
    version: int
    name: str  # for staff
    heads: Mapping[str, Heading]  # by language, the form's own first
    fields: tuple[Field, ...]
    needs_code: bool = True
    services: tuple[str, ...] = ()
    days_before: int = 7

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.heads)


FormState = WorkState
"""Stored. Ended: nobody new is sent it; who was sent it may fill it in."""


@dataclass(frozen=True, slots=True)
class FormView:
    """A form as staff see it. `draft`: what is being written."""

    key: str
    name: str
    state: FormState
    published: Form | None
    draft: Form | None

    @property
    def shown(self) -> Form:
        form = self.draft or self.published
        assert form is not None
        return form


@dataclass(frozen=True, slots=True)
class Filled:
    """What came back. `language`: in which the person read the form."""

    at: datetime
    language: str
    answers: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form that somebody was sent, as staff read it; the newest answers first."""

    document_id: UUID
    patient_id: UUID
    form: Form
    due_at: datetime
    filled: tuple[Filled, ...]


@dataclass(frozen=True, slots=True)
class FormWish:
    """Whom a form is sent to, and for when. `visit_id`: the visit that it is before; it follows it when it moves."""

    form: str
    patient_id: UUID
    due_at: datetime
    visit_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class FormFault:
    """What keeps a form from being published: `code` is a key of FAULTS; `field` empty: the form as a whole."""

    code: str
    field: str = ""
    language: str = ""


class NoSuchForm(LookupError):
    """The clinic has no form of that key, or the document is no form."""


class UnreadableForm(ValueError):
    """What is stored can't be read as a form."""
