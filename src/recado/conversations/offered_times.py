"""Words that name one of the times that were offered choose it, as its letter would; where they may name several, we ask which."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from recado.foundation.wiring import is_wired, wired

from . import settling
from .models import Question
from .naming import named
from .obeying import BY_TEXT
from .settling import Acting, Answering
from .types import ANY_WORDS, Heard, OfferedTimes, Read, Settlement

UNSEEN = timedelta(seconds=10)  # sooner nobody has read what they were sent
WHY = "names a time that was offered"


def answered(heard: Heard, questions: Sequence[Question], now: datetime) -> Answering | Acting | None:
    """What the text does as the name of a time that one of the questions offers. None: it names none, or was meant for staff, or
    for a question that waits for their own words. `now`: by the clinic's clock."""
    if heard.is_to_staff or (questions and ANY_WORDS in questions[0].answers):
        return None
    found = [(question, places) for question in questions if (places := _named(heard, question, now))]
    if len(found) > 1 and all(len(places) == 1 for _, places in found):
        possible = [(question, question.answers[place]) for question, (place,) in found]
        return Acting(partial(settling.ask_back, heard, possible), why=WHY, about=found[0][0])
    return _of(heard, *found[0]) if found else None  # the newest


def _of(heard: Heard, question: Question, places: Sequence[int]) -> Answering | Acting:
    if len(places) > 1:
        return Acting(partial(_ask_which, heard, question, places), why=WHY, about=question)
    answer = question.answers[places[0]]
    return Answering(heard, (question,), answer, answer, why=WHY)


def _named(heard: Heard, question: Question, now: datetime) -> list[int]:
    if not is_wired("TIMES", question.kind) or heard.at - question.asked_at <= UNSEEN:
        return []
    room = _room(question)
    offered = [one.astimezone(now.tzinfo) for one in room.moments(heard.clinic_id, question.subject_id)]
    return sorted(named(heard.words, offered, heard.language, now, is_bare=not room.ARE_OFFERED))


def _room(question: Question) -> OfferedTimes:
    room: OfferedTimes = wired("TIMES", question.kind)
    return room


def _ask_which(heard: Heard, question: Question, places: Sequence[int]) -> Read:
    told: Settlement = _room(question).ask_which(heard.clinic_id, question.subject_id, places, BY_TEXT)
    return Read(
        "choice",
        told.outcome,
        told.text or None,
        question_id=question.id,
        patient_id=question.patient_id,
        asks=told.asks,
        wording=told.wording,
    )
