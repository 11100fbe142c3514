"""What an answer by text does to a survey. Wired under REPLY_HANDLERS, WORD_HANDLERS, DESCRIPTIONS,
LINK_PAGES and LINK_TEXTS."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from recado.consent import queries as consent
from recado.consent.types import PurposeGroup
from recado.contacts.types import Reach
from recado.conversations import queries as conversations
from recado.conversations.types import Following, Settlement, VisitPage
from recado.foundation import business_time
from recado.foundation.actors import Actor

from . import answering, book, letters
from .flow import answers_of, read
from .models import Answer, Response
from .types import KIND, KIND_NEXT, Question, QuestionKind, ResponseState

# A question that takes whatever is written is open for so long only: later words are more likely about something else,
# and belong before a person.
WORDS_COUNT = timedelta(hours=12)


def settle(clinic_id: UUID, response_id: UUID, answer: str, by: Actor) -> Settlement:
    """Keeps the answer to the first question, and asks the next. Call it inside `clinic_scope`."""
    response = answering.held(clinic_id, response_id)
    if response is None:
        raise LookupError(str(response_id))
    survey = book.survey_of(clinic_id, response.survey, response.version)
    return _settle(clinic_id, response, survey.questions[0], answer, by)


def settle_next(clinic_id: UUID, answer_id: UUID, answer: str, by: Actor) -> Settlement:
    """The same for a question behind the first. Call it inside `clinic_scope`."""
    row = Answer.objects.get(clinic_id=clinic_id, id=answer_id)
    response = answering.held(clinic_id, row.response_id)
    if response is None:
        raise LookupError(str(row.response_id))
    survey = book.survey_of(clinic_id, response.survey, response.version)
    return _settle(clinic_id, response, survey.question(row.question), answer, by)


def _settle(clinic_id: UUID, response: Response, question: Question, answer: str, by: Actor) -> Settlement:
    person = letters.person(clinic_id, response)
    given = read(question, answer)
    now = business_time.now()
    if given is None or response.state == ResponseState.WITHDRAWN or now >= letters.ends_at(response):
        return Settlement("too_late", letters.say(clinic_id, "survey_over", person), is_over=True)
    was_over = response.state == ResponseState.ANSWERED
    stands = answering.keep(clinic_id, response, question, given, by, how="text")
    takes_no_more = question.kind is QuestionKind.WORDS  # or each later text of theirs would be a comment too
    following = stands.next
    if following is None:
        url = "" if was_over else book.policy(clinic_id).review_url
        template = "survey_thanks_call" if stands.calls_back else "survey_thanks"
        return Settlement("survey_ended", letters.say(clinic_id, template, person, url), is_over=takes_no_more)
    if _wants_no_surveys(clinic_id, person):
        return Settlement("survey_answered", letters.say(clinic_id, "survey_over", person), is_over=takes_no_more)
    asks = _following(clinic_id, response, following, now)
    return Settlement("survey_answered", letters.following(clinic_id, following, person), takes_no_more, asks)


def _following(clinic_id: UUID, response: Response, question: Question, now: datetime) -> Following:
    ends = letters.ends_at(response)
    if question.kind is QuestionKind.WORDS:
        ends = min(ends, now + WORDS_COUNT)
    return Following(KIND_NEXT, answering.ask(clinic_id, response, question), ends, answers_of(question))


def _wants_no_surveys(clinic_id: UUID, person: Reach) -> bool:
    """Whoever stopped surveys since they were asked: what they answer counts, and nothing more is asked."""
    said = consent.said_of(clinic_id, phone_bi=person.phone_bi, patient_id=person.patient_id)
    return PurposeGroup.SURVEY in said.withdrawn


def describe(_clinic_id: UUID, subject_ids: Sequence[UUID], language: str) -> list[str]:
    """A line for each survey, to ask back which is meant."""
    return [letters.word_for(language) for _ in subject_ids]


def page(clinic_id: UUID, response_id: UUID, phone_bi: bytes | None) -> VisitPage | None:
    """What the pages behind every link need to know of this one: whom to stop, or to forget. Call it inside `clinic_scope`."""
    response = Response.objects.filter(clinic_id=clinic_id, id=response_id).first()
    if response is None or response.state == ResponseState.WITHDRAWN:
        return None
    return conversations.link_page(
        clinic_id,
        phone_bi,
        language=letters.person(clinic_id, response).language,
        at=response.visited_at,
        state=response.state,
        kind=KIND,
    )


def fresh_link_text(clinic_id: UUID, response_id: UUID) -> str | None:
    """The text with a new link. None: the survey is over. Call it inside `clinic_scope`."""
    response = Response.objects.filter(clinic_id=clinic_id, id=response_id).first()
    if response is None or response.state == ResponseState.WITHDRAWN:
        return None
    if business_time.now() >= letters.ends_at(response):
        return None
    person = letters.person(clinic_id, response)
    return letters.by_link(clinic_id, response, person)
