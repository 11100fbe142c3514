"""The results of a survey: scores with how sure they are, their trend, comments, and whom to call back.

Figures of few answers are not shown by clinician, service or place: they would tell of single people, and mislead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recado.clinics import queries as clinics
from recado.clinics.access import may, needs
from recado.clinics.roles import Permission
from recado.contacts import queries as contacts
from recado.foundation import audit, business_time
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.surveys import queries as surveys
from recado.surveys.types import SCALES, Asked, Question, QuestionKind, Survey, SurveyView, Tally, Topic
from recado.web import dates, numbers, shell
from recado.web.paging import moment_asked
from recado.web.sign_in.at_work import clinic_of
from recado.web.surveys import drawing, exporting, words

SPANS = (4, 13, 26, 52)  # weeks
USUAL = 26
LATELY = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class Asking:
    """What the page is asked for: which survey, since when, where."""

    view: SurveyView
    content: Survey
    weeks: int
    site: str
    span: surveys.Span
    zone: str
    topic: Topic | None

    @property
    def query(self) -> str:
        return urlencode({"survey": self.content.key, "weeks": self.weeks, "site": self.site})

    @property
    def query_with_topic(self) -> str:
        return self.query + (f"&topic={self.topic}" if self.topic else "")


@dataclass(frozen=True, slots=True)
class Bar:
    """One answer to a question, and how many gave it."""

    label: str
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class Group:
    """A clinician, service or place. `figure` empty: too few answered."""

    name: str
    total: int
    figure: str


def asked_for(request: HttpRequest, clinic_id: UUID) -> Asking | None:
    """Call it inside `clinic_scope`. None: the clinic has no survey that was ever published."""
    known = [view for view in surveys.surveys(clinic_id) if view.published is not None]
    if not known:
        return None
    view = next((one for one in known if one.key == request.GET.get("survey")), known[0])
    content = view.published
    assert content is not None
    wanted = request.GET.get("weeks", "")
    weeks = int(wanted) if wanted in {str(one) for one in SPANS} else USUAL
    now, site = business_time.now(), request.GET.get("site", "")[:120]
    span = surveys.Span(content.key, now - timedelta(weeks=weeks), now + timedelta(days=1), site)
    return Asking(view, content, weeks, site, span, clinics.clinic_settings(clinic_id).time_zone, _topic(request))


def _topic(request: HttpRequest) -> Topic | None:
    asked = request.GET.get("topic", "")
    return Topic(asked) if asked in set(Topic) else None


@needs(Permission.SEE_FIGURES)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The figures of one survey; comments and call-backs for whoever may read them."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        asking = asked_for(request, clinic_id)
        if asking is None:
            return shell.page(request, "recado/surveys/none.html", _may(request), at="surveys")
        context = {
            **_figures(clinic_id, asking),
            **_may(request),
            "asking": asking,
            "known": [one for one in surveys.surveys(clinic_id) if one.published is not None],
            "spans": SPANS,
            "sites": surveys.sites(clinic_id, asking.span),
            **(_heard(request, clinic_id, asking) if may(request, Permission.SEE_COMMENTS) else {}),
        }
    return shell.page(request, "recado/surveys/index.html", context, at="surveys")


def _may(request: HttpRequest) -> dict[str, bool]:
    return {
        "may_read": may(request, Permission.SEE_COMMENTS),
        "may_change": may(request, Permission.CHANGE_JOURNEYS),
    }


def _figures(clinic_id: UUID, asking: Asking) -> dict[str, Any]:
    content, span = asking.content, asking.span
    found = surveys.figures_of(clinic_id, content, span)
    leading = surveys.leading_question(content)
    recommend = next((one for one in content.questions if one.kind is QuestionKind.RECOMMEND), None)
    made: dict[str, Any] = {
        "answered": _answered(found.asked),
        "figures": found,
        "questions": [_question(one, found.tallies.get(one.key, Tally())) for one in content.questions],
        "words_count": found.words,
    }
    if leading is not None:
        least, most = SCALES[leading.kind]
        lately = surveys.Span(span.survey, max(span.start, span.end - LATELY), span.end, span.site)
        recent = surveys.answers_to(clinic_id, lately, leading.key)
        score = surveys.mean(recent, least, most)
        weeks = drawing.weeks(found.weeks, least, most)
        made |= {
            "score": numbers.hundredths(score.value) if score else "–",
            "score_most": most,
            "score_span": words.span(score),
            "weeks": [_week(one) for one in weeks],
            "chart": drawing.chart(weeks, most),
            "trend": words.trend(risen := drawing.risen(found.weeks)),
            "risen": words.span(risen, _change) if risen else "",
            "groups": _groups(clinic_id, asking, leading),
        }
    if recommend is not None:
        made |= _recommend(found.tallies.get(recommend.key, Tally()))
    return made


def _change(value: float) -> str:
    return numbers.hundredths(value, signed=True)


def _answered(asked: Asked) -> dict[str, Any]:
    rate = surveys.share(asked.answered + asked.partly, asked.asked)
    return {
        "asked": asked,
        "rate": numbers.percent(rate.value) if rate else "–",
        "silent": numbers.percent(asked.silent / asked.asked) if asked.asked else "",
    }


def _recommend(tally: Tally) -> dict[str, Any]:
    figure = surveys.promoter_score(tally)
    sides = surveys.sides(tally)
    total = max(tally.total, 1)
    parts = [round(100 * side / total) for side in sides]
    rects, start = [], 0.0
    for side, colour in zip(sides, ("ok", "mute", "bad"), strict=True):
        width = 1000 * side / total
        rects.append((round(start, 1), round(max(width - 3, 0), 1), colour))
        start += width
    return {
        "has_recommend": True,
        "promoter": f"{figure.value:+.0f}" if figure else "–",
        "promoter_span": words.span(figure, "{:+.0f}".format),
        "sides": parts,
        "side_rects": rects,
        "recommend_total": tally.total,
    }


def _week(week: drawing.Week) -> dict[str, Any]:
    figure = week.figure
    return {
        "monday": dates.full_date(week.monday),
        "total": week.total,
        "mean": numbers.hundredths(figure.value) if figure else _("too few"),
        "span": words.span(figure) if figure else "",
    }


def _question(question: Question, tally: Tally) -> dict[str, Any]:
    spoken, said = surveys.saying(question, translation.get_language() or "en")
    total = tally.total
    return {
        "text": said.text,
        "spoken": spoken,
        "kind": words.KINDS[question.kind],
        "total": total,
        "bars": [
            Bar(label, count, round(100 * count / total) if total else 0)
            for label, count in _counts(question, said.choices, tally)
        ],
    }


def _counts(question: Question, choices: Sequence[str], tally: Tally) -> list[tuple[str, int]]:
    if question.kind is QuestionKind.WORDS:
        return []
    if question.kind in (QuestionKind.YES_NO, QuestionKind.CALL):
        return [(_("Yes"), tally.counts.get(1, 0)), (_("No"), tally.counts.get(0, 0))]
    if question.kind in (QuestionKind.CHOICE, QuestionKind.SEVERAL):
        return [
            (label, sum(count for value, count in tally.counts.items() if value >> at & 1))
            for at, label in enumerate(choices)
        ]
    least, most = SCALES[question.kind]
    return [(str(score), tally.counts.get(score, 0)) for score in range(most, least - 1, -1)]


def _groups(clinic_id: UUID, asking: Asking, leading: Question) -> list[dict[str, Any]]:
    fewest = surveys.policy(clinic_id).fewest
    titles = {"clinician": _("By clinician"), "service": _("By service"), "site": _("By place")}
    least, most = SCALES[leading.kind]
    made = []
    found = surveys.answers_by(clinic_id, asking.span, leading.key)
    for what, title in titles.items():
        rows = [Group(name, one.total, _mean(one, least, most, fewest)) for name, one in found[what].items()]
        if rows:
            made.append({"title": title, "rows": rows, "fewest": fewest})
    return made


def _mean(tally: Tally, least: int, most: int, fewest: int) -> str:
    figure = surveys.mean(tally, least, most) if tally.total >= fewest else None
    return numbers.hundredths(figure.value) if figure else ""


# ------------------------------------------------------------------------------------------------ words


def _heard(request: HttpRequest, clinic_id: UUID, asking: Asking) -> dict[str, Any]:
    backs, waiting = surveys.call_backs(clinic_id) if may(request, Permission.SEE_PATIENTS) else ([], 0)
    people = contacts.reach(clinic_id, [one.patient_id for one in backs])
    now = business_time.now()
    page = surveys.comments(clinic_id, asking.span, topic=asking.topic)
    _note(request, clinic_id, asking, [str(one.patient_id) for one in backs])
    return {
        "waiting": waiting,
        "backs": [
            {
                "one": one,
                "who": people[one.patient_id],
                "chip": words.score_chip(one.score, one.score_most),
                "ago": dates.ago(now - one.since),
            }
            for one in backs
        ],
        "oldest": dates.ago(now - backs[0].since) if backs else "",
        **_topics(clinic_id, asking),
        **_listed(page, asking),
    }


def _topics(clinic_id: UUID, asking: Asking) -> dict[str, Any]:
    told = surveys.topics_told(clinic_id, asking.span)
    shown = [topic for topic in Topic if topic in told.counts or topic is asking.topic]
    return {
        "told": told,
        "topics": [(topic, words.TOPICS[topic], told.counts.get(topic, 0)) for topic in shown],
        "most_read": surveys.READ,
    }


def _listed(page: surveys.Comments, asking: Asking) -> dict[str, Any]:
    after = page.after
    return {
        "comments": [
            {
                "one": one,
                "chip": words.score_chip(one.score, one.score_most),
                "topics": [words.TOPICS[topic] for topic in one.topics],
                "about": ", ".join(
                    part
                    for part in (dates.short_day(local(one.visited_at, asking.zone)), one.clinician, one.site)
                    if part
                ),
            }
            for one in page.rows
        ],
        "after": urlencode({"before": after[0].isoformat(), "id": str(after[1])}) if after else "",
    }


@needs(Permission.SEE_COMMENTS)
@require_safe
def comments(request: HttpRequest) -> HttpResponse:
    """Comments further back, a page at a time."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        asking = asked_for(request, clinic_id)
        if asking is None:
            return shell.page(request, "recado/surveys/none.html", _may(request), at="surveys")
        page = surveys.comments(clinic_id, asking.span, _before(request), topic=asking.topic)
        _note(request, clinic_id, asking, [])
        context = {"asking": asking, "is_back": bool(request.GET.get("before")), **_listed(page, asking)}
        context |= {"topic_name": words.TOPICS[asking.topic] if asking.topic else ""}
    return shell.page(request, "recado/surveys/comments.html", context, at="surveys")


def _before(request: HttpRequest) -> tuple[datetime, UUID] | None:
    """Where the page begins; what can't be read is the beginning."""
    at = moment_asked(request.GET.get("before", ""))
    try:
        return (at, UUID(request.GET.get("id", ""))) if at else None
    except ValueError:
        return None


def _note(request: HttpRequest, clinic_id: UUID, asking: Asking, patients: Sequence[str]) -> None:
    audit.record(
        clinic_id=clinic_id,
        by=shell.actor(request),
        action="survey.view",
        subject=f"survey:{asking.content.key}",
        detail={"patients": list(patients)},
    )


@needs(Permission.SEE_COMMENTS)
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Every answer of the span as a file for a spreadsheet, without names."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        asking = asked_for(request, clinic_id)
        if asking is None:
            return shell.page(request, "recado/surveys/none.html", _may(request), at="surveys", status=404)
        audit.record(
            clinic_id=clinic_id,
            by=shell.actor(request),
            action="survey.export",
            subject=f"survey:{asking.content.key}",
            detail={"weeks": asking.weeks},
        )
    return exporting.response(clinic_id, asking.content, asking.span, asking.zone)
