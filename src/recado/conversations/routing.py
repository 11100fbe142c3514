"""An inbound text on its way to what it answers: commands first, then a choice that was asked back, then the open
questions of that phone. What can't be told with certainty is asked back or waits for a person; the writer always hears
what happened.

A question is about a subject (a visit). Answers count until the visit begins, also a second one that changes the mind.
Where the open questions are about several visits and not exactly one of them is unanswered, we ask which.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from recado.clinics import queries as clinics
from recado.consent import actions as consent
from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.foundation import audit, business_time, news
from recado.foundation.actors import Actor
from recado.foundation.keys import keys_for
from recado.foundation.wiring import wired
from recado.messaging import actions as messaging
from recado.messaging.types import InboundText, Intent
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind

from . import asking, grasping, obeying, signs, threads
from .matching import read_answer, read_choice, read_named
from .models import Question, Reading, WhichOne
from .notices import all_confirmed, ask_which, passed_to_person
from .obeying import BY_TEXT
from .types import ANY_WORDS, Ask, Following, Read, Reason, Settlement
from .understanding.meanings import Meaning
from .words import ARRIVED, Answer

LETTERS = ("A", "B", "C", "D", "E", "F", "G", "H")
CHOOSE_WITHIN = timedelta(days=2)
SAME_AGAIN = timedelta(minutes=2)  # the very same words so soon are a repetition, or a machine
PASSED_ON_A_DAY = 3  # "a person will read this": so often to one phone, or two machines could talk for ever
FOR_A_PERSON = frozenset({Reason.URGENT, Reason.WRONG_PERSON, Reason.QUESTION, Reason.ANOTHER_TIME})


def receive(text: InboundText) -> str:
    """Reads one text of a person, does what it says and answers. Returns the outcome. Call it inside `clinic_scope`.

    One transaction: after a crash the text is read again, and never twice. The conversation is locked first, as by all
    that staff do: consent, the outbox and visits come after it, so that nobody waits for each other in a ring.
    """
    with transaction.atomic():
        if Reading.objects.filter(clinic_id=text.clinic_id, id=text.id).exists():
            return "known"
        phone_bi = messaging.phone_index(text.clinic_id, text.phone)
        thread = threads.held_at(text.clinic_id, text.phone, phone_bi, text.number, text.at)
        people = contacts.patients_at(text.clinic_id, phone_bi)
        questions = _open_questions(text.clinic_id, phone_bi)
        language = _language(text.clinic_id, people, questions)
        read = _read(text, phone_bi, people, questions, language)
        reason = _reason(text, people, read)
        if read.text is not None and _is_said_already(text, phone_bi, read):
            read = replace(read, outcome="repeated", text=None)
        _store(text, phone_bi, people, read)
        threads.hear(thread, text, people, reason=reason, outcome=read.outcome)
        news.tell(text.clinic_id, news.Topic.MESSAGES, news.Topic.THREADS)
    return read.outcome


def _reason(text: InboundText, people: list[Reach], read: Read) -> Reason | None:
    """Why a person must look, or None. Who asks for another time hears that somebody will get in touch: so a person must."""
    if read.outcome == "change_noted":
        return Reason.ANOTHER_TIME
    if read.outcome == grasping.DANGER:
        return Reason.URGENT
    if not read.needs_person:
        return None
    return signs.reason_of(text.text, is_known=bool(people), understood=str(read.understood))


def _read(text: InboundText, phone_bi: bytes, people: list[Reach], questions: list[Question], language: str) -> Read:
    command = messaging.read_command(text.text)
    if command is not None:
        obeyed = obeying.obey(text, command, phone_bi, people, language)
        return obeyed or _pass_on(text, phone_bi, people, language, understood=command)
    said = grasping.grasp(text.text, questions, language, business_time.now())
    # "I am here", word for word, to the question whether they are: no danger.
    is_here = any(ARRIVED in one.answers and _answer_to(one, text.text, language) == ARRIVED for one in questions)
    if said.must_escalate and not is_here:
        return _answer_danger(text, phone_bi, people, language)
    if said.acts and said.meaning is Meaning.STOP:
        obeyed = obeying.obey(text, "stop", phone_bi, people, language)
        return obeyed or _pass_on(text, phone_bi, people, language, understood="stop")
    if grasping.is_with_person(text.clinic_id, phone_bi):
        return _pass_on(text, phone_bi, people, language)
    chosen = _choice(text, phone_bi)
    if chosen is not None:
        return _settle(text, *chosen, understood="choice")
    # One text may answer each open question differently: "1" confirms a visit, and takes an offer.
    answers = [(question, _answer_to(question, text.text, language)) for question in questions]
    possible = [(question, answer) for question, answer in answers if answer is not None]
    if not possible and not any(ANY_WORDS in question.answers for question in questions):
        possible = grasping.sure_answers(text.text, questions, language, business_time.now())
    certain = _certain([question for question, _ in possible])
    if certain is not None:
        answer = dict(possible)[certain]
        return _settle(text, certain, answer, understood=answer)
    asked = next((question for question in questions if ANY_WORDS in question.answers), None)
    if asked is not None and all(question.answer for question, _ in possible):
        return _take_words(text, asked, people, language)  # only now: what answers another question is no comment
    if _are_confirmed_together(possible):
        return _confirm_all(text, [question for question, _ in possible], language)
    if possible:
        return _ask_back(text, phone_bi, possible, language)
    return _pass_on(text, phone_bi, people, language, understood=read_answer(text.text, language) or "nothing")


def _answer_to(question: Question, text: str, language: str) -> str | None:
    if question.answers:
        return read_named(text, question.answers, language)
    return read_answer(text, language)


# ------------------------------------------------------------------------------------------------ binding


def _open_questions(clinic_id: UUID, phone_bi: bytes) -> list[Question]:
    """The newest open question about each subject, newest first."""
    rows = Question.objects.filter(
        clinic_id=clinic_id, phone_bi=phone_bi, closed_at=None, expires_at__gt=business_time.now()
    ).order_by("-asked_at", "-id")[:50]
    newest: dict[UUID, Question] = {}
    for row in rows:
        newest.setdefault(row.subject_id, row)
    return list(newest.values())


def _certain(questions: list[Question]) -> Question | None:
    """The one question that an answer must be for, or None when that is not certain."""
    if len(questions) == 1:
        return questions[0]
    unanswered = [question for question in questions if not question.answer]
    return unanswered[0] if len(unanswered) == 1 else None


def _are_confirmed_together(possible: Sequence[tuple[Question, str]]) -> bool:
    """One text asked about them all, and "1" says that all are kept. Whoever changes or cancels is asked which."""
    asked = {question.message_id for question, _ in possible}
    return len(possible) > 1 and len(asked) == 1 and {answer for _, answer in possible} == {Answer.CONFIRM}


def _choice(text: InboundText, phone_bi: bytes) -> tuple[Question, str] | None:
    """The question and answer that this text chooses, where we had asked back."""
    asked = (
        WhichOne.objects.filter(
            clinic_id=text.clinic_id, phone_bi=phone_bi, settled_at=None, expires_at__gt=business_time.now()
        )
        .order_by("-asked_at", "-id")
        .first()
    )
    if asked is None:
        return None
    at = read_choice(text.text, LETTERS[: len(asked.question_ids)])
    if at is None:
        return None
    WhichOne.objects.filter(id=asked.id).update(settled_at=business_time.now())
    question = Question.objects.filter(clinic_id=text.clinic_id, id=asked.question_ids[at]).first()
    return (question, asked.answers[at] if asked.answers else asked.answer) if question is not None else None


def _is_said_already(text: InboundText, phone_bi: bytes, read: Read) -> bool:
    """The very same words as just before, meant for the same visit, with the same outcome: a thumb's repetition, or a
    machine that answers our answers. What came of it has been said, so it isn't said again."""
    last = Reading.objects.filter(clinic_id=text.clinic_id, phone_bi=phone_bi).order_by("-at", "-id").first()
    if last is None or text.at - last.at > SAME_AGAIN or last.question_id != read.question_id:
        return False
    is_same = bytes(last.body_mac) == keys_for(text.clinic_id).blind_index("inbound body", text.text)
    return is_same and last.outcome in (read.outcome, "repeated")


def _language(clinic_id: UUID, people: list[Reach], questions: list[Question]) -> str:
    if questions:
        asked = {person.patient_id: person.language for person in people}
        if questions[0].patient_id in asked:
            return asked[questions[0].patient_id]
    return people[0].language if people else clinics.clinic_settings(clinic_id).default_language


# ------------------------------------------------------------------------------------------------ acting


def _settle(text: InboundText, question: Question, answer: str, *, understood: str) -> Read:
    settlement: Settlement = wired("REPLY_HANDLERS", question.kind)(
        text.clinic_id, question.subject_id, answer, BY_TEXT
    )
    return _settled(text, question, answer, settlement, understood)


def _settled(text: InboundText, question: Question, answer: str, settlement: Settlement, understood: str) -> Read:
    now = business_time.now()
    Question.objects.filter(clinic_id=text.clinic_id, kind=question.kind, subject_id=question.subject_id).update(
        answer=answer, answered_at=now
    )
    if settlement.is_over:
        _close(text.clinic_id, question.kind, question.subject_id, now)
    return Read(
        understood,
        settlement.outcome,
        settlement.text or None,
        question_id=question.id,
        patient_id=question.patient_id,
        asks=settlement.asks,
        wording=settlement.wording,
    )


def _take_words(text: InboundText, question: Question, people: list[Reach], language: str) -> Read:
    """What they wrote in their own words. Where it also asks something, or may be pressing, a person reads it too."""
    understood = read_answer(text.text, language) or "words"
    settlement: Settlement = wired("WORD_HANDLERS", question.kind)(
        text.clinic_id, question.subject_id, text.text, BY_TEXT
    )
    read = _settled(text, question, ANY_WORDS, settlement, understood)
    reason = signs.reason_of(text.text, is_known=bool(people), understood=str(understood))
    if reason not in FOR_A_PERSON:
        return read
    _have_read(text, question.patient_id)
    return replace(read, needs_person=True)


def _confirm_all(text: InboundText, questions: Sequence[Question], language: str) -> Read:
    """Each visit is confirmed as by an answer of its own; one that can't be any more is told of in its own words."""
    read = [_settle(text, question, Answer.CONFIRM, understood=Answer.CONFIRM) for question in questions]
    if amiss := [one for one in read if one.outcome != "confirmed"]:
        return amiss[0]
    ordered = sorted(questions, key=lambda question: question.expires_at)
    words = all_confirmed(text.clinic_id, language, _described(text.clinic_id, ordered, language))
    return Read(Answer.CONFIRM, "confirmed", words, question_id=ordered[0].id, patient_id=ordered[0].patient_id)


def _ask_back(text: InboundText, phone_bi: bytes, possible: Sequence[tuple[Question, str]], language: str) -> Read:
    """Which is meant? The answer waits until the person has chosen; an older question back is void."""
    now = business_time.now()
    offered = sorted(possible[: len(LETTERS)], key=lambda one: one[0].expires_at)
    WhichOne.objects.filter(clinic_id=text.clinic_id, phone_bi=phone_bi, settled_at=None).update(settled_at=now)
    WhichOne.objects.create(
        clinic_id=text.clinic_id,
        phone_bi=phone_bi,
        number=text.number,
        answer=offered[0][1],
        answers=[answer for _, answer in offered],
        question_ids=[question.id for question, _ in offered],
        asked_at=now,
        expires_at=now + CHOOSE_WITHIN,
    )
    lines = _described(text.clinic_id, [question for question, _ in offered], language)
    options = [f"{letter}: {line}" for letter, line in zip(LETTERS, lines, strict=False)]
    return Read(offered[0][1], "asked_which", ask_which(text.clinic_id, language, options))


def _described(clinic_id: UUID, questions: Sequence[Question], language: str) -> list[str]:
    lines: dict[UUID, str] = {}
    for kind in {question.kind for question in questions}:
        subjects = [question.subject_id for question in questions if question.kind == kind]
        lines.update(zip(subjects, wired("DESCRIPTIONS", kind)(clinic_id, subjects, language), strict=True))
    return [lines[question.subject_id] for question in questions]


def _pass_on(
    text: InboundText, phone_bi: bytes, people: list[Reach], language: str, understood: str = "nothing"
) -> Read:
    """A person must read it. The writer hears that, a few times a day at most."""
    patient_id = people[0].patient_id if len(people) == 1 else None
    since = business_time.now() - timedelta(days=1)
    told = Reading.objects.filter(
        clinic_id=text.clinic_id, phone_bi=phone_bi, outcome="waits_for_person", at__gte=since
    ).count()
    words = passed_to_person(text.clinic_id, language) if told < PASSED_ON_A_DAY else None
    _have_read(text, patient_id)
    return Read(understood, "waits_for_person", words, patient_id=patient_id, needs_person=True)


def _answer_danger(text: InboundText, phone_bi: bytes, people: list[Reach], language: str) -> Read:
    """Somebody may be in danger: they hear whom to call, a person must look, and nothing is changed by itself."""
    patient_id = people[0].patient_id if len(people) == 1 else None
    _have_read(text, patient_id)
    is_new = not grasping.is_with_person(text.clinic_id, phone_bi)
    words = messaging.danger_text(text.clinic_id, language, text.phone, text.number) if is_new else None
    return Read("danger", grasping.DANGER, words, patient_id=patient_id, needs_person=True)


def _have_read(text: InboundText, patient_id: UUID | None) -> None:
    tasks.raise_task(
        clinic_id=text.clinic_id,
        kind=TaskKind.READ_REPLY,
        source=f"inbound:{text.id}",
        by=BY_TEXT,
        patient_id=patient_id,
    )


def _say(clinic_id: UUID, intent: Intent, asks: Following | None) -> UUID | None:
    if asks is None:
        return messaging.send(clinic_id=clinic_id, intents=[intent], by=BY_TEXT)[0].message_id
    ask = Ask(intent, asks.kind, asks.subject_id, asks.expires_at, asks.answers)
    return asking.ask(clinic_id=clinic_id, asks=[ask], by=BY_TEXT)[0].message_id


def _store(text: InboundText, phone_bi: bytes, people: list[Reach], read: Read) -> None:
    patient_id = read.patient_id or (people[0].patient_id if len(people) == 1 else None)
    reply_id = read.reply_id
    if read.text is not None:
        intent = Intent(
            read.purpose,
            read.text,
            text.phone,
            patient_id=patient_id,
            number=text.number,
            wording=read.wording,
        )
        reply_id = _say(text.clinic_id, intent, read.asks)
    keys = keys_for(text.clinic_id)
    Reading.objects.create(
        clinic_id=text.clinic_id,
        id=text.id,
        phone_bi=phone_bi,
        phone_ct=keys.seal("reading.phone", text.id.bytes, text.phone.e164.encode()),
        number=text.number,
        patient_id=patient_id,
        body_ct=keys.seal("reading.body", text.id.bytes, text.text.encode()),
        body_mac=keys.blind_index("inbound body", text.text),
        at=text.at,
        understood=str(read.understood),
        outcome=read.outcome,
        question_id=read.question_id,
        reply_id=reply_id,
        needs_person=read.needs_person,
    )
    audit.record(
        clinic_id=text.clinic_id,
        by=BY_TEXT,
        action="conversation.read",
        patient_id=patient_id,
        subject=f"inbound:{text.id}",
        detail={"understood": str(read.understood), "outcome": read.outcome},
    )


# ------------------------------------------------------------------------------------------------ for the link pages


def person(clinic_id: UUID, patient_id: UUID) -> Reach | None:
    return contacts.reach(clinic_id, [patient_id]).get(patient_id)


def freeze(clinic_id: UUID, patient_id: UUID, phone_bi: bytes | None, by: Actor, *, how: str = "link") -> None:
    """Freezes a number for a patient and raises the task to find the right one."""
    if phone_bi is None:
        return
    messaging.retract(clinic_id=clinic_id, patient_id=patient_id, phone_bi=phone_bi, reason="wrong_number")
    theirs = Question.objects.filter(clinic_id=clinic_id, phone_bi=phone_bi, patient_id=patient_id, closed_at=None)
    theirs.update(closed_at=business_time.now())  # whoever reads that phone can't answer for them
    if consent.report_wrong_number(clinic_id=clinic_id, patient_id=patient_id, phone_bi=phone_bi, how=how, by=by):
        source, kind = f"patient:{patient_id}:{phone_bi.hex()}", TaskKind.WRONG_NUMBER
        if not tasks.raise_task(clinic_id=clinic_id, kind=kind, source=source, by=by, patient_id=patient_id):
            tasks.reopen(clinic_id=clinic_id, kind=kind, sources=[source], by=by)  # it had been found right in between


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
