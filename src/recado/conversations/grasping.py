"""What a text means where exact tables are silent, as answers to the questions that are open. Where it is sure enough it acts
as the answer would; where somebody may be in danger a person must see it, and nothing acts by itself until one did."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from .models import Question
from .types import ACCEPT, ANY_WORDS, DECLINE, SEVERAL
from .understanding.deciding import understand_many
from .understanding.meanings import Asked, Context, Meaning, Understood
from .words import CALL_ME, NO, ORDER, Answer

_VISIT: dict[Meaning, str] = {
    Meaning.CONFIRM: Answer.CONFIRM,
    Meaning.CANCEL: Answer.CANCEL,
    Meaning.RESCHEDULE: Answer.CHANGE,
}
_NAMED: dict[Meaning, tuple[str, ...]] = {
    Meaning.ACCEPT_OFFER: (ACCEPT, CALL_ME),
    Meaning.DECLINE_OFFER: (DECLINE, NO),
    Meaning.REFILL_REQUEST: (ORDER,),
}


@dataclass(frozen=True, slots=True)
class Grasp:
    """One text, understood once for each kind of question that it may answer. `now`: the clinic's local time, from which
    "Thursday" is counted; `month_first`: how its country writes dates."""

    words: str
    language: str
    now: datetime
    month_first: bool = False
    _known: dict[Context, Understood] = field(default_factory=dict)

    def to(self, context: Context) -> Understood:
        """What it means after that was asked."""
        if context not in self._known:
            understood_all([(self, context)])
        return self._known[context]

    def sure_answers(self, questions: Sequence[Question]) -> list[tuple[Question, str]]:
        """The questions that it answers with certainty, each with its answer."""
        found = ((question, _answer(self.to(context_of(question)), question)) for question in questions)
        return [(question, answer) for question, answer in found if answer is not None]


def understood_all(asked: Sequence[tuple[Grasp, Context]]) -> list[Understood]:
    """What each text means after what was asked last: in one pass of the encoder."""
    found = understand_many(Asked(one.words, context, one.language, one.now, one.month_first) for one, context in asked)
    for (one, context), said in zip(asked, found, strict=True):
        one._known[context] = said
    return found


def context_of(question: Question) -> Context:
    """What the question makes of a bare yes or number."""
    answers = question.answers
    if not answers:
        return Context.REMINDER_MENU
    if {ACCEPT, DECLINE} <= set(answers):
        return Context.WAITLIST_OFFER
    if ORDER in answers:
        return Context.REFILL_REMINDER
    if CALL_ME in answers:
        return Context.CAMPAIGN
    if answers[0].isdecimal() and SEVERAL not in answers:
        return Context.SURVEY
    return Context.SURVEY if ANY_WORDS in answers else Context.NONE


def why(said: Understood) -> str:
    """Why it was understood so, in our own sentences alone: which of the patient's words name a danger is left out."""
    reason, danger, _words = said.reason.partition("may be an emergency")
    return reason + danger


def _answer(said: Understood, question: Question) -> str | None:
    if not said.acts:
        return None
    if not question.answers:
        return _VISIT.get(said.meaning)
    if said.meaning is Meaning.SURVEY_SCORE:
        score = str(said.slots.get("score"))
        return score if score in question.answers and SEVERAL not in question.answers else None
    return next((answer for answer in _NAMED.get(said.meaning, ()) if answer in question.answers), None)
