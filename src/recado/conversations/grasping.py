"""What a text means where exact tables are silent, as answers to the questions that are open. Where it is sure enough it acts
as the answer would; where somebody may be in danger a person must see it, and nothing acts by itself until one did."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from .models import Question, Reading
from .types import ACCEPT, ANY_WORDS, DECLINE, SEVERAL
from .understanding.deciding import understand
from .understanding.meanings import Context, Meaning, Understood
from .words import Answer

DANGER = "in_danger"  # the outcome of a text that names one

_VISIT: dict[Meaning, str] = {Meaning.CONFIRM: Answer.CONFIRM, Meaning.CANCEL: Answer.CANCEL}
_OFFER: dict[Meaning, str] = {Meaning.ACCEPT_OFFER: ACCEPT, Meaning.DECLINE_OFFER: DECLINE}


def grasp(raw: str, questions: Sequence[Question], language: str, now: datetime) -> Understood:
    """What a text means as an answer to the newest open question."""
    context = _context(questions[0]) if questions else Context.NONE
    return understand(raw, context, language=language, now=now)


def sure_answers(raw: str, questions: Sequence[Question], language: str, now: datetime) -> list[tuple[Question, str]]:
    """The questions that a text answers with certainty, each with its answer."""
    found = ((question, _answer(raw, question, language, now)) for question in questions)
    return [(question, answer) for question, answer in found if answer is not None]


def is_with_person(clinic_id: UUID, phone_bi: bytes) -> bool:
    """True while a text from this phone that names a danger has not been dealt with by a person."""
    return Reading.objects.filter(clinic_id=clinic_id, phone_bi=phone_bi, outcome=DANGER, done_at=None).exists()


def _answer(raw: str, question: Question, language: str, now: datetime) -> str | None:
    said = understand(raw, _context(question), language=language, now=now)
    if not said.acts:
        return None
    if not question.answers:
        return _VISIT.get(said.meaning)
    if said.meaning is Meaning.SURVEY_SCORE:
        score = str(said.slots.get("score"))
        return score if score in question.answers and SEVERAL not in question.answers else None
    answer = _OFFER.get(said.meaning)
    return answer if answer in question.answers else None


def _context(question: Question) -> Context:
    """What the question makes of a bare yes or number."""
    answers = question.answers
    if not answers:
        return Context.REMINDER_MENU
    if {ACCEPT, DECLINE} <= set(answers):
        return Context.WAITLIST_OFFER
    if answers[0].isdecimal() and SEVERAL not in answers:
        return Context.SURVEY
    return Context.SURVEY if ANY_WORDS in answers else Context.NONE
