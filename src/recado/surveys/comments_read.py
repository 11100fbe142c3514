"""Comments as they are read: a page at a time, all of them or those about a topic. What each is about is found when it is read, and
stored nowhere."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from . import answering, book, results
from .flow import leading_question
from .models import Answer, Response
from .topics import topics_of
from .types import SCALES, Comment, Topic

COMMENTS = 20  # on one page
READ = 1_000  # newest comments whose topics are counted, and as many are read to fill a page: 0.1 s

Mark = tuple[datetime, UUID]  # a comment's place: those before it are older


@dataclass(frozen=True, slots=True)
class Comments:
    """One page of comments, the newest first. `after`: where the next page begins; none: there is none."""

    rows: tuple[Comment, ...]
    after: Mark | None


@dataclass(frozen=True, slots=True)
class TopicsTold:
    """How many comments there are, and how many of the newest READ are about each topic."""

    total: int
    counts: Mapping[Topic, int]

    @property
    def is_part(self) -> bool:
        return self.total > READ


def comments(
    clinic_id: UUID, span: results.Span, before: Mark | None = None, *, topic: Topic | None = None
) -> Comments:
    """A page of comments about the visits of a span, without names; at most READ are looked through for a topic. Call it inside
    `clinic_scope`; the caller audits."""
    if topic is None:
        found = list(_older(_written(clinic_id, span), before)[: COMMENTS + 1])
    else:
        found = _about(_written(clinic_id, span), before, topic)
    shown = found[:COMMENTS]
    last = shown[-1] if len(found) > COMMENTS else None
    after = (last.answered_at, last.id) if last is not None and last.answered_at is not None else None
    return Comments(tuple(_comments(clinic_id, shown)), after)


def topics_told(clinic_id: UUID, span: results.Span) -> TopicsTold:
    """Call it inside `clinic_scope`."""
    rows = _written(clinic_id, span)
    counts: Counter[Topic] = Counter()
    for row in rows.order_by("-answered_at", "-id")[:READ]:
        counts.update(topics_of(answering.given_of(row).words))
    return TopicsTold(rows.count(), {topic: counts[topic] for topic in Topic if counts[topic]})


def _written(clinic_id: UUID, span: results.Span) -> QuerySet[Answer]:
    visits = Response.objects.filter(clinic_id=clinic_id, survey=span.survey, visited_at__gte=span.start)
    visits = visits.filter(visited_at__lt=span.end)
    if span.site:
        visits = visits.filter(site=span.site)
    rows = Answer.objects.filter(clinic_id=clinic_id, survey=span.survey, words_ct__isnull=False)
    return rows.filter(response_id__in=visits.values("id"))


def _older(rows: QuerySet[Answer], before: Mark | None) -> QuerySet[Answer]:
    if before is not None:
        rows = rows.extra(where=["(answered_at, id) < (%s, %s)"], params=list(before))
    return rows.order_by("-answered_at", "-id")


def _about(rows: QuerySet[Answer], before: Mark | None, topic: Topic) -> list[Answer]:
    """A page of them and one more, where there are."""
    found: list[Answer] = []
    for row in _older(rows, before)[:READ]:
        if topic in topics_of(answering.given_of(row).words):
            found.append(row)
        if len(found) > COMMENTS:
            break
    return found


def _comments(clinic_id: UUID, rows: Sequence[Answer]) -> Iterator[Comment]:
    about = Response.objects.filter(clinic_id=clinic_id).in_bulk([row.response_id for row in rows])
    given_scores = scores(clinic_id, list(about.values()))
    for row in rows:
        response = about[row.response_id]
        words = answering.given_of(row).words
        score, most = given_scores.get(response.id, (None, 0))
        yield Comment(
            response.id,
            row.answered_at or row.asked_at,
            words,
            score,
            most,
            response.visited_at,
            response.clinician,
            response.site,
            topics_of(words),
        )


def scores(clinic_id: UUID, responses: Sequence[Response]) -> dict[UUID, tuple[int | None, int]]:
    """What each answered to the first scale of the survey, and the highest of that scale."""
    leading = {}
    for response in responses:
        question = leading_question(book.survey_of(clinic_id, response.survey, response.version))
        if question is not None:
            leading[response.id] = question
    rows = Answer.objects.filter(clinic_id=clinic_id, response_id__in=list(leading), value__isnull=False)
    given = {(response, key): value for response, key, value in rows.values_list("response_id", "question", "value")}
    return {
        response: (given.get((response, question.key)), SCALES[question.kind][1])
        for response, question in leading.items()
    }
