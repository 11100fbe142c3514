"""Ask about finished visits, take answers by page, and keep a clinic's own surveys (`keeping`)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from recado.foundation import audit, bulk, business_time
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions as journeys
from recado.journeys.types import FinishedVisit
from recado.messaging import queries as texts
from recado.tasks import actions as tasks

from . import answering, book, keeping, letters
from .models import Response
from .steps import change_of
from .types import KIND, Given, NoSuchQuestion, ResponseState, Survey

begin, begin_new = keeping.begin, keeping.begin_new
save_draft, publish = keeping.save_draft, keeping.publish
end, resume, set_policy = keeping.end, keeping.resume, keeping.set_policy

BY_LINK = Actor(ActorKind.PATIENT, "link")
NEWS = timedelta(days=2)  # a visit that ended longer ago is not asked about: an import brings the past too


def visits_finished(*, clinic_id: UUID, visits: Sequence[FinishedVisit], by: Actor) -> int:
    """Puts people on the journey of a survey. Left out are visits known already or too long ago, and people who were asked
    in the last days that the clinic's policy names; of several visits of a person the last one is asked about. Returns how
    many. Set-based; call it inside `clinic_scope`."""
    now = business_time.now()
    surveys = book.live(clinic_id)
    fresh = {visit.patient_id: visit for visit in sorted(visits, key=lambda one: one.at) if now - visit.at <= NEWS}
    if not surveys or not fresh:
        return 0
    rested = _rested(clinic_id, fresh.values(), now)
    rows = [
        _response(clinic_id, visit, survey, now)
        for visit in fresh.values()
        if visit.patient_id not in rested and (survey := _for(visit, surveys)) is not None
    ]
    if not rows:
        return 0
    with transaction.atomic():
        bulk.insert(rows)
        journeys.plan(clinic_id=clinic_id, changes=[change_of(row, is_new=True) for row in rows])
        audit.record(clinic_id=clinic_id, by=by, action="survey.start", subject="surveys", detail={"people": len(rows)})
    return len(rows)


def _rested(clinic_id: UUID, visits: Iterable[FinishedVisit], now: datetime) -> set[UUID]:
    """Who was asked too short a while ago, or is about to be; and those whose visit is known."""
    since = now - timedelta(days=book.policy(clinic_id).rest_days)
    whose = {visit.visit_id: visit.patient_id for visit in visits}
    rows = Response.objects.filter(clinic_id=clinic_id).exclude(state=ResponseState.WITHDRAWN)
    lately = rows.filter(patient_id__in=list(whose.values())).filter(
        Q(asked_at__gte=since) | Q(asked_at=None, visited_at__gte=now - NEWS)
    )
    known = Response.objects.filter(clinic_id=clinic_id, visit_id__in=list(whose))
    return set(lately.values_list("patient_id", flat=True)) | {
        whose[visit] for visit in known.values_list("visit_id", flat=True)
    }


def _for(visit: FinishedVisit, surveys: Iterable[Survey]) -> Survey | None:
    """The first that is meant for this visit: those for certain services come first."""
    service = visit.service.casefold()
    return next(
        (one for one in surveys if not one.services or service in {name.casefold() for name in one.services}), None
    )


def _response(clinic_id: UUID, visit: FinishedVisit, survey: Survey, now: datetime) -> Response:
    return Response(
        clinic_id=clinic_id,
        id=new_id(),
        survey=survey.key,
        version=survey.version,
        visit_id=visit.visit_id,
        patient_id=visit.patient_id,
        visited_at=visit.at,
        clinician=visit.clinician,
        service=visit.service,
        site=visit.site,
        state=ResponseState.VISITED,
        created_at=now,
    )


def visits_not_finished(*, clinic_id: UUID, visit_ids: Collection[UUID], by: Actor) -> int:
    """These visits were not over after all: whoever has not answered is not asked. Returns how many. Call it inside
    `clinic_scope`."""
    with transaction.atomic():
        rows = list(
            Response.objects.select_for_update().filter(
                clinic_id=clinic_id, visit_id__in=list(visit_ids), state=ResponseState.VISITED
            )
        )
        if not rows:
            return 0
        Response.objects.filter(clinic_id=clinic_id, id__in=[row.id for row in rows]).update(
            state=ResponseState.WITHDRAWN
        )
        for row in rows:
            row.state = ResponseState.WITHDRAWN
        journeys.plan(clinic_id=clinic_id, changes=[change_of(row) for row in rows])
        audit.record(
            clinic_id=clinic_id, by=by, action="survey.withdraw", subject="surveys", detail={"people": len(rows)}
        )
    return len(rows)


def called_back(*, clinic_id: UUID, response_id: UUID, by: Actor) -> bool:
    """Whoever was to be called back was. False where nobody was waiting. Call it inside `clinic_scope`."""
    sources = [answering.source_of(response_id)]
    return tasks.finish(clinic_id=clinic_id, kind=answering.CALL_BACK, sources=sources, by=by) > 0


def answer_by_page(token: str, question: str, given: Given) -> bool:
    """Keeps what was answered on the page behind a link. False: the link has ended. Raises NoSuchQuestion."""
    target = texts.link_behind(token)
    if target is None or not target.is_live or target.kind != KIND:
        return False
    with clinic_scope(target.clinic_id):
        response = answering.held(target.clinic_id, target.subject_id)
        if response is None or response.state == ResponseState.WITHDRAWN:
            return False
        if business_time.now() >= letters.ends_at(response):
            return False
        stands = answering.stand(target.clinic_id, response)
        asked = stands.survey.question(question)
        if asked.key not in stands.given and stands.next != asked:
            raise NoSuchQuestion(question)  # none that stands open: a page of yesterday
        answering.keep(target.clinic_id, response, asked, given, BY_LINK, how="page")
    return True
