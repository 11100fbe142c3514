"""An inbound text on its way to what it answers: commands first, then a choice that was asked back, then the open
questions of that phone, then whoever may answer beside them (ANSWERERS). What can't be told with certainty is asked back or
waits for a person; the writer always hears what happened.

A question is about a subject (a visit). Answers count until the visit begins, also a second one that changes the mind.
Where the open questions are about several visits and not exactly one of them is unanswered, we ask which.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.foundation import business_time
from recado.foundation.wiring import is_wired, listed, wired
from recado.messaging import actions as messaging

from . import (
    classes,
    grasping,
    in_own_words,
    obeying,
    offered_times,
    on_call,
    passing,
    pictures,
    settling,
    signs,
    unclear,
)
from .knowing import Writer
from .matching import is_bare, read_answer, read_choice, read_named
from .models import Question, WhichOne
from .settling import Acting, Answering, Said
from .types import ANY_WORDS, DANGER, Answerer, Heard, Read, Reason, Settlement, Talker
from .understanding.meanings import Context, Meaning
from .words import KEEP_OR_CANCEL, Answer

NO_COMMENT = frozenset({Meaning.RUNNING_LATE, Meaning.LANGUAGE_CHANGE, Meaning.WRONG_NUMBER, Meaning.RESCHEDULE})

# Whoever answers these may lock visits, calendars, patients or consent: each is read in a transaction of its own.
ACTS_ALONE = frozenset(
    {Meaning.RUNNING_LATE, Meaning.RESCHEDULE, Meaning.REFILL_REQUEST, Meaning.LANGUAGE_CHANGE, Meaning.WRONG_NUMBER}
    | {Meaning.START, Meaning.STOP, Meaning.CONFIRM, Meaning.CANCEL}
)

# Done although no answer goes to whoever has stopped; help and a new start are told all the same.
WITHOUT_A_WORD = frozenset({Meaning.THANKS, Meaning.START, Meaning.HELP, Meaning.LANGUAGE_CHANGE})


def reason_of(heard: Heard, read: Read) -> Reason | None:
    """Why a person must look, or None. Who asks for another time hears that somebody will get in touch: so a person must."""
    if read.outcome == "change_noted":
        return Reason.ANOTHER_TIME
    if read.outcome == DANGER:
        return Reason.URGENT
    if not read.needs_person:
        return None
    is_wish = bool(heard.people) and heard.understood.meaning is Meaning.RESCHEDULE  # not sure enough to act on
    understood = Answer.CHANGE if is_wish else read.understood
    return signs.reason_of(heard.words, is_known=bool(heard.people), understood=str(understood))


def read(heard: Heard, writer: Writer, grasp: grasping.Grasp) -> Said:
    """Nothing acts on a text that may name a danger, nor while a person has yet to see one. What is an answer as a whole
    ("I am here") comes before that is looked for: it says nothing else. Writes and locks nothing: that is for `settling`."""
    if heard.has_picture and not heard.words.strip():
        return pictures.pass_on(heard)
    writer = replace(writer, questions=_of_what_was_asked(heard, writer.questions))
    command = messaging.read_command(heard.words)
    if command is not None:
        return Acting(lambda: obeying.obey(heard, command) or passing.pass_on(heard, command))
    if (taken := on_call.answered(heard, writer)) is not None:
        return taken
    kinds = classes.read_kinds(heard.words)
    if kinds:
        return Acting(lambda: in_own_words.stop_kinds(heard, kinds))
    if heard.known.is_with_person:
        return _in_words(heard, writer.questions, grasp)
    if heard.known.is_talking or heard.understood.must_escalate:
        return Acting(lambda: _answered_in_talk(heard, writer.questions) or _answered(heard, writer, grasp))
    return _answered(heard, writer, grasp)


def _answered(heard: Heard, writer: Writer, grasp: grasping.Grasp) -> Said:
    return _but_once(heard, _answered_exactly(heard, writer) or _in_words(heard, writer.questions, grasp))


def _but_once(heard: Heard, said: Said) -> Said:
    """What the same words have done a moment ago is not done again: a second "2" would offer other times, and the letters of
    the first, which is in the patient's hand, would move nothing. Nor does a second "A" choose the first of the times that "A", a
    visit, a service or a time that was gone, has just brought: nobody has seen them yet."""
    last = heard.known.last
    if last is None or not isinstance(said, Answering) or len(said.questions) > 1 or not heard.is_again:
        return said
    (question,) = said.questions
    is_done = last.question_id == question.id and question.answer == said.answer  # else staff have taken it back
    is_put = _is_put_by_us(heard, question)
    is_unseen = heard.at - last.at <= offered_times.UNSEEN and is_wired("TIMES", question.kind) and is_put
    is_what_led_to_it = is_put and tuple(question.answers) == KEEP_OR_CANCEL  # "cancel it" twice is no answer to ours
    if not (is_done or is_unseen or is_what_led_to_it):
        return said
    return Read(said.understood, "repeated", question_id=last.question_id, patient_id=question.patient_id, why=said.why)


def _in_words(heard: Heard, questions: list[Question], grasp: grasping.Grasp) -> Said:
    said = _understood(heard, questions, grasp)
    answered_to = next((one for one in questions if one.id == _asked_by(said)), None)
    meant = heard.understood if answered_to is None else grasp.to(grasping.context_of(answered_to))
    return said if isinstance(said, Answering | Acting) and said.why else replace(said, why=grasping.why(meant))


def _asked_by(said: Said) -> UUID | None:
    if isinstance(said, Answering):
        return said.questions[0].id
    if isinstance(said, Acting):
        return said.about.id if said.about else None
    return said.question_id


def _understood(heard: Heard, questions: list[Question], grasp: grasping.Grasp) -> Said:
    """What its own words do: danger first, then STOP, then all that waits while a person has yet to see a danger."""
    is_with_person = heard.known.is_with_person
    if heard.understood.must_escalate:
        return passing.answer_danger(heard, is_new=not is_with_person)
    if heard.understood.acts and heard.understood.meaning is Meaning.STOP:
        return Acting(lambda: in_own_words.stop(heard) or passing.pass_on(heard, "stop"))
    if is_with_person:
        return passing.pass_on(heard)
    return (
        offered_times.answered(heard, questions, grasp.now)
        or _answered_in_words(heard, questions, grasp)
        or Acting(
            lambda: (
                _by_itself(heard, questions)
                or passing.pass_on(heard, read_answer(heard.words, heard.language) or "nothing")
            ),
            is_alone=_acts_alone(heard, questions),
        )
    )


def _acts_alone(heard: Heard, questions: list[Question]) -> bool:
    """Whether what answers it may lock what others lock in another order: calendars too, where other times than those that were
    offered are wished, or a talk begins with times."""
    if heard.known.is_talking or (heard.understood.acts and heard.understood.meaning in ACTS_ALONE):
        return True
    if any(is_wired("TIMES", question.kind) and not question.answer for question in questions):
        return True
    talkers: Sequence[Talker] = listed("TALKERS")
    return any(talker.would_hold(heard) for talker in talkers)


def _by_itself(heard: Heard, questions: list[Question]) -> Read | None:
    """What answers no question. Of whoever has stopped, only what is done without another word of ours: none would go."""
    if heard.known.refuses_care:
        return in_own_words.do(heard) if heard.understood.meaning in WITHOUT_A_WORD else None
    return in_own_words.do(heard) or _answered_beside(heard) or unclear.ask_once(heard, questions)


def or_read_by_a_person(heard: Heard, read: Read) -> Read:
    """A question of ours doesn't go to whoever has stopped: a person reads their text instead."""
    is_question = read.asks is not None or read.outcome == "asked_which"
    if not is_question or read.needs_person or not heard.known.refuses_care:
        return read
    return replace(read, text=None, asks=None, needs_person=True)


# ------------------------------------------------------------------------------------------------ binding


def _answered_exactly(heard: Heard, writer: Writer) -> Said | None:
    """What it does, where the whole of it is an answer by the tables. None: it is none."""
    chosen = _choice(heard, writer)
    if chosen is not None:
        return chosen
    questions = writer.questions
    # One text may answer each open question differently: "1" confirms a visit, and takes an offer.
    answers = [(question, _answer_to(heard, question)) for question in questions]
    return _bound(heard, questions, [(question, answer) for question, answer in answers if answer is not None])


def _answered_in_words(heard: Heard, questions: list[Question], grasp: grasping.Grasp) -> Said | None:
    """What it does as words of their own: those that mean an answer with certainty, or that were asked for. None while words
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
    return Acting(lambda: settling.take_words(heard, asked), about=asked)


def _bound(heard: Heard, questions: list[Question], possible: list[tuple[Question, str]]) -> Said | None:
    """What it does as an answer to these. None: it answers none of them, or only those that have been answered while words are
    waited for."""
    possible = _meant(heard, possible)
    certain = _certain([question for question, _ in possible]) or _just_asked(heard, possible)
    if certain is not None:
        answer = dict(possible)[certain]
        return Answering(heard, (certain,), answer, answer)
    if _asked_for_words(questions) is not None and all(question.answer for question, _ in possible):
        return None
    if settling.are_confirmed_together(possible):
        return Answering(heard, tuple(question for question, _ in possible), Answer.CONFIRM, Answer.CONFIRM)
    return Acting(lambda: settling.ask_back(heard, possible)) if possible else None


def _asked_for_words(questions: list[Question]) -> Question | None:
    return next((question for question in questions if ANY_WORDS in question.answers), None)


def _answered_beside(heard: Heard) -> Read | None:
    """What came of it where it answers no question: the first of the wired answerers that has something to say."""
    answerers: Sequence[Answerer] = listed("ANSWERERS")
    return _read_of(heard, next(filter(None, (answer(heard) for answer in answerers)), None))


def _answered_in_talk(heard: Heard, questions: list[Question]) -> Read | None:
    """What it did as the answer to a question newer than all of these, put by somebody who talks with the person; or as words
    that begin such a talk, though a danger is heard in them."""
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


def _meant(heard: Heard, possible: list[tuple[Question, str]]) -> list[tuple[Question, str]]:
    """A number, or a yes, answers what was asked, and not what had only been told before that: "booked for ..." names no numbers.
    Whoever cancels in words may mean any of them."""
    asked = [question for question, _ in possible if not question.is_notice]
    if not asked:
        return possible
    newest = max(question.asked_at for question in asked)
    return [
        (question, answer)
        for question, answer in possible
        if not question.is_notice
        or question.asked_at > newest
        or not (answer == Answer.CONFIRM or is_bare(heard.words, question.answers))
    ]


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
    return newest if _is_put_by_us(heard, newest) and not newest.answer else None


def _is_put_by_us(heard: Heard, question: Question) -> bool:
    """True where our answer to their last text put it."""
    last = heard.known.last
    return last is not None and last.reply_id is not None and last.reply_id == question.message_id


def _of_what_was_asked(heard: Heard, questions: list[Question]) -> list[Question]:
    """Right after times were offered for one visit, what comes is about that visit ("ok but not before 10"), whatever else is
    asked about."""
    if len(questions) < 2 or not is_wired("FOLLOWS", questions[0].kind) or not _is_put_by_us(heard, questions[0]):
        return questions
    newest = questions[0]
    subject = wired("FOLLOWS", newest.kind)(heard.clinic_id, newest.subject_id)
    return [newest, *(question for question in questions if question.subject_id == subject)]


def _choice(heard: Heard, writer: Writer) -> Acting | None:
    """What this text does as a choice, where we had asked back. None: it chooses nothing, or its letter is for what was offered
    by letters since."""
    asked = writer.which
    if asked is None or any(
        question.asked_at > asked.asked_at and _takes_letters(question) for question in writer.questions
    ):
        return None
    at = read_choice(heard.words, settling.LETTERS[: len(asked.question_ids)])
    return None if at is None else Acting(lambda: _chosen(heard, asked, at))


def _takes_letters(question: Question) -> bool:
    return bool(question.answers) and all(answer.upper() in settling.LETTERS for answer in question.answers)


def _chosen(heard: Heard, asked: WhichOne, at: int) -> Said:
    """The answer that had waited for the choice. A question that was closed since (the visit was moved, the number is not
    theirs) takes none: a person reads it."""
    now = business_time.now()
    WhichOne.objects.filter(clinic_id=heard.clinic_id, id=asked.id).update(settled_at=now)
    still_open = Question.objects.filter(clinic_id=heard.clinic_id, closed_at=None, expires_at__gt=now)
    question = still_open.filter(id=asked.question_ids[at]).first()
    if question is None:
        return passing.pass_on(heard, "choice")
    return Answering(heard, (question,), asked.answers[at] if asked.answers else asked.answer, "choice")


# ------------------------------------------------------------------------------------------------ for the link pages


def person(clinic_id: UUID, patient_id: UUID) -> Reach | None:
    return contacts.reach(clinic_id, [patient_id]).get(patient_id)
