"""Inbound texts of a clinic, together or one by itself: what is known of their writers, what each says (routing.py), what the
answers do (settling.py), and then all that follows from it, written at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from recado.clinics import queries as clinics
from recado.consent.types import Purpose
from recado.contacts.types import Reach
from recado.foundation import audit, bulk, business_time, news
from recado.foundation.audit import AuditLine
from recado.foundation.countries.values import MONTH_FIRST
from recado.foundation.crypto import ClinicKeys
from recado.foundation.keys import keys_for
from recado.foundation.wiring import listed
from recado.messaging import actions as messaging
from recado.messaging.types import InboundText, Intent
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind, TaskWish

from . import asking, attachments, giving, grasping, knowing, pictures, routing, settling, threads
from .knowing import Writer
from .models import Question, Reading
from .obeying import BY_TEXT
from .settling import Said
from .types import DANGER, Ask, Heard, Read, Understood
from .understanding.meanings import Context

SAME_AGAIN = timedelta(minutes=2)  # the very same words so soon are a repetition, or a machine
ENDS_TALKS = frozenset({"stopped", "stopped_before", DANGER})


@dataclass(slots=True)
class _Begun:
    """A text on its way: what was heard, and what became of it so far."""

    writer: Writer
    heard: Heard
    read: Read


def receive(text: InboundText) -> str:
    """Reads a text, does what it says and answers. Returns the outcome. Call it inside `clinic_scope`.

    One transaction: after a crash it is read again, and never twice. The conversation is locked first, as by all that staff
    do: consent, the outbox and visits come after it, so that nobody waits for each other in a ring.
    """
    return _receive(text.clinic_id, [text], is_alone=True)[text.id]


def receive_together(clinic_id: UUID, heard: Sequence[InboundText]) -> dict[UUID, str]:
    """The same for texts of several people, in as many statements as for one. Returns the outcomes of those that may be read
    in one transaction (`settling.together`); of each person the first at most. The others `receive` reads, after these and in
    their order, as those do that are about the same visits. Call it inside `clinic_scope`."""
    return _receive(clinic_id, heard, is_alone=False)


def _receive(clinic_id: UUID, heard: Sequence[InboundText], *, is_alone: bool) -> dict[UUID, str]:
    with transaction.atomic():
        names = [text.id for text in heard]
        known = Reading.objects.filter(clinic_id=clinic_id, id__in=names).values_list("id", flat=True)
        outcomes = dict.fromkeys(known, "known")
        fresh = [text for text in heard if text.id not in outcomes]
        first = {text.phone: text for text in reversed(fresh)}
        if first:
            outcomes |= _receive_first(clinic_id, sorted(first.values(), key=fresh.index), is_alone=is_alone)
        if outcomes:
            news.tell(clinic_id, news.Topic.MESSAGES, news.Topic.THREADS)
    return outcomes


def _receive_first(clinic_id: UUID, heard: Sequence[InboundText], *, is_alone: bool) -> dict[UUID, str]:
    """Each of another phone; those that have to wait for others, or may not be read together, are left out."""
    now, _later = knowing.apart(knowing.writers(clinic_id, heard))
    said = _begin(now)
    if not is_alone:
        fit = settling.together(clinic_id, [one for _, _, one in said])
        said = [one for one, is_fit in zip(said, fit, strict=True) if is_fit]
    return _follow(clinic_id, said) if said else {}


def _follow(clinic_id: UUID, said: Sequence[tuple[Writer, Heard, Said]]) -> dict[UUID, str]:
    """Does what they say, and all that follows from it."""
    done = settling.settle([one for _, _, one in said])
    begun = [_Begun(writer, heard, read) for (writer, heard, _), read in zip(said, done, strict=True)]
    for one in begun:
        one.read = pictures.and_a_person(one.heard, routing.or_read_by_a_person(one.heard, one.read))
        if one.read.outcome in ENDS_TALKS and one.heard.known.is_talking:
            for talker in listed("TALKERS"):
                talker.break_off(one.heard)
    reasons = [routing.reason_of(one.heard, one.read) for one in begun]
    waiting = [one for one, reason in zip(begun, reasons, strict=True) if reason is not None]
    given = giving.give(clinic_id, [(one.writer.thread, one.heard, one.read) for one in waiting])
    for one, read in zip(waiting, given, strict=True):
        one.read = read
    for one in begun:
        if one.read.outcome != DANGER and one.read.text and not one.read.is_turn and _is_said_already(one):
            one.read = replace(one.read, outcome="repeated", text=None)
        if one.read.outcome == "repeated" and one.heard.known.last is not None:  # what was answered then still stands
            one.read = replace(one.read, reply_id=one.heard.known.last.reply_id)
    _store(clinic_id, begun)
    for one, reason in zip(begun, reasons, strict=True):
        threads.hear(one.writer.thread, one.writer.text, one.heard.people, reason=reason, outcome=one.read.outcome)
    threads.keep([one.writer.thread for one in begun])
    return {one.heard.id: one.read.outcome for one in begun}


def _begin(writers: Sequence[Writer]) -> list[tuple[Writer, Heard, Said]]:
    """What each text says, before anything is done about it that can be done together."""
    grasps = [(_grasp(one), _context(one)) for one in writers]
    begun = []
    for one, (grasp, _), said in zip(writers, grasps, grasping.understood_all(grasps), strict=True):
        heard = replace(_heard(one, grasp.language, said), as_answer=partial(grasp.to, Context.REMINDER_MENU))
        begun.append((one, heard, routing.read(heard, one, grasp)))
    return begun


def _grasp(one: Writer) -> grasping.Grasp:
    text = one.text
    clinic = clinics.clinic_settings(text.clinic_id)
    now = business_time.now().astimezone(ZoneInfo(clinic.time_zone))
    language = _language(text.clinic_id, one.people, one.questions)
    return grasping.Grasp(text.text, language, now, month_first=clinic.country in MONTH_FIRST)


def _heard(one: Writer, language: str, said: Understood) -> Heard:
    text, questions, written_at = one.text, one.questions, one.written_at
    return Heard(
        text.clinic_id,
        text.id,
        text.text,
        text.at,
        text.phone,
        one.phone_bi,
        text.number,
        one.people,
        language,
        said,
        is_in_talk=one.thread.waiting_since is not None or written_at is not None,
        is_to_staff=written_at is not None and not (questions and questions[0].asked_at >= written_at),
        known=one.known,
        is_again=_is_again(one),
        has_picture=text.has_picture,
        media=text.media,
    )


def _is_again(one: Writer) -> bool:
    text, last = one.text, one.known.last
    if last is None or text.at - last.at > SAME_AGAIN:
        return False
    return last.body_mac == keys_for(text.clinic_id).blind_index("inbound body", text.text)


def _context(writer: Writer) -> Context:
    """What was asked last; where nothing is open, whether what we sent last was news."""
    if writer.questions:
        return grasping.context_of(writer.questions[0])
    return Context.CAMPAIGN if writer.last_purpose is Purpose.NEWS else Context.NONE


def _is_said_already(one: _Begun) -> bool:
    """The very same words as just before, meant for the same visit, with the same outcome: a thumb's repetition, or a
    machine that answers our answers. What came of it has been said, so it isn't said again; a new question is."""
    read, last = one.read, one.heard.known.last
    if last is None or not one.heard.is_again or last.question_id != read.question_id or read.asks is not None:
        return False
    return last.outcome in (read.outcome, "repeated")


def _language(clinic_id: UUID, people: tuple[Reach, ...], questions: list[Question]) -> str:
    if questions:
        asked = {person.patient_id: person.language for person in people}
        if questions[0].patient_id in asked:
            return asked[questions[0].patient_id]
    return people[0].language if people else clinics.clinic_settings(clinic_id).default_language


# ------------------------------------------------------------------------------------------------ keeping


def _store(clinic_id: UUID, begun: Sequence[_Begun]) -> None:
    """The answers are sent, and how each text was read is kept, with a task for each that a person must read."""
    replies = _say(clinic_id, [one for one in begun if one.read.text is not None])
    keys = keys_for(clinic_id)
    bulk.insert([_reading(keys, one, replies.get(one.heard.id, one.read.reply_id)) for one in begun])
    attachments.note(clinic_id, [one.writer.text for one in begun])
    audit.record_many(
        [
            AuditLine(
                clinic_id,
                BY_TEXT,
                "conversation.read",
                _whose(one),
                f"inbound:{one.heard.id}",
                detail={"understood": str(one.read.understood), "outcome": one.read.outcome},
            )
            for one in begun
        ]
    )
    wishes = [
        TaskWish(TaskKind.READ_REPLY, f"inbound:{one.heard.id}", _whose(one)) for one in begun if one.read.needs_person
    ]
    tasks.raise_tasks(clinic_id=clinic_id, wishes=wishes, by=BY_TEXT)


def _whose(one: _Begun) -> UUID | None:
    return one.read.patient_id or one.heard.patient_id


def _say(clinic_id: UUID, saying: Sequence[_Begun]) -> dict[UUID, UUID]:
    """Sends what goes back. Returns the ids of the answers by the texts that they answer."""
    plain = [(one, _intent(one)) for one in saying if one.read.asks is None]
    sent = messaging.send(clinic_id=clinic_id, intents=[intent for _, intent in plain], by=BY_TEXT)
    asking_too = [
        (one, Ask(_intent(one), a.kind, a.subject_id, a.expires_at, a.answers, patient_id=a.patient_id))
        for one in saying
        if (a := one.read.asks)
    ]
    sent += asking.ask(clinic_id=clinic_id, asks=[ask for _, ask in asking_too], by=BY_TEXT)
    said = [one for one, _ in plain] + [one for one, _ in asking_too]
    return {one.heard.id: delivery.message_id for one, delivery in zip(said, sent, strict=True)}


def _intent(one: _Begun) -> Intent:
    heard, read = one.heard, one.read
    return Intent(
        read.purpose,
        read.text or "",
        heard.phone,
        patient_id=_whose(one),
        number=heard.number,
        wording=read.wording,
    )


def _reading(keys: ClinicKeys, one: _Begun, reply_id: UUID | None) -> Reading:
    heard, read = one.heard, one.read
    return Reading(
        clinic_id=heard.clinic_id,
        id=heard.id,
        phone_bi=heard.phone_bi,
        phone_ct=keys.seal("reading.phone", heard.id.bytes, heard.phone.e164.encode()),
        number=heard.number,
        patient_id=_whose(one),
        body_ct=keys.seal("reading.body", heard.id.bytes, heard.words.encode()),
        body_mac=keys.blind_index("inbound body", heard.words),
        at=heard.at,
        understood=str(read.understood),
        why_ct=keys.seal("reading.why", heard.id.bytes, read.why.encode()) if read.why else None,
        outcome=read.outcome,
        question_id=read.question_id,
        reply_id=reply_id,
        needs_person=read.needs_person,
        has_picture=heard.has_picture,
    )
