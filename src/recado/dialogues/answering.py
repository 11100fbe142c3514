"""Who is in a dialogue, and what their texts do to it. Wired under ANSWERERS and TALKERS.

One dialogue at a time at a phone. What answers its question as a whole is taken before older questions hear the text; anything
else they may take first. Unclear: asked once again, then a person reads it. Everything happens in the transaction that reads the
text, under the lock of its conversation: a crash brings the text back, so nothing is asked twice and no answer is lost.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from recado.conversations.types import Heard, Settlement
from recado.conversations.understanding.deciding import understand
from recado.conversations.understanding.meanings import Meaning, Understood
from recado.foundation import audit, business_time, news
from recado.foundation.keys import keys_for

from . import book, endings, flow, letters
from .gate import in_step, is_medical_question, names_danger
from .hearing import begun_by_words, is_bare_start, read_choice, wants_person
from .models import Answer, Run
from .types import (
    CAN_BOOK,
    HAS_DIRECTIONS,
    KNOWN,
    NO,
    OPEN,
    QUESTIONS,
    YES,
    Dialogue,
    Ending,
    Given,
    Move,
    NoSuchDialogue,
    NoSuchStep,
    Stand,
    Step,
    StepKind,
    TaskFor,
    UnreadableDialogue,
)

SEALED = "dialogues.words"
MOST_A_DAY = 6  # dialogues begun by one phone: more is a machine, or somebody who wants a person
SHORT_ANSWER = 3  # words: so few to a question for own words are its answer; more may be about a visit
SAME_START = timedelta(minutes=2)  # the words that began it, so soon and no answer to it, are an impatient repetition
_M = Meaning
_ELSEWHERE = frozenset({_M.CANCEL, _M.RESCHEDULE, _M.STOP, _M.WRONG_NUMBER, _M.SYMPTOM_OR_EMERGENCY})
"""Who says this in so many words, whatever was asked last, is not answering a dialogue."""
NEVER_BEGINS = _ELSEWHERE | {_M.CONFIRM, _M.RUNNING_LATE}
"""Who says this and names a dialogue's word by the way ("can't come, no parking") wants something else."""
_OF_A_VISIT = frozenset({_M.CANCEL, _M.RESCHEDULE, _M.RUNNING_LATE})
"""Who says this in the middle of a dialogue, and answers nothing, has turned to their visit."""
OUTCOMES = ("dialogue_asked", "dialogue_ended")
TOO_SOON = timedelta(
    seconds=3
)  # nobody has read a question and answered it: the same words again are a thumb's repetition


# ------------------------------------------------------------------------------------------------ as conversations ask


def talking(clinic_id: UUID, phones: Collection[bytes]) -> frozenset[bytes]:
    """Who is in a dialogue, or was when its time ran out. Call it inside `clinic_scope`."""
    rows = Run.objects.filter(clinic_id=clinic_id, phone_bi__in=list(phones), state=Ending.RUNNING)
    return frozenset(bytes(phone_bi) for phone_bi in rows.values_list("phone_bi", flat=True))


def answer(heard: Heard, since: datetime | None) -> Settlement | None:
    """A text that as a whole answers the question that waits, or asks for a person, where no newer question is open elsewhere;
    or that is nothing but the words that begin a dialogue, though they sound like a danger ("me he mudado"). Call it inside
    `clinic_scope`."""
    run = _running(heard) if heard.known.is_talking else None
    if run is None:
        return begin(heard) if _only_sounds(heard) else None
    if heard.is_in_talk or (since is not None and since > run.asked_at):
        return None
    try:
        step = book.version_of(heard.clinic_id, run.dialogue, run.version).step(run.at)
    except (NoSuchDialogue, NoSuchStep, UnreadableDialogue):
        return None
    return _hear(heard, run) if wants_person(heard.words) or _is_answer(step, heard, run.language) else None


def _only_sounds(heard: Heard) -> bool:
    """Whether a danger is heard in words that the clinic has given a meaning, and that name none."""
    if not heard.understood.must_escalate or names_danger(heard.words, heard.language):
        return False
    return any(is_bare_start(one, heard.words) for one in book.live(heard.clinic_id))


def _is_answer(step: Step, heard: Heard, language: str) -> bool:
    """A bare number answers the newest question, whichever it is: an older reminder would take "3" for a cancellation."""
    words = heard.words.split()
    if len(words) == 1 and words[0].strip(".)").isdecimal():
        return True
    if step.kind is StepKind.ASK:
        return read_choice(step, heard.words, language) is not None
    if len(words) > SHORT_ANSWER and not heard.understood.must_escalate:
        return False  # it may be about a visit, and comes here where it is not
    alone = understand(heard.words, language=heard.language)  # as an answer to a reminder "no" would cancel
    said = in_step(step, heard.words, alone, language)
    return not said.must_escalate and said.meaning not in _ELSEWHERE


def go_on(heard: Heard) -> Settlement | None:
    """Any other text, of whoever is in a dialogue: own words that were asked for, or what is unclear. Where staff have begun
    to talk with them it is over. Call it inside `clinic_scope`."""
    run = _running(heard) if heard.known.is_talking else None
    if run is None:
        return None
    if heard.is_in_talk:
        endings.end(run, Ending.HANDED)
        return None
    return _hear(heard, run)


def begin(heard: Heard) -> Settlement | None:
    """A text that begins a dialogue, by its words or by what it means. Not where people talk already. Call it inside
    `clinic_scope`."""
    if heard.is_in_talk:
        return None
    dialogue = which(book.live(heard.clinic_id), heard.words, heard.understood, heard.language)
    if dialogue is None or _begun_lately(heard) >= MOST_A_DAY:
        return None
    language = heard.language if heard.people else heard.understood.language or heard.language
    run = _new_run(heard, dialogue, language, Ending.RUNNING)
    move = flow.begin(dialogue, facts_of(heard.clinic_id, dialogue, heard.patient_id))
    return _moved(heard, run, dialogue, move, is_first=True)


def would_hold(heard: Heard) -> bool:
    """Whether it may begin a dialogue that offers times at once, and so locks calendars. Call it inside `clinic_scope`."""
    if heard.patient_id is None or heard.is_in_talk:
        return False
    at_once = [one for one in book.live(heard.clinic_id) if _may_offer_at_once(one)]
    return which(at_once, heard.words, heard.understood, heard.language) is not None


def _may_offer_at_once(dialogue: Dialogue) -> bool:
    """Whether no question stands before all that it says: a branch may lead past one further on."""
    return dialogue.steps[0].kind not in QUESTIONS and _has(dialogue, StepKind.BOOK)


def _new_run(heard: Heard, dialogue: Dialogue, language: str, state: Ending) -> Run:
    now = business_time.now()
    return Run(
        clinic_id=heard.clinic_id,
        dialogue=dialogue.key,
        version=dialogue.version,
        phone_bi=heard.phone_bi,
        patient_id=heard.patient_id,
        language=language,
        text_id=heard.id,
        state=state,
        began_at=now,
        asked_at=now,
        expires_at=now,
    )


def break_off(heard: Heard) -> None:
    """STOP, or words of danger. Call it inside `clinic_scope`."""
    run = _running(heard)
    if run is not None:
        endings.end(run, Ending.BROKEN_OFF)


def which(dialogues: list[Dialogue], text: str, said: Understood, language: str) -> Dialogue | None:
    """The dialogue that a text begins: by its words, unless it means something else or asks something medical, or by what it
    surely means where one alone is begun by that."""
    found = begun_by_words(dialogues, text)
    if found is not None and (is_bare_start(found, text) or _may_begin(found, text, said, language)):
        return found
    if not said.acts or is_medical_question(text, said, (language,), about_themselves=True):
        return None
    meant = [one for one in dialogues if said.meaning in one.meanings]
    return meant[0] if len(meant) == 1 else None


def _may_begin(dialogue: Dialogue, text: str, said: Understood, language: str) -> bool:
    return _may_be_meant(dialogue, said.meaning) and not is_medical_question(text, said, (language,))


def _may_be_meant(dialogue: Dialogue, meaning: str) -> bool:
    """Whether its words mean it in a text of this meaning. "A new appointment" sounds like another time: a dialogue that asks
    finds out, and who has a visit has been asked before."""
    asks = any(step.kind in QUESTIONS for step in dialogue.steps)
    return meaning not in NEVER_BEGINS or (meaning == Meaning.RESCHEDULE and asks)


# ------------------------------------------------------------------------------------------------ one text


def _running(heard: Heard) -> Run | None:
    """The dialogue of this phone whose time is not over. Who is on record there has changed since: it is not theirs."""
    rows = Run.objects.select_for_update().filter(clinic_id=heard.clinic_id, phone_bi=heard.phone_bi)
    run = rows.filter(state=Ending.RUNNING).first()
    if run is None or (business_time.now() < run.expires_at and run.patient_id == heard.patient_id):
        return run
    endings.fall_silent(run)
    return None


def _begun_lately(heard: Heard) -> int:
    since = business_time.now() - timedelta(days=1)
    return Run.objects.filter(clinic_id=heard.clinic_id, phone_bi=heard.phone_bi, began_at__gte=since).count()


def _hear(heard: Heard, run: Run) -> Settlement | None:
    try:
        dialogue = book.version_of(heard.clinic_id, run.dialogue, run.version)
        stand = Stand(run.at, run.is_again, given_in(run))
        facts = facts_of(heard.clinic_id, dialogue, run.patient_id)
        move = flow.hear(dialogue, stand, heard.words, run.language, facts, heard.understood)
    except (NoSuchDialogue, NoSuchStep, UnreadableDialogue):
        endings.end(run, Ending.BROKEN_OFF)
        return None
    if move.ending is Ending.BROKEN_OFF:
        endings.end(run, Ending.BROKEN_OFF)
        return None
    if _is_repetition(heard, run, is_unclear=move.heard is None and move.ending is not Ending.HANDED):
        return Settlement("repeated", "")
    if move.is_unclear and _is_of_a_visit(heard):
        endings.fall_silent(run)  # they have turned to their visit
        return None
    other = (
        which(book.live(heard.clinic_id), heard.words, heard.understood, heard.language) if move.is_unclear else None
    )
    if other is not None and other.key != run.dialogue and _begun_lately(heard) < MOST_A_DAY:
        return _turned(heard, run, dialogue, other)
    _keep(heard, run, move)
    return _moved(heard, run, dialogue, move, is_first=False)


def _is_of_a_visit(heard: Heard) -> bool:
    """By itself: as an answer to an older reminder "3" would cancel."""
    alone = understand(heard.words, language=heard.language)
    return alone.acts and alone.meaning in _OF_A_VISIT


def _turned(heard: Heard, run: Run, dialogue: Dialogue, other: Dialogue) -> Settlement | None:
    """They ask for what another dialogue tells. One that asks nothing is told at once, and the question is put again; one that
    asks takes the place of this."""
    beside = flow.begin(other, facts_of(heard.clinic_id, other, run.patient_id))
    if beside.ending is not Ending.DONE:
        endings.fall_silent(run)
        return begin(heard)
    now = business_time.now()
    run.asked_at, run.expires_at = now, now + timedelta(hours=dialogue.wait_hours)
    run.save(update_fields=["asked_at", "expires_at"])
    told = _new_run(heard, other, run.language, Ending.DONE)
    told.ended_at = now
    told.save(force_insert=True)
    _note(told, heard.id, beside, is_first=True)
    endings.leave_task(told, beside.task)
    both = Move(beside.says, asks=dialogue.step(run.at))
    text, _ = letters.write(heard.clinic_id, both, run.language, run.patient_id, is_first=False)
    return Settlement("dialogue_asked", text, patient_id=run.patient_id, is_turn=True)


def _is_repetition(heard: Heard, run: Run, *, is_unclear: bool) -> bool:
    """The words of the answer before, or those that began it, sooner than the question that followed can have been read; those
    that began it also a little later, where they answer nothing."""
    since = abs(heard.at - run.asked_at)  # a carrier's clock may be behind ours
    if since > SAME_START:
        return False
    last = Answer.objects.filter(clinic_id=run.clinic_id, run_id=run.id).order_by("-at", "-id").first()
    before = words_of_answer(last) if last is not None else endings.began_with(run)
    is_soon = since <= TOO_SOON or (last is None and is_unclear)
    return is_soon and before.strip()[: flow.LONGEST_WORDS] == heard.words.strip()[: flow.LONGEST_WORDS]


def _keep(heard: Heard, run: Run, move: Move) -> None:
    """What was said, understood or not."""
    row = Answer(
        clinic_id=run.clinic_id,
        run_id=run.id,
        dialogue=run.dialogue,
        step=run.at,
        at=business_time.now(),
        choice=move.heard.choice if move.heard else 0,
        is_understood=move.heard is not None,
        is_again=run.is_again,
    )
    words = heard.words.strip()[: flow.LONGEST_WORDS]
    row.words_ct = keys_for(run.clinic_id).seal(SEALED, row.id.bytes, words.encode())
    row.save(force_insert=True)


def _moved(heard: Heard, run: Run, dialogue: Dialogue, move: Move, *, is_first: bool) -> Settlement | None:
    """The text of a move, and the dialogue as it stands after it."""
    words = heard.words if is_first else f"{endings.began_with(run)} {heard.words}"
    text, asks = letters.write(heard.clinic_id, move, run.language, run.patient_id, is_first=is_first, words=words)
    now = business_time.now()
    run.is_again, run.asked_at = move.is_again, now
    if move.asks is not None:
        run.at, run.expires_at = move.asks.key, now + timedelta(hours=dialogue.wait_hours)
    run.state = move.ending
    run.ended_at = now if move.is_over else None
    run.save()
    _note(run, heard.id, move, is_first=is_first)
    if move.ending is Ending.HANDED:
        return Settlement("waits_for_person", text, needs_person=True, is_turn=True)
    if move.ending is Ending.DONE:
        endings.leave_task(run, TaskFor.CHECK if move.task is TaskFor.NOBODY and _has_words(run) else move.task)
    return Settlement(OUTCOMES[move.is_over], text, patient_id=run.patient_id, is_turn=True, asks=asks)


def _has_words(run: Run) -> bool:
    """Whether something was said in own words, which nobody but a person can read."""
    return any(said.words for said in given_in(run).values())


def _note(run: Run, text_id: UUID, move: Move, *, is_first: bool) -> None:
    audit.record(
        clinic_id=run.clinic_id,
        by=endings.BY_TEXT,
        action="dialogue.begin" if is_first else "dialogue.answer",
        patient_id=run.patient_id,
        subject=f"dialogue_run:{run.id}",
        detail={"dialogue": run.dialogue, "version": run.version, "step": run.at, "state": str(move.ending)},
    )
    news.tell(run.clinic_id, news.Topic.JOURNEYS)


# ------------------------------------------------------------------------------------------------ what stands


def given_in(run: Run) -> dict[str, Given]:
    """What was answered so far, by question. Call it inside `clinic_scope`."""
    rows = Answer.objects.filter(clinic_id=run.clinic_id, run_id=run.id, is_understood=True).order_by("at", "id")
    return {row.step: Given(row.choice) if row.choice else Given(words=words_of_answer(row)) for row in rows}


def words_of_answer(row: Answer) -> str:
    return keys_for(row.clinic_id).open(SEALED, row.id.bytes, bytes(row.words_ct)).decode()


def facts_of(clinic_id: UUID, dialogue: Dialogue, patient_id: UUID | None) -> dict[str, str]:
    """What the steps of this dialogue go by. Call it inside `clinic_scope`."""
    facts = {KNOWN: YES if patient_id else NO, OPEN: YES if letters.is_open(clinic_id) else NO}
    if _has(dialogue, StepKind.BOOK):
        facts[CAN_BOOK] = YES if letters.may_book(clinic_id, patient_id) else NO
    ways = [step for step in dialogue.steps if step.kind is StepKind.DIRECTIONS]
    if ways:
        facts[HAS_DIRECTIONS] = YES if all(letters.way(clinic_id, step.page) for step in ways) else NO
    return facts


def _has(dialogue: Dialogue, kind: StepKind) -> bool:
    return any(step.kind is kind for step in dialogue.steps)
