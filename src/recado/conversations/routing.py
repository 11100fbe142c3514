"""An inbound text on its way to what it answers: commands first, then a choice that was asked back, then the open
questions of that phone, then whoever may answer beside them (ANSWERERS). What can't be told with certainty is asked back or
waits for a person; the writer always hears what happened.

A question is about a subject (a visit). Answers count until the visit begins, also a second one that changes the mind.
Where the open questions are about several visits and not exactly one of them is unanswered, we ask which.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from recado.clinics import queries as clinics
from recado.consent import queries as consent
from recado.consent.types import Purpose
from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.foundation import audit, business_time, news
from recado.foundation.keys import keys_for
from recado.foundation.wiring import listed
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.types import InboundText, Intent

from . import asking, classes, giving, grasping, in_own_words, obeying, passing, settling, signs, threads, unclear
from .matching import is_bare, read_answer, read_choice, read_named
from .models import Question, Reading, Thread, WhichOne
from .obeying import BY_TEXT
from .types import ANY_WORDS, Answerer, Ask, Following, Heard, Read, Reason, Settlement, Talker
from .understanding.meanings import Context, Meaning
from .words import Answer

NO_COMMENT = frozenset({Meaning.RUNNING_LATE, Meaning.LANGUAGE_CHANGE, Meaning.WRONG_NUMBER, Meaning.RESCHEDULE})
SAME_AGAIN = timedelta(minutes=2)  # the very same words so soon are a repetition, or a machine

# Done although no answer goes to whoever has stopped; help and a new start are told all the same.
WITHOUT_A_WORD = frozenset({Meaning.THANKS, Meaning.START, Meaning.HELP, Meaning.LANGUAGE_CHANGE})
ENDS_TALKS = frozenset({"stopped", "stopped_before", grasping.DANGER})


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
        questions = _open_questions(text.clinic_id, phone_bi)
        heard, grasp = _heard(text, phone_bi, questions, thread)
        read = _or_read_by_a_person(heard, _read(heard, questions, grasp))
        reason = _reason(heard, read)
        if read.outcome in ENDS_TALKS:
            for talker in listed("TALKERS"):
                talker.break_off(heard)
        if reason is not None:
            read = giving.give(thread, heard, read)
        if read.outcome != grasping.DANGER and read.text and not read.is_turn and _is_said_already(heard, read):
            read = replace(read, outcome="repeated", text=None)
        _store(heard, read)
        threads.hear(thread, text, heard.people, reason=reason, outcome=read.outcome)
        news.tell(text.clinic_id, news.Topic.MESSAGES, news.Topic.THREADS)
    return read.outcome


def _heard(
    text: InboundText, phone_bi: bytes, questions: list[Question], thread: Thread
) -> tuple[Heard, grasping.Grasp]:
    people = tuple(contacts.patients_at(text.clinic_id, phone_bi))
    language = _language(text.clinic_id, people, questions)
    zone = ZoneInfo(clinics.clinic_settings(text.clinic_id).time_zone)
    grasp = grasping.Grasp(text.text, language, business_time.now().astimezone(zone))
    written_at = threads.written_at(thread)
    heard = Heard(
        text.clinic_id,
        text.id,
        text.text,
        text.at,
        text.phone,
        phone_bi,
        text.number,
        people,
        language,
        grasp.to(_context(text.clinic_id, phone_bi, questions)),
        is_in_talk=thread.waiting_since is not None or written_at is not None,
        is_to_staff=written_at is not None and not (questions and questions[0].asked_at >= written_at),
    )
    return heard, grasp


def _context(clinic_id: UUID, phone_bi: bytes, questions: list[Question]) -> Context:
    """What was asked last; where nothing is open, whether what we sent last was news."""
    if questions:
        return grasping.context_of(questions[0])
    return Context.CAMPAIGN if texts.last_purpose(clinic_id, phone_bi) is Purpose.NEWS else Context.NONE


def _reason(heard: Heard, read: Read) -> Reason | None:
    """Why a person must look, or None. Who asks for another time hears that somebody will get in touch: so a person must."""
    if read.outcome == "change_noted":
        return Reason.ANOTHER_TIME
    if read.outcome == grasping.DANGER:
        return Reason.URGENT
    if not read.needs_person:
        return None
    return signs.reason_of(heard.words, is_known=bool(heard.people), understood=str(read.understood))


def _read(heard: Heard, questions: list[Question], grasp: grasping.Grasp) -> Read:
    """Nothing acts on a text that may name a danger, nor while a person has yet to see one. What is an answer as a whole
    ("I am here") comes before that is looked for: it says nothing else."""
    command = messaging.read_command(heard.words)
    if command is not None:
        return obeying.obey(heard, command) or passing.pass_on(heard, command)
    kinds = classes.read_kinds(heard.words)
    if kinds:
        return in_own_words.stop_kinds(heard, kinds)
    is_with_person = grasping.is_with_person(heard.clinic_id, heard.phone_bi)
    answered = None if is_with_person else _answered_in_talk(heard, questions) or _answered_exactly(heard, questions)
    if answered is not None:
        return answered
    read = _understood(heard, questions, grasp, is_with_person=is_with_person)
    answered_to = next((one for one in questions if one.id == read.question_id), None)
    said = heard.understood if answered_to is None else grasp.to(grasping.context_of(answered_to))
    return replace(read, why=grasping.why(said))


def _understood(heard: Heard, questions: list[Question], grasp: grasping.Grasp, *, is_with_person: bool) -> Read:
    """What its own words do: danger first, then STOP, then all that waits while a person has yet to see a danger."""
    if heard.understood.must_escalate:
        return passing.answer_danger(heard, is_new=not is_with_person)
    if heard.understood.acts and heard.understood.meaning is Meaning.STOP:
        return in_own_words.stop(heard) or passing.pass_on(heard, "stop")
    if is_with_person:
        return passing.pass_on(heard)
    return (
        _answered_in_words(heard, questions, grasp)
        or _by_itself(heard, questions)
        or passing.pass_on(heard, read_answer(heard.words, heard.language) or "nothing")
    )


def _by_itself(heard: Heard, questions: list[Question]) -> Read | None:
    """What answers no question. Of whoever has stopped, only what is done without another word of ours: none would go."""
    if consent.refuses_care(heard.clinic_id, heard.phone_bi):
        return in_own_words.do(heard) if heard.understood.meaning in WITHOUT_A_WORD else None
    return in_own_words.do(heard) or _answered_beside(heard) or unclear.ask_once(heard, questions)


def _or_read_by_a_person(heard: Heard, read: Read) -> Read:
    """A question of ours doesn't go to whoever has stopped: a person reads their text instead."""
    is_question = read.asks is not None or read.outcome == "asked_which"
    if not is_question or read.needs_person or not consent.refuses_care(heard.clinic_id, heard.phone_bi):
        return read
    passing.have_read(heard, read.patient_id or heard.patient_id)
    return replace(read, text=None, asks=None, needs_person=True)


# ------------------------------------------------------------------------------------------------ binding


def _answered_exactly(heard: Heard, questions: list[Question]) -> Read | None:
    """What it did, where the whole of it is an answer by the tables. None: it is none."""
    chosen = _choice(heard)
    if chosen is not None:
        return settling.settle(heard, *chosen, understood="choice")
    # One text may answer each open question differently: "1" confirms a visit, and takes an offer.
    answers = [(question, _answer_to(heard, question)) for question in questions]
    return _bound(heard, questions, [(question, answer) for question, answer in answers if answer is not None])


def _answered_in_words(heard: Heard, questions: list[Question], grasp: grasping.Grasp) -> Read | None:
    """What it did as words of their own: those that mean an answer with certainty, or that were asked for. None while words
    are asked for: it clearly wants something that is no comment."""
    if heard.is_to_staff:
        return None
    asked = _asked_for_words(questions)
    if asked is None:
        return _bound(heard, questions, grasp.sure_answers(questions))
    others = [question for question in questions if ANY_WORDS not in question.answers]
    sure = [
        (question, answer) for question, answer in grasp.sure_answers(others) if answer != Answer.CONFIRM
    ]  # "all was well"
    bound = _bound(heard, others, sure)
    said = grasp.to(Context.NONE)
    if bound is not None or (said.acts and said.meaning in NO_COMMENT):
        return bound
    return settling.take_words(heard, asked)


def _bound(heard: Heard, questions: list[Question], possible: list[tuple[Question, str]]) -> Read | None:
    """What it did as an answer to these. None: it answers none of them, or only those that have been answered while words are
    waited for."""
    certain = _certain([question for question, _ in possible]) or _just_asked(heard, possible)
    if certain is not None:
        answer = dict(possible)[certain]
        return settling.settle(heard, certain, answer, understood=answer)
    if _asked_for_words(questions) is not None and all(question.answer for question, _ in possible):
        return None
    if settling.are_confirmed_together(possible):
        return settling.confirm_all(heard, [question for question, _ in possible])
    return settling.ask_back(heard, possible) if possible else None


def _asked_for_words(questions: list[Question]) -> Question | None:
    return next((question for question in questions if ANY_WORDS in question.answers), None)


def _answered_beside(heard: Heard) -> Read | None:
    """What came of it where it answers no question: the first of the wired answerers that has something to say."""
    answerers: Sequence[Answerer] = listed("ANSWERERS")
    return _read_of(heard, next(filter(None, (answer(heard) for answer in answerers)), None))


def _answered_in_talk(heard: Heard, questions: list[Question]) -> Read | None:
    """What it did as the answer to a question newer than all of these, put by somebody who talks with the person."""
    talkers: Sequence[Talker] = listed("TALKERS")
    since = questions[0].asked_at if questions else None
    return _read_of(heard, next(filter(None, (talker.answer(heard, since) for talker in talkers)), None))


def _read_of(heard: Heard, settlement: Settlement | None) -> Read | None:
    if settlement is None:
        return None
    if settlement.needs_person:
        passed = passing.pass_on(heard, str(heard.understood.meaning))
        return replace(passed, text=settlement.text or passed.text, wording=settlement.wording)
    return Read(
        str(heard.understood.meaning),
        settlement.outcome,
        settlement.text or None,
        patient_id=settlement.patient_id or heard.patient_id,
        asks=settlement.asks,
        wording=settlement.wording,
        is_turn=settlement.is_turn,
    )


def _answer_to(heard: Heard, question: Question) -> str | None:
    """Its answer by the tables. Where staff have written since, a yes is for them: only what nobody says to a person counts."""
    if heard.is_to_staff and not is_bare(heard.words, question.answers):
        return None
    if question.answers:
        return read_named(heard.words, question.answers, heard.language)
    return read_answer(heard.words, heard.language)


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


def _just_asked(heard: Heard, possible: list[tuple[Question, str]]) -> Question | None:
    """The newest question, where our answer to their last text put it: what they write next is meant for that."""
    if not possible:
        return None
    newest = possible[0][0]
    last = Reading.objects.filter(clinic_id=heard.clinic_id, phone_bi=heard.phone_bi).order_by("-at", "-id").first()
    is_ours = last is not None and last.reply_id is not None and last.reply_id == newest.message_id
    return newest if is_ours and not newest.answer else None


def _choice(heard: Heard) -> tuple[Question, str] | None:
    """The question and answer that this text chooses, where we had asked back."""
    asked = (
        WhichOne.objects.filter(
            clinic_id=heard.clinic_id, phone_bi=heard.phone_bi, settled_at=None, expires_at__gt=business_time.now()
        )
        .order_by("-asked_at", "-id")
        .first()
    )
    if asked is None:
        return None
    at = read_choice(heard.words, settling.LETTERS[: len(asked.question_ids)])
    if at is None:
        return None
    WhichOne.objects.filter(id=asked.id).update(settled_at=business_time.now())
    question = Question.objects.filter(clinic_id=heard.clinic_id, id=asked.question_ids[at]).first()
    return (question, asked.answers[at] if asked.answers else asked.answer) if question is not None else None


def _is_said_already(heard: Heard, read: Read) -> bool:
    """The very same words as just before, meant for the same visit, with the same outcome: a thumb's repetition, or a
    machine that answers our answers. What came of it has been said, so it isn't said again."""
    last = Reading.objects.filter(clinic_id=heard.clinic_id, phone_bi=heard.phone_bi).order_by("-at", "-id").first()
    if last is None or heard.at - last.at > SAME_AGAIN or last.question_id != read.question_id:
        return False
    is_same = bytes(last.body_mac) == keys_for(heard.clinic_id).blind_index("inbound body", heard.words)
    return is_same and last.outcome in (read.outcome, "repeated")


def _language(clinic_id: UUID, people: tuple[Reach, ...], questions: list[Question]) -> str:
    if questions:
        asked = {person.patient_id: person.language for person in people}
        if questions[0].patient_id in asked:
            return asked[questions[0].patient_id]
    return people[0].language if people else clinics.clinic_settings(clinic_id).default_language


# ------------------------------------------------------------------------------------------------ keeping


def _say(clinic_id: UUID, intent: Intent, asks: Following | None) -> UUID | None:
    if asks is None:
        return messaging.send(clinic_id=clinic_id, intents=[intent], by=BY_TEXT)[0].message_id
    ask = Ask(intent, asks.kind, asks.subject_id, asks.expires_at, asks.answers)
    return asking.ask(clinic_id=clinic_id, asks=[ask], by=BY_TEXT)[0].message_id


def _store(heard: Heard, read: Read) -> None:
    patient_id = read.patient_id or heard.patient_id
    reply_id = read.reply_id
    if read.text is not None:
        intent = Intent(
            read.purpose,
            read.text,
            heard.phone,
            patient_id=patient_id,
            number=heard.number,
            wording=read.wording,
        )
        reply_id = _say(heard.clinic_id, intent, read.asks)
    keys = keys_for(heard.clinic_id)
    Reading.objects.create(
        clinic_id=heard.clinic_id,
        id=heard.id,
        phone_bi=heard.phone_bi,
        phone_ct=keys.seal("reading.phone", heard.id.bytes, heard.phone.e164.encode()),
        number=heard.number,
        patient_id=patient_id,
        body_ct=keys.seal("reading.body", heard.id.bytes, heard.words.encode()),
        body_mac=keys.blind_index("inbound body", heard.words),
        at=heard.at,
        understood=str(read.understood),
        why_ct=keys.seal("reading.why", heard.id.bytes, read.why.encode()) if read.why else None,
        outcome=read.outcome,
        question_id=read.question_id,
        reply_id=reply_id,
        needs_person=read.needs_person,
    )
    audit.record(
        clinic_id=heard.clinic_id,
        by=BY_TEXT,
        action="conversation.read",
        patient_id=patient_id,
        subject=f"inbound:{heard.id}",
        detail={"understood": str(read.understood), "outcome": read.outcome},
    )


# ------------------------------------------------------------------------------------------------ for the link pages


def person(clinic_id: UUID, patient_id: UUID) -> Reach | None:
    return contacts.reach(clinic_id, [patient_id]).get(patient_id)
