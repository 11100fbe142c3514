"""Values of this room: articles that answer patients' questions, and what became of each question."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from recado.foundation.works import NotPublishable as NotPublishable
from recado.foundation.works import TooMany as TooMany
from recado.foundation.works import WorkState as WorkState

LEAST_LIMIT, USUAL_LIMIT, MOST_LIMIT = 70, 80, 99  # percent sure, below which a person answers


class Topic(StrEnum):
    """Stored."""

    PLACE = "place"
    VISITS = "visits"
    PRESCRIPTIONS = "prescriptions"
    MONEY = "money"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Saying:
    """An article in one language. `others`: other ways to ask; `short` fits a text message; `long`, in the markup of
    information pages, stands on the page that the text links to; empty: there is no page."""

    question: str
    others: tuple[str, ...]
    short: str
    long: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """A question that patients ask and the clinic's answer. `says`: by language, the article's own first."""

    key: str
    version: int
    name: str  # for staff
    topic: Topic
    says: Mapping[str, Saying]

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.says)


@dataclass(frozen=True, slots=True)
class Review:
    """Who looks after an article, who last said that it is right, and until when that counts."""

    owner: UUID | None = None
    reviewed_by: str = ""
    reviewed_at: datetime | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article as staff see it."""

    key: str
    name: str
    state: WorkState
    published: Article | None
    draft: Article | None
    review: Review

    @property
    def shown(self) -> Article:
        article = self.draft or self.published
        assert article is not None
        return article


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version that was published."""

    number: int
    article: Article
    published_at: datetime
    published_by: str


class Outcome(StrEnum):
    """Stored: what became of a question."""

    ANSWERED = "answered"
    UNSURE = "unsure"  # below the limit, or two articles fit as well
    MEDICAL = "medical"  # never answered without a person
    LANGUAGE = "language"  # an article fits that is not written in the person's language
    OVERDUE = "overdue"  # an article fits whose review date has passed
    AGAIN = "again"  # the same article would answer the same person again
    PERSON = "person"  # they asked for a person
    BUSY = "busy"  # a person is in the conversation, or several people have the phone
    LIMIT = "limit"  # as many answers a day as one phone gets
    OFF = "off"  # the clinic has switched answers off


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that may answer, and how sure that is: 0 to 1."""

    key: str
    language: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What would become of a question. `best` answers where the outcome is ANSWERED; `others`: the next best."""

    outcome: Outcome
    best: Candidate | None = None
    others: tuple[Candidate, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a clinic has decided. `limit`: percent sure, below which a person answers."""

    is_on: bool = True
    limit: int = USUAL_LIMIT


@dataclass(frozen=True, slots=True)
class Use:
    """What an article did within the time looked at."""

    answered: int = 0
    handed_over: int = 0
    helped: int = 0
    not_helped: int = 0

    @property
    def share(self) -> int | None:
        """Percent of those who said so whom it helped; None: nobody said."""
        said = self.helped + self.not_helped
        return round(100 * self.helped / said) if said else None


@dataclass(frozen=True, slots=True)
class Figures:
    """All questions within the time looked at."""

    answered: int
    handed_over: int  # to a person, at once
    corrected: int  # answered, and then a person was asked for, or it did not help

    @property
    def all(self) -> int:
        return self.answered + self.handed_over + self.corrected


@dataclass(frozen=True, slots=True)
class Group:
    """Questions without an answer that mean the same. `ids`: of the texts; `nearest`: the article that half fits."""

    ids: tuple[UUID, ...]
    words: str
    others: tuple[str, ...]
    people: int
    language: str
    outcome: Outcome
    nearest: str = ""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A question that an article answered, and it was no help. `wants_person`: a person was asked for after the answer."""

    at: datetime
    words: str
    language: str
    article: str
    wants_person: bool


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as its page shows it."""

    clinic_id: UUID
    article: Article
    language: str
    helped: bool | None


class NoSuchArticle(LookupError):
    """The clinic has no article of that key."""


class UnreadableArticle(ValueError):
    """What is stored can't be read as an article."""
