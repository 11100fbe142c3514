"""What an answer does: the room of the question settles it, and the question holds it. Where one answer may be for several
questions, all are confirmed together or we ask back which is meant."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from recado.foundation import business_time
from recado.foundation.wiring import is_wired, wired

from . import passing, signs
from .matching import read_answer
from .models import Question, WhichOne
from .notices import all_confirmed, ask_which
from .obeying import BY_TEXT
from .types import ANY_WORDS, Heard, Read, Reason, Settlement, SeveralReplies, TimeWish, time_wish_in
from .words import Answer

LETTERS = ("A", "B", "C", "D", "E", "F", "G", "H")
CHOOSE_WITHIN = timedelta(days=2)
FOR_A_PERSON = frozenset({Reason.URGENT, Reason.WRONG_PERSON, Reason.QUESTION, Reason.ANOTHER_TIME})


@dataclass(frozen=True, slots=True)
class Answering:
    """A text that answers these questions with certainty, before anything is done about it. More than one: all are confirmed
    together. `why`: as of `Read`."""

    heard: Heard
    questions: tuple[Question, ...]
    answer: str
    understood: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Acting:
    """A text that is no plain answer: what it does is known only when it is done. `is_alone`: it may lock what others lock in
    another order (calendars, offers, patients), or keep all sending waiting (a STOP), so it has a transaction of its own.
    `about`: the question that it answers in words of its own."""

    act: Callable[[], "Said"]
    why: str = ""
    is_alone: bool = True
    about: Question | None = None


Said = Read | Answering | Acting
"""What a text says: nothing is left to do about it, or an answer, or an act."""

_Unit = tuple[Question, str, TimeWish | None]


def settle(said: Sequence[Said]) -> list[Read]:
    """What texts did, in their order."""
    answered = iter(_settle_all([one for one in said if isinstance(one, Answering)]))
    found = {at: next(answered) for at, one in enumerate(said) if isinstance(one, Answering)}
    return [found[at] if at in found else _done(one) for at, one in enumerate(said)]


def _done(one: Said) -> Read:
    if isinstance(one, Answering):
        return _settle_all([one])[0]
    if isinstance(one, Acting):
        read = _done(one.act())
        return replace(read, why=one.why) if one.why else read
    return one


def together(clinic_id: UUID, said: Sequence[Said]) -> list[bool]:
    """Which of these may be settled in one transaction: those that lock nothing, and answers that lock no more than their
    subjects, which `SEVERAL_REPLIES` locks in one order. Anything else in company would wait in a ring with whoever books or
    imports."""
    asked: dict[str, list[tuple[UUID, str]]] = {}
    for one in (each for each in said if isinstance(each, Answering)):
        for question in one.questions:
            if is_wired("SEVERAL_REPLIES", question.kind):
                asked.setdefault(question.kind, []).append((question.subject_id, one.answer))
    fit = {(kind, each) for kind, those in asked.items() for each in _several(kind).alike(clinic_id, those)}
    return [_is_fit(one, fit) for one in said]


def _is_fit(one: Said, fit: Collection[tuple[str, UUID]]) -> bool:
    if isinstance(one, Answering):
        return all((question.kind, question.subject_id) in fit for question in one.questions)
    return not (isinstance(one, Acting) and one.is_alone)


def _several(kind: str) -> SeveralReplies:
    room: SeveralReplies = wired("SEVERAL_REPLIES", kind)
    return room


def _settle_all(answering: Sequence[Answering]) -> list[Read]:
    """What the answers did, in their order. What several phones say about one subject is settled one after the other; the rest
    of a kind together, where its room does so (SEVERAL_REPLIES)."""
    units = [(question, one.answer, _wish(one, question)) for one in answering for question in one.questions]
    settled = iter(_settle_units(units))
    return [_read(one, [next(settled) for _ in one.questions]) for one in answering]


def _wish(one: Answering, question: Question) -> TimeWish | None:
    if one.answer != Answer.CHANGE or not is_wired("WISH_HANDLERS", question.kind):
        return None
    return time_wish_in(one.heard.words, one.heard.understood.slots)


def _settle_units(units: Sequence[_Unit]) -> list[Settlement]:
    found: dict[int, Settlement] = {}
    while len(found) < len(units):
        wave: dict[UUID, int] = {}
        for at, (question, _, _) in enumerate(units):
            if at not in found:
                wave.setdefault(question.subject_id, at)
        found.update(_settle_wave(units, list(wave.values())))
    return [found[at] for at in range(len(units))]


def _settle_wave(units: Sequence[_Unit], wave: Sequence[int]) -> dict[int, Settlement]:
    """Each is about a subject of its own."""
    found: dict[int, Settlement] = {}
    alike: dict[str, list[int]] = {}
    for at in wave:
        question, answer, wish = units[at]
        if is_wired("SEVERAL_REPLIES", question.kind):
            alike.setdefault(question.kind, []).append(at)
        else:
            found[at] = _settle(question, answer, wish)
    for kind, those in sorted(alike.items()):
        answers = [(question.subject_id, answer, wish) for question, answer, wish in (units[at] for at in those)]
        settled = _several(kind).settle_all(units[those[0]][0].clinic_id, answers, BY_TEXT)
        found.update(zip(those, settled, strict=True))
    _note([(*units[at][:2], found[at]) for at in wave])
    return found


def _settle(question: Question, answer: str, wish: TimeWish | None) -> Settlement:
    settlement: Settlement
    if wish is not None:
        settlement = wired("WISH_HANDLERS", question.kind)(question.clinic_id, question.subject_id, wish, BY_TEXT)
    else:
        settlement = wired("REPLY_HANDLERS", question.kind)(question.clinic_id, question.subject_id, answer, BY_TEXT)
    return settlement


def _note(settled: Sequence[tuple[Question, str, Settlement]]) -> None:
    """Every question about these subjects holds its answer; where nothing more may be answered they are closed."""
    now = business_time.now()
    alike: dict[tuple[UUID, str, str, bool], list[UUID]] = {}
    for question, answer, settlement in settled:
        key = question.clinic_id, question.kind, answer, settlement.is_over
        alike.setdefault(key, []).append(question.subject_id)
    for (clinic_id, kind, answer, is_over), subjects in alike.items():
        rows = Question.objects.filter(clinic_id=clinic_id, kind=kind, subject_id__in=subjects)
        rows.update(answer=answer, answered_at=now)
        if is_over:
            rows.filter(closed_at=None).update(closed_at=now)


def _read(one: Answering, settled: Sequence[Settlement]) -> Read:
    read = [_read_of(question, one, told) for question, told in zip(one.questions, settled, strict=True)]
    if len(read) == 1:
        return read[0]
    if amiss := [each for each in read if each.outcome != "confirmed"]:  # told of in its own words
        return amiss[0]
    ordered = sorted(one.questions, key=lambda question: question.expires_at)
    words = all_confirmed(one.heard.clinic_id, one.heard.language, _described(one.heard, ordered))
    first = ordered[0]
    return Read(one.understood, "confirmed", words, question_id=first.id, patient_id=first.patient_id, why=one.why)


def _read_of(question: Question, one: Answering, settlement: Settlement) -> Read:
    if settlement.needs_person:
        passed = passing.pass_on(one.heard, one.understood)
        patient_id = settlement.patient_id or question.patient_id
        text = settlement.text or passed.text
        return replace(passed, text=text, question_id=question.id, patient_id=patient_id, why=one.why)
    return Read(
        one.understood,
        settlement.outcome,
        settlement.text or None,
        question_id=question.id,
        patient_id=settlement.patient_id or question.patient_id,
        asks=settlement.asks,
        wording=settlement.wording,
        why=one.why,
    )


def take_words(heard: Heard, question: Question) -> Read:
    """What they wrote in their own words. Where it also asks something, or may be pressing, a person reads it too."""
    understood = read_answer(heard.words, heard.language) or "words"
    settlement: Settlement = wired("WORD_HANDLERS", question.kind)(
        heard.clinic_id, question.subject_id, heard.words, BY_TEXT
    )
    _note([(question, ANY_WORDS, settlement)])
    read = _read_of(question, Answering(heard, (question,), ANY_WORDS, understood), settlement)
    reason = signs.reason_of(heard.words, is_known=bool(heard.people), understood=str(understood))
    if reason not in FOR_A_PERSON:
        return read
    return replace(read, needs_person=True)


def are_confirmed_together(possible: Sequence[tuple[Question, str]]) -> bool:
    """One text asked about them all, and "1" says that all are kept. Whoever changes or cancels is asked which."""
    asked = {question.message_id for question, _ in possible}
    return len(possible) > 1 and len(asked) == 1 and {answer for _, answer in possible} == {Answer.CONFIRM}


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
    kinds = {question.kind for question, _ in offered}
    return Read(offered[0][1], "asked_which", ask_which(heard.clinic_id, heard.language, options, kinds))


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
