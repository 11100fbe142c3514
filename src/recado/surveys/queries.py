"""What is known of surveys: their content, their figures, comments, whom to call back, and the page behind a link."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from recado.clinics import queries as clinics
from recado.foundation import business_time
from recado.foundation.tenancy import clinic_scope
from recado.messaging import queries as texts
from recado.tasks import queries as tasks
from recado.tasks.types import TaskKind

from . import answering, book, catalogue, comments_read, faults, figures, flow, letters, results
from .models import Answer, Response
from .types import (
    KIND,
    Answered,
    CallBack,
    Given,
    NoSuchResponse,
    ResponseState,
    Results,
    Survey,
    SurveyPage,
    Tally,
)

surveys, survey, survey_of, policy = book.surveys, book.survey, book.survey_of, book.policy
keys_ever = book.keys_ever
READY, LANGUAGES = catalogue.READY, catalogue.LANGUAGES
faults_of, FAULTS = faults.faults, faults.FAULTS
saying = letters.saying
chosen, bits, choices_of = flow.chosen, flow.bits, flow.choices_of
Span = results.Span
Figure = figures.Figure
mean, promoter_score, sides, share = figures.mean, figures.promoter_score, figures.sides, figures.share
difference = figures.difference
sites, answers_by = results.sites, results.by

leading_question, comments, topics_told = flow.leading_question, comments_read.comments, comments_read.topics_told
Comments = comments_read.Comments
COMMENTS, READ = comments_read.COMMENTS, comments_read.READ


def figures_of(clinic_id: UUID, content: Survey, span: results.Span) -> Results:
    """Every figure of a survey in that span: four statements. Call it inside `clinic_scope`."""
    counted, words = results.tallies(clinic_id, span)
    leading = leading_question(content)
    zone = clinics.clinic_settings(clinic_id).time_zone
    weeks = results.weeks(clinic_id, span, leading.key, zone) if leading else ()
    return Results(results.asked(clinic_id, span), counted, weeks, words)


def answers_to(clinic_id: UUID, span: results.Span, question: str) -> Tally:
    """The answers to one question in that span. Call it inside `clinic_scope`."""
    return results.tallies(clinic_id, span)[0].get(question, Tally())


# ------------------------------------------------------------------------------------------------ calling back


def call_backs(clinic_id: UUID, *, most: int = 10) -> tuple[list[CallBack], int]:
    """Who waits to be called, the oldest first, and how many in all. Call it inside `clinic_scope`; the caller audits."""
    waiting = [task for task in tasks.open_tasks(clinic_id) if task.kind is TaskKind.CALL_BACK]
    shown = {task.subject_id: task for task in waiting[:most] if task.subject_id is not None}
    about = Response.objects.filter(clinic_id=clinic_id).in_bulk(list(shown))
    rows = Answer.objects.filter(clinic_id=clinic_id, response_id__in=list(about), words_ct__isnull=False)
    words = {row.response_id: answering.given_of(row).words for row in rows}
    scores = comments_read.scores(clinic_id, list(about.values()))
    made = [
        CallBack(
            name, task.id, about[name].patient_id, task.raised_at, words.get(name, ""), *scores.get(name, (None, 0))
        )
        for name, task in shown.items()
        if name in about
    ]
    return made, len(waiting)


def answered(clinic_id: UUID, response_id: UUID) -> Answered:
    """Everything that somebody answered who is, or was, to be called back. Raises NoSuchResponse: of all others nobody is
    told who answered what. Call it inside `clinic_scope`; the caller audits."""
    response = Response.objects.filter(clinic_id=clinic_id, id=response_id).first()
    if response is None:
        raise NoSuchResponse(str(response_id))
    raised = tasks.tasks_of(clinic_id, response.patient_id)
    if not any(task.kind is TaskKind.CALL_BACK and task.subject_id == response_id for task in raised):
        raise NoSuchResponse(str(response_id))
    content = book.survey_of(clinic_id, response.survey, response.version)
    rows = Answer.objects.filter(clinic_id=clinic_id, response_id=response_id, answered_at__isnull=False)
    given = {row.question: row for row in rows}
    return Answered(
        response.id,
        response.patient_id,
        content,
        response.visited_at,
        response.clinician,
        response.service,
        response.site,
        tuple(
            (question, answering.given_of(row), row.answered_at or row.asked_at)
            for question in content.questions
            if (row := given.get(question.key)) is not None
        ),
    )


# ------------------------------------------------------------------------------------------------ files


EXPORTED = 500  # read at once


def export(clinic_id: UUID, span: results.Span) -> Iterator[tuple[Response, dict[str, Given]]]:
    """Every visit that was answered about, oldest first, some at a time: memory stays flat. The caller audits."""
    after: tuple[Any, ...] = (span.start, UUID(int=0))
    while True:
        with clinic_scope(clinic_id):
            rows = Response.objects.filter(
                clinic_id=clinic_id, survey=span.survey, visited_at__gte=span.start, visited_at__lt=span.end
            ).exclude(begun_at=None)
            if span.site:
                rows = rows.filter(site=span.site)
            page = list(
                rows.extra(where=["(visited_at, id) > (%s, %s)"], params=list(after)).order_by("visited_at", "id")[
                    :EXPORTED
                ]
            )
            given: dict[UUID, dict[str, Given]] = {}
            answers = Answer.objects.filter(clinic_id=clinic_id, response_id__in=[row.id for row in page])
            for answer in answers.exclude(answered_at=None):
                given.setdefault(answer.response_id, {})[answer.question] = answering.given_of(answer)
        for row in page:
            yield row, given.get(row.id, {})
        if len(page) < EXPORTED:
            return
        after = (page[-1].visited_at, page[-1].id)


# ------------------------------------------------------------------------------------------------ the page behind a link


def page_behind(token: str, back_to: str = "") -> SurveyPage | None:
    """What the page behind a survey's link shows: the question that stands open, or an earlier one to change. None: the link
    has ended."""
    target = texts.link_behind(token)
    if target is None or not target.is_live or target.kind != KIND:
        return None
    with clinic_scope(target.clinic_id):
        response = Response.objects.filter(clinic_id=target.clinic_id, id=target.subject_id).first()
        if response is None or response.state == ResponseState.WITHDRAWN:
            return None
        if business_time.now() >= letters.ends_at(response):
            return None
        return _page(target.clinic_id, answering.stand(target.clinic_id, response), back_to)


def _page(clinic_id: UUID, stands: answering.Stand, back_to: str) -> SurveyPage:
    clinic = clinics.clinic_settings(clinic_id)
    person = letters.person(clinic_id, stands.response)
    way = flow.path(stands.survey, stands.given)
    question = next((one for one in way if one.key == back_to and one.key in stands.given), stands.next)
    number = way.index(question) + 1 if question is not None else len(way)
    return SurveyPage(
        clinic_id=clinic_id,
        clinic_name=clinic.name,
        clinic_phone=clinic.phone_shown,
        language=person.language,
        survey=stands.survey,
        visited_at=stands.response.visited_at,
        question=question,
        given=stands.given.get(question.key) if question else None,
        number=number,
        way=way,
        calls_back=stands.calls_back,
        review_url=book.policy(clinic_id).review_url if question is None else "",
        languages=clinic.languages,
    )
