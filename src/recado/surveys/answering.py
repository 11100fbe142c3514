"""What an answer does: it is kept, the survey goes on, and a low one asks for a call back. By text and by page alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from recado.foundation import audit, business_time, news
from recado.foundation.actors import Actor
from recado.foundation.ids import new_id
from recado.foundation.keys import keys_for
from recado.journeys import actions as journeys
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind

from . import book
from .flow import calls_back, next_question
from .models import Answer, Response
from .steps import change_of
from .types import Given, Question, ResponseState, Survey

SEALED = "surveys.words"
CALL_BACK = TaskKind.CALL_BACK


@dataclass(frozen=True, slots=True)
class Stand:
    """Where one person's survey stands."""

    response: Response
    survey: Survey
    given: Mapping[str, Given]

    @property
    def next(self) -> Question | None:
        return next_question(self.survey, self.given)

    @property
    def calls_back(self) -> bool:
        return calls_back(self.survey, self.given)


def held(clinic_id: UUID, response_id: UUID) -> Response | None:
    """The row, locked. Call it inside `clinic_scope`."""
    return Response.objects.select_for_update().filter(clinic_id=clinic_id, id=response_id).first()


def stand(clinic_id: UUID, response: Response) -> Stand:
    """Call it inside `clinic_scope`."""
    survey = book.survey_of(clinic_id, response.survey, response.version)
    rows = Answer.objects.filter(clinic_id=clinic_id, response_id=response.id, answered_at__isnull=False)
    return Stand(response, survey, {row.question: given_of(row) for row in rows})


def given_of(row: Answer) -> Given:
    if row.words_ct is None:
        return Given(row.value)
    return Given(row.value, keys_for(row.clinic_id).open(SEALED, row.id.bytes, bytes(row.words_ct)).decode())


def ask(clinic_id: UUID, response: Response, question: Question) -> UUID:
    """Notes that a question is put, and returns the id that its answer will name. Call it inside `clinic_scope`."""
    row, _ = Answer.objects.get_or_create(
        clinic_id=clinic_id,
        response_id=response.id,
        question=question.key,
        defaults={"survey": response.survey, "asked_at": business_time.now()},
    )
    return row.id


def keep(clinic_id: UUID, response: Response, question: Question, given: Given, by: Actor, *, how: str) -> Stand:
    """Keeps an answer, also one that takes the place of another, and returns where the survey stands then. The row must be
    held. Call it inside `clinic_scope`."""
    now = business_time.now()
    row = Answer.objects.filter(clinic_id=clinic_id, response_id=response.id, question=question.key).first()
    if row is None:
        row = Answer(
            clinic_id=clinic_id,
            id=new_id(),
            response_id=response.id,
            survey=response.survey,
            question=question.key,
            asked_at=now,
        )
    row.value, row.answered_at, row.how = given.value, now, how
    row.words_ct = keys_for(clinic_id).seal(SEALED, row.id.bytes, given.words.encode()) if given.words else None
    row.save()
    stands = stand(clinic_id, response)
    _go_on(clinic_id, stands, now)
    _settle_call(clinic_id, stands, by)
    audit.record(
        clinic_id=clinic_id,
        by=by,
        action="survey.answer",
        patient_id=response.patient_id,
        subject=f"survey_response:{response.id}",
        detail={"question": question.key},
    )
    news.tell(clinic_id, news.Topic.VISITS)
    return stands


def _go_on(clinic_id: UUID, stands: Stand, now: datetime) -> None:
    response, before = stands.response, stands.response.state
    response.begun_at = response.begun_at or now
    response.state = ResponseState.ANSWERED if stands.next is None else ResponseState.BEGUN
    response.ended_at = (response.ended_at or now) if stands.next is None else None
    response.save(update_fields=["begun_at", "state", "ended_at"])
    if response.state != before:
        journeys.plan(clinic_id=clinic_id, changes=[change_of(response)])


def source_of(response_id: UUID) -> str:
    """What raises the task to call somebody back."""
    return f"survey:{response_id}"


def _settle_call(clinic_id: UUID, stands: Stand, by: Actor) -> None:
    """The task stands as long as the answers ask for it: whoever says that they want no call is not called."""
    response, source = stands.response, source_of(stands.response.id)
    if not stands.calls_back:
        tasks.finish(clinic_id=clinic_id, kind=CALL_BACK, sources=[source], by=by)
        return
    tasks.raise_task(
        clinic_id=clinic_id,
        kind=CALL_BACK,
        source=source,
        by=by,
        patient_id=response.patient_id,
        subject_id=response.id,
    )
