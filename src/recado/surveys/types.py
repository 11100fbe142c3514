"""Values of this room: surveys as data, what a visit is asked, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from recado.foundation.works import NotPublishable as NotPublishable
from recado.foundation.works import WorkState

KIND = "survey"  # the event that a survey's journey hangs on, its first question, and its links
KIND_NEXT = "survey_next"  # the questions behind the first


class QuestionKind(StrEnum):
    """Stored."""

    RATE = "rate"  # 1 to 5
    RECOMMEND = "recommend"  # 0 to 10: the net promoter score counts these
    CHOICE = "choice"  # one of up to nine
    SEVERAL = "several"  # any of up to nine
    YES_NO = "yes_no"
    CALL = "call"  # yes or no: yes asks for a call back
    WORDS = "words"  # in the person's own words


SCALES: Mapping[QuestionKind, tuple[int, int]] = {QuestionKind.RATE: (1, 5), QuestionKind.RECOMMEND: (0, 10)}
WITH_CHOICES = frozenset({QuestionKind.CHOICE, QuestionKind.SEVERAL})
YES, NO = 1, 0


@dataclass(frozen=True, slots=True)
class Saying:
    """A question in one language. `least` and `most` say what the ends of a scale mean; `choices` in their order."""

    text: str
    least: str = ""
    most: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Only:
    """Asked only where an earlier question was answered with `least` to `most` (of a yes or no: 1 or 0)."""

    question: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Question:
    """`key` is stored with the answers: never reuse one for something else. `low`: a score of this or less asks for a
    call back; none: no score does."""

    key: str
    kind: QuestionKind
    says: Mapping[str, Saying]  # by language, the survey's own first
    only_if: Only | None = None
    low: int | None = None


class Way(StrEnum):
    """How it is answered. Stored."""

    TEXT = "text"  # one question at a time by text
    PAGE = "page"  # the text has a link
    BOTH = "both"  # the text asks the first question and has a link


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey as published. A change makes a new version; whoever was asked answers the one that they were asked.

    `services`: asked only after visits for one of these; none: after every visit.
    """

    key: str
    version: int
    name: str
    questions: tuple[Question, ...]
    way: Way = Way.TEXT
    services: tuple[str, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of its first question."""
        return tuple(self.questions[0].says) if self.questions else ()

    def question(self, key: str) -> Question:
        """Raises NoSuchQuestion."""
        for one in self.questions:
            if one.key == key:
                return one
        raise NoSuchQuestion(key)


SurveyState = WorkState
"""Stored. Ended: nobody new is asked; who was asked may answer."""


class ResponseState(StrEnum):
    """Stored, and the states of the event that a survey's journey hangs on."""

    VISITED = "visited"  # nothing has been answered
    BEGUN = "begun"
    ANSWERED = "answered"  # to its end
    WITHDRAWN = "withdrawn"  # the visit was not finished after all


@dataclass(frozen=True, slots=True)
class Given:
    """What was answered to a question. `value` is a score, 1 or 0 of a yes or no, or the choices as bits; none: words, or it
    was left out."""

    value: int | None = None
    words: str = ""

    @property
    def is_left_out(self) -> bool:
        return self.value is None and not self.words


@dataclass(frozen=True, slots=True)
class SurveyPage:
    """What the page behind a survey's link shows. `question` none: it is over. Scores already given may be changed."""

    clinic_id: UUID
    clinic_name: str
    clinic_phone: str
    language: str
    survey: Survey
    visited_at: datetime
    question: Question | None
    given: Given | None
    number: int  # of this question, from 1
    way: tuple[Question, ...]  # every question that is asked as things stand, in order
    calls_back: bool
    review_url: str
    languages: tuple[str, ...] = ()

    @property
    def of(self) -> int:
        return len(self.way)


@dataclass(frozen=True, slots=True)
class Policy:
    """What a clinic has decided for all its surveys. `rest_days`: nobody is asked again sooner. `fewest`: figures of fewer
    answers are not shown by clinician, service or place. `review_url`: where everybody who has answered is told that they
    may write in public, whatever they answered; empty: nowhere. `by_clock`: a visit whose time is over counts as finished,
    where nobody said that the patient did not come."""

    rest_days: int = 90
    fewest: int = 30
    review_url: str = ""
    by_clock: bool = False


@dataclass(frozen=True, slots=True)
class SurveyView:
    """A survey as staff see it. `draft`: what is being written, not published."""

    key: str
    name: str
    state: SurveyState
    published: Survey | None
    draft: Survey | None
    is_product: bool

    @property
    def shown(self) -> Survey:
        survey = self.draft or self.published
        assert survey is not None
        return survey


@dataclass(frozen=True, slots=True)
class Asked:
    """How many were asked and what they did. `partly`: they began and did not come to the end."""

    asked: int = 0
    answered: int = 0
    partly: int = 0

    @property
    def silent(self) -> int:
        return self.asked - self.answered - self.partly


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each value was answered to one question."""

    counts: Mapping[int, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class WeekTally:
    """The answers to one question in the week that begins on this Monday."""

    monday: date
    tally: Tally


@dataclass(frozen=True, slots=True)
class Results:
    """The figures of one survey."""

    asked: Asked
    tallies: Mapping[str, Tally]  # by question
    weeks: tuple[WeekTally, ...]  # of its leading question, oldest first
    words: int  # how many comments


class Topic(StrEnum):
    """What a comment is about, of what clinics can change about a visit."""

    WAITING = "waiting"
    KINDNESS = "kindness"
    CLARITY = "clarity"
    REACHING = "reaching"
    PLACE = "place"
    BOOKING = "booking"


@dataclass(frozen=True, slots=True)
class Comment:
    """Somebody's own words. Whose they are is not told here."""

    response_id: UUID
    at: datetime
    words: str
    score: int | None  # their answer to the first scale of the survey
    score_most: int  # the highest of that scale; 0: there is none
    visited_at: datetime
    clinician: str
    site: str
    topics: tuple[Topic, ...] = ()


@dataclass(frozen=True, slots=True)
class CallBack:
    """Somebody who gave a low score, or asked to be called."""

    response_id: UUID
    task_id: UUID
    patient_id: UUID
    since: datetime
    words: str
    score: int | None
    score_most: int


@dataclass(frozen=True, slots=True)
class Answered:
    """Everything that one person answered, for whoever calls them back."""

    response_id: UUID
    patient_id: UUID
    survey: Survey
    visited_at: datetime
    clinician: str
    service: str
    site: str
    answers: tuple[tuple[Question, Given, datetime], ...]


class NoSuchSurvey(LookupError):
    """The clinic has no survey of that key."""


class NoSuchQuestion(LookupError):
    """The survey has no question of that key."""


class NoSuchResponse(LookupError):
    """Nobody was asked under that id, or nobody has to be called back about it."""


class UnreadableSurvey(ValueError):
    """What is stored can't be read as a survey. The text says where."""
