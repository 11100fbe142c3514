"""What an answer does: the room of the question settles it, and the question holds it. Where one answer may be for several
questions, all are confirmed together or we ask back which is meant."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from recado.foundation import business_time
from recado.foundation.wiring import is_wired, wired

from . import passing, signs
from .matching import read_answer
from .models import Question, WhichOne
from .notices import all_confirmed, ask_which
from .obeying import BY_TEXT
from .types import ANY_WORDS, Heard, Read, Reason, Settlement, time_wish_in
from .words import Answer

LETTERS = ("A", "B", "C", "D", "E", "F", "G", "H")
CHOOSE_WITHIN = timedelta(days=2)
FOR_A_PERSON = frozenset({Reason.URGENT, Reason.WRONG_PERSON, Reason.QUESTION, Reason.ANOTHER_TIME})


def settle(heard: Heard, question: Question, answer: str, *, understood: str) -> Read:
    """What the answer to this question did."""
    wish = time_wish_in(heard.words, heard.understood.slots) if answer == Answer.CHANGE else None
    if wish is not None and is_wired("WISH_HANDLERS", question.kind):
        settlement: Settlement = wired("WISH_HANDLERS", question.kind)(
            heard.clinic_id, question.subject_id, wish, BY_TEXT
        )
    else:
        settlement = wired("REPLY_HANDLERS", question.kind)(heard.clinic_id, question.subject_id, answer, BY_TEXT)
    return _settled(question, answer, settlement, understood)


def _settled(question: Question, answer: str, settlement: Settlement, understood: str) -> Read:
    now = business_time.now()
    Question.objects.filter(clinic_id=question.clinic_id, kind=question.kind, subject_id=question.subject_id).update(
        answer=answer, answered_at=now
    )
    if settlement.is_over:
        _close(question.clinic_id, question.kind, question.subject_id, now)
    return Read(
        understood,
        settlement.outcome,
        settlement.text or None,
        question_id=question.id,
        patient_id=question.patient_id,
        asks=settlement.asks,
        wording=settlement.wording,
    )


def take_words(heard: Heard, question: Question) -> Read:
    """What they wrote in their own words. Where it also asks something, or may be pressing, a person reads it too."""
    understood = read_answer(heard.words, heard.language) or "words"
    settlement: Settlement = wired("WORD_HANDLERS", question.kind)(
        heard.clinic_id, question.subject_id, heard.words, BY_TEXT
    )
    read = _settled(question, ANY_WORDS, settlement, understood)
    reason = signs.reason_of(heard.words, is_known=bool(heard.people), understood=str(understood))
    if reason not in FOR_A_PERSON:
        return read
    passing.have_read(heard, question.patient_id)
    return replace(read, needs_person=True)


def are_confirmed_together(possible: Sequence[tuple[Question, str]]) -> bool:
    """One text asked about them all, and "1" says that all are kept. Whoever changes or cancels is asked which."""
    asked = {question.message_id for question, _ in possible}
    return len(possible) > 1 and len(asked) == 1 and {answer for _, answer in possible} == {Answer.CONFIRM}


def confirm_all(heard: Heard, questions: Sequence[Question]) -> Read:
    """Each visit is confirmed as by an answer of its own; one that can't be any more is told of in its own words."""
    read = [settle(heard, question, Answer.CONFIRM, understood=Answer.CONFIRM) for question in questions]
    if amiss := [one for one in read if one.outcome != "confirmed"]:
        return amiss[0]
    ordered = sorted(questions, key=lambda question: question.expires_at)
    words = all_confirmed(heard.clinic_id, heard.language, _described(heard, ordered))
    return Read(Answer.CONFIRM, "confirmed", words, question_id=ordered[0].id, patient_id=ordered[0].patient_id)


def ask_back(heard: Heard, possible: Sequence[tuple[Question, str]]) -> Read:
    """Which is meant? The answer waits until the person has chosen; an older question back is void."""
    now = business_time.now()
    offered = sorted(possible[: len(LETTERS)], key=lambda one: one[0].expires_at)
    asked = WhichOne.objects.filter(clinic_id=heard.clinic_id, phone_bi=heard.phone_bi, settled_at=None)
    asked.update(settled_at=now)
    WhichOne.objects.create(
        clinic_id=heard.clinic_id,
        phone_bi=heard.phone_bi,
        number=heard.number,
        answer=offered[0][1],
        answers=[answer for _, answer in offered],
        question_ids=[question.id for question, _ in offered],
        asked_at=now,
        expires_at=now + CHOOSE_WITHIN,
    )
    lines = _described(heard, [question for question, _ in offered])
    options = [f"{letter}: {line}" for letter, line in zip(LETTERS, lines, strict=False)]
    return Read(offered[0][1], "asked_which", ask_which(heard.clinic_id, heard.language, options))


def _described(heard: Heard, questions: Sequence[Question]) -> list[str]:
    lines: dict[UUID, str] = {}
    for kind in {question.kind for question in questions}:
        subjects = [question.subject_id for question in questions if question.kind == kind]
        told = wired("DESCRIPTIONS", kind)(heard.clinic_id, subjects, heard.language)
        lines.update(zip(subjects, told, strict=True))
    return [lines[question.subject_id] for question in questions]


def close_if_over(clinic_id: UUID, kind: str, subject_id: UUID, answer: str, *, is_over: bool = False) -> None:
    """After an answer by link: the questions about this visit hold the answer, and a cancelled visit's are closed."""
    now = business_time.now()
    questions = Question.objects.filter(clinic_id=clinic_id, kind=kind, subject_id=subject_id)
    if answer == "take_back":
        questions.update(answer="", answered_at=None, closed_at=None)
        return
    questions.update(answer=answer, answered_at=now)
    if is_over or answer == "cancel":
        _close(clinic_id, kind, subject_id, now)


def _close(clinic_id: UUID, kind: str, subject_id: UUID, now: datetime) -> None:
    Question.objects.filter(clinic_id=clinic_id, kind=kind, subject_id=subject_id, closed_at=None).update(closed_at=now)
