"""Articles are begun, written, published, reviewed and taken down; a clinic decides how sure an answer must be; whoever got an
answer says whether it helped."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from recado.foundation import audit, business_time
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.works import key_of

from .book import ARTICLES
from .models import Article as Row
from .models import Asked, ClinicPolicy
from .types import LEAST_LIMIT, MOST_LIMIT, Article, NoSuchArticle, Policy
from .types import NotPublishable as NotPublishable
from .types import TooMany as TooMany

USUAL_REVIEW = timedelta(days=180)
LONGEST_REVIEW = timedelta(days=730)
BY_LINK = Actor(ActorKind.PATIENT, "link")

save_draft = ARTICLES.save_draft
take_down, put_back = ARTICLES.end, ARTICLES.resume  # it answers nobody; it answers again


def begin(*, clinic_id: UUID, article: Article, by: Actor) -> str:
    """An article as a draft; its key is made of its name where it has none. Returns the key. Raises TooMany. Call it inside
    `clinic_scope`."""
    key = article.key or key_of(article.name, "article")
    return ARTICLES.begin_new(clinic_id=clinic_id, key=key, content=article, by=by)


def publish(*, clinic_id: UUID, key: str, by: Actor) -> int:
    """Makes the draft the version that answers, and returns its number. Who publishes has read it: where its review date is
    missing or has passed, it is half a year off. Raises NoSuchArticle, NotPublishable. Call it inside `clinic_scope`."""
    with transaction.atomic():
        number = ARTICLES.publish(clinic_id=clinic_id, key=key, by=by)
        row = _locked(clinic_id, key)
        today = business_time.now().date()
        row.due = row.due if row.due and row.due > today else today + USUAL_REVIEW
        row.reviewed_by, row.reviewed_at = by.ref, business_time.now()
        row.save(update_fields=["due", "reviewed_by", "reviewed_at"])
    return number


def review(*, clinic_id: UUID, key: str, owner: UUID | None, due: date, by: Actor) -> None:
    """Somebody has read what is live and says that it is right until `due`; `owner` looks after it. Raises NoSuchArticle;
    ValueError for a day that has passed by more than a month, or lies more than two years off. Call it inside
    `clinic_scope`."""
    now = business_time.now()
    if not now.date() - timedelta(days=31) <= due <= now.date() + LONGEST_REVIEW:
        raise ValueError("due")
    with transaction.atomic():
        row = _locked(clinic_id, key)
        row.owner, row.due, row.reviewed_by, row.reviewed_at = owner, due, by.ref, now
        row.changed_at, row.changed_by = now, by.ref
        row.save(update_fields=["owner", "due", "reviewed_by", "reviewed_at", "changed_at", "changed_by"])
        audit.record(
            clinic_id=clinic_id,
            by=by,
            action="article.review",
            subject=f"article:{key}",
            detail={"due": due.isoformat(), "owner": str(owner or "")},
        )


def _locked(clinic_id: UUID, key: str) -> Row:
    row = Row.objects.select_for_update().filter(clinic_id=clinic_id, key=key).first()
    if row is None:
        raise NoSuchArticle(key)
    return row


def set_policy(*, clinic_id: UUID, policy: Policy, by: Actor) -> None:
    """Raises ValueError for a limit outside 70 to 99. Call it inside `clinic_scope`."""
    if not LEAST_LIMIT <= policy.limit <= MOST_LIMIT:
        raise ValueError("limit")
    with transaction.atomic():
        values = {"is_on": policy.is_on, "limit": policy.limit}
        ClinicPolicy.objects.update_or_create(clinic_id=clinic_id, kind=1, defaults=values)
        audit.record(clinic_id=clinic_id, by=by, action="article.policy", subject="articles", detail=values)


def put_aside(*, clinic_id: UUID, ids: Sequence[UUID], by: Actor) -> int:
    """No article is needed for these questions. Returns how many there were. Call it inside `clinic_scope`."""
    with transaction.atomic():
        rows = Asked.objects.filter(clinic_id=clinic_id, id__in=list(ids), put_aside_at=None)
        count = rows.update(put_aside_at=business_time.now())
        audit.record(
            clinic_id=clinic_id, by=by, action="article.put_aside", subject="articles", detail={"count": count}
        )
    return count


def rate(*, clinic_id: UUID, code: str, helped: bool, by: Actor = BY_LINK) -> bool:
    """Whoever has the link says whether the answer helped; the last word counts, and the first is in the audit: whoever
    presses again and again fills nothing. False: there is no such answer. Call it inside `clinic_scope`."""
    with transaction.atomic():
        row = Asked.objects.select_for_update().filter(clinic_id=clinic_id, code=code).first() if code else None
        if row is None:
            return False
        if row.helped != helped:
            Asked.objects.filter(clinic_id=clinic_id, id=row.id).update(helped=helped)
        if row.helped is None:
            subject, detail = f"inbound:{row.id}", {"helped": helped}
            audit.record(clinic_id=clinic_id, by=by, action="article.rate", subject=subject, detail=detail)
    return True
