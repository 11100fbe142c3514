"""The articles of a clinic as they stand, and those that may answer, ready to be asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import Count, Max, Q, Sum

from recado.foundation.publishing import Editions, Shelf, Standing

from .finding import Index
from .models import Article as Row
from .models import ArticleVersion, ClinicPolicy
from .types import Article, ArticleView, NoSuchArticle, Policy, Review, VersionView, WorkState
from .writing import faults, from_json, to_json

ARTICLES = Shelf(
    Row, Editions(ArticleVersion, "article", from_json, NoSuchArticle), "article", to_json, faults, most=300
)


@dataclass(frozen=True, slots=True)
class Answering:
    """The articles that are published, found by what is asked. `due`: the last day on which each may answer."""

    index: Index
    articles: Mapping[str, Article]
    due: Mapping[str, date | None]

    def overdue(self, today: date) -> frozenset[str]:
        """Those whose review date has passed."""
        return frozenset(key for key, due in self.due.items() if due is not None and due < today)


def articles(clinic_id: UUID) -> list[ArticleView]:
    """Every article, by name; what was taken down last. Call it inside `clinic_scope`."""
    return [_view(one) for one in ARTICLES.all(clinic_id)]


def article(clinic_id: UUID, key: str) -> ArticleView:
    """Raises NoSuchArticle. Call it inside `clinic_scope`."""
    return _view(ARTICLES.one(clinic_id, key))


def _view(one: Standing[Article]) -> ArticleView:
    row = one.row
    review = Review(row.owner, row.reviewed_by, row.reviewed_at, row.due)
    return ArticleView(row.key, row.name, one.state, one.published, one.draft, review)


def to_review(clinic_id: UUID, owner: UUID, until: date) -> list[tuple[str, str, date]]:
    """Key, name and review date of what this person looks after and has to read again by a day, the oldest first. One
    statement. Call it inside `clinic_scope`."""
    rows = Row.objects.filter(clinic_id=clinic_id, owner=owner, state=WorkState.LIVE, due__lte=until)
    return [(row.key, row.name, row.due) for row in rows.order_by("due", "key") if row.due is not None]


def versions(clinic_id: UUID, key: str) -> list[VersionView]:
    """The newest first. Call it inside `clinic_scope`."""
    return [
        VersionView(one.number, one.content, one.published_at, one.published_by)
        for one in ARTICLES.editions.past(clinic_id, key)
    ]


def answering(clinic_id: UUID) -> Answering:
    """What may answer: one statement where nothing has changed since it was asked last. Call it inside `clinic_scope`."""
    rows = Row.objects.filter(clinic_id=clinic_id)
    live = Count("id", filter=Q(state=WorkState.LIVE))
    stamp = rows.aggregate(live=live, newest=Max("changed_at"), editions=Sum("version"))
    return _answering(clinic_id, stamp["live"], stamp["newest"], stamp["editions"])


@lru_cache(maxsize=32)  # clinics; about 1 MB each with a hundred articles
def _answering(clinic_id: UUID, count: int, newest: datetime | None, editions: int | None) -> Answering:
    live = [one for one in ARTICLES.all(clinic_id, state=WorkState.LIVE) if one.published is not None]
    published = {one.row.key: one.published for one in live if one.published is not None}
    return Answering(Index(published.values()), published, {one.row.key: one.row.due for one in live})


def policy(clinic_id: UUID) -> Policy:
    """Call it inside `clinic_scope`."""
    row = ClinicPolicy.objects.filter(clinic_id=clinic_id).first()
    return Policy() if row is None else Policy(row.is_on, row.limit)


def said_in(found: Article, language: str) -> str:
    """The language that a reader of `language` gets of an article."""
    code = language.lower().split("-")[0]
    return code if code in found.says else found.languages[0]
