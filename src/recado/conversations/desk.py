"""What staff do with a conversation: take it, put it aside, finish it, answer, write first, and take any of it back.

Each act locks the row, raises its version and keeps what it changed in `before`; `undo` puts that back for as long as
nothing else has happened.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.dateparse import parse_datetime

from recado.consent.types import Purpose
from recado.contacts import queries as contacts
from recado.foundation import audit, business_time, news
from recado.foundation.actors import Actor
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.types import Delivery, Intent
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind

from . import asking, calling, freezing, snoozing, threads
from .models import Reading, Reply, Thread
from .types import AnsweredSince, Done, Following, Reason, Snooze, ThreadState, UnfitText, Written

RECALL_WITHIN = timedelta(seconds=5)  # a text waits so long before it leaves: time to see the mistake
ANSWERS_FOR = timedelta(hours=24)  # what a person wrote may be answered at once for so long, or until it was answered
LATEST = timedelta(days=31)  # so far ahead a text may be written to leave later
MOST_PARTS = 6
Asking = Callable[[datetime], Following | None]  # given the moment at which the text leaves
KEPT = ("state", "reason", "assignee", "waiting_since", "snoozed_until", "mentioned", "failed_at")


# ------------------------------------------------------------------------------------------------ whose, when, done


def assign(*, clinic_id: UUID, thread_id: UUID, to: UUID | None, by: Actor) -> Done:
    """Gives a conversation to somebody of the staff, or to nobody. Raises NoSuchThread."""
    with transaction.atomic():
        thread = threads.held(clinic_id, thread_id)
        before = _kept(thread)
        thread.assignee = to
        return act(thread, "assign", by, before, {"to": str(to or "")})


def snooze(*, clinic_id: UUID, thread_id: UUID, until: Snooze, by: Actor) -> Done:
    """Puts a conversation aside: for an hour, until the clinic opens on another day, or until the person writes. A
    text that needs a person brings it back sooner. Raises NoSuchThread."""
    with transaction.atomic():
        thread = threads.held(clinic_id, thread_id)
        before = _kept(thread)
        thread.state = ThreadState.SNOOZED
        thread.snoozed_until = snoozing.until(clinic_id, until, business_time.now())
        return act(thread, "snooze", by, before, {"until": str(until)})


def done(*, clinic_id: UUID, thread_id: UUID, by: Actor) -> Done:
    """Finishes a conversation and the tasks of its texts. Raises NoSuchThread."""
    with transaction.atomic():
        thread = threads.held(clinic_id, thread_id)
        before = _kept(thread) | {"read_at": _finish_texts(thread, business_time.now(), by).isoformat()}
        _close(thread)
        return act(thread, "done", by, before)


def reopen(*, clinic_id: UUID, thread_id: UUID, by: Actor) -> Done:
    """Brings a conversation that was put aside or finished back to the desk. Raises NoSuchThread."""
    with transaction.atomic():
        thread = threads.held(clinic_id, thread_id)
        before = _kept(thread)
        _open(thread, business_time.now())
        return act(thread, "reopen", by, before)


def undo(*, clinic_id: UUID, thread_id: UUID, version: int, by: Actor) -> bool:
    """Takes the newest act back. Returns False where something has happened since, and changes nothing."""
    with transaction.atomic():
        thread = threads.held(clinic_id, thread_id)
        if thread.version != version or not thread.before:
            return False
        before = dict(thread.before)
        _put_back(thread, before)
        read_at = parse_datetime(before.get("read_at") or "")
        if read_at is not None:
            _open_texts(thread, read_at, by)
        act(thread, "undo", by, {})
    return True


def _kept(thread: Thread) -> dict[str, str]:
    return {name: _said(getattr(thread, name)) for name in KEPT}


def _said(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return " ".join(str(one) for one in value) if isinstance(value, list) else str(value or "")


def _put_back(thread: Thread, before: Mapping[str, str]) -> None:
    thread.state, thread.reason = before["state"], before["reason"]
    thread.assignee = UUID(before["assignee"]) if before["assignee"] else None
    thread.waiting_since = parse_datetime(before["waiting_since"]) if before["waiting_since"] else None
    thread.snoozed_until = parse_datetime(before["snoozed_until"]) if before["snoozed_until"] else None
    thread.failed_at = parse_datetime(before["failed_at"]) if before.get("failed_at") else None
    thread.mentioned = [UUID(one) for one in before.get("mentioned", "").split()]


def act(thread: Thread, what: str, by: Actor, before: dict[str, str], detail: dict[str, str] | None = None) -> Done:
    """Keeps what somebody did in a conversation and tells of it. Whoever does something there has seen that they were named.
    `before`: what it was, to undo it; empty: it can't be undone. With the row locked."""
    if what != "undo":
        thread.mentioned = [one for one in thread.mentioned if str(one) != by.ref]
    thread.version += 1
    thread.before = before
    thread.save()
    _tell(thread, what, by, detail)
    return Done(thread.version)


def _tell(thread: Thread, what: str, by: Actor, detail: Mapping[str, str] | None = None) -> None:
    audit.record(
        clinic_id=thread.clinic_id,
        by=by,
        action=f"conversation.{what}",
        patient_id=thread.patient_id,
        subject=f"thread:{thread.id}",
        detail=detail,
    )
    news.tell(thread.clinic_id, news.Topic.THREADS)


def _close(thread: Thread) -> None:
    thread.state, thread.waiting_since, thread.snoozed_until = ThreadState.DONE, None, None
    thread.mentioned, thread.failed_at = [], None


def _open(thread: Thread, since: datetime) -> None:
    thread.state, thread.snoozed_until = ThreadState.OPEN, None
    thread.waiting_since = thread.waiting_since or since


def _finish_texts(thread: Thread, now: datetime, by: Actor) -> datetime:
    """The texts that waited in this conversation wait no more, and an alarm is taken."""
    if tasks.take_alarm(clinic_id=thread.clinic_id, subject_id=thread.id, by=by, at=now):
        calling.tell_others(thread.clinic_id, thread.id, by)
    waiting = Reading.objects.filter(
        clinic_id=thread.clinic_id, phone_bi=bytes(thread.phone_bi), needs_person=True, done_at=None
    )
    names = list(waiting.values_list("id", flat=True))
    if names:
        Reading.objects.filter(clinic_id=thread.clinic_id, id__in=names).update(done_at=now)
        tasks.finish(clinic_id=thread.clinic_id, kind=TaskKind.READ_REPLY, sources=_sources(names), by=by)
    return now


def text_is_settled(clinic_id: UUID, text_id: UUID, by: Actor) -> None:
    """Whoever wrote it has said what we asked back: it waits for nobody any more. Call it inside `clinic_scope`."""
    waiting = Reading.objects.filter(clinic_id=clinic_id, id=text_id, needs_person=True, done_at=None)
    if waiting.update(done_at=business_time.now()):
        tasks.finish(clinic_id=clinic_id, kind=TaskKind.READ_REPLY, sources=_sources([text_id]), by=by)


def _open_texts(thread: Thread, finished_at: datetime, by: Actor) -> None:
    """What was finished at that moment waits again, and an alarm that was taken with it stands again."""
    tasks.alarm_again(clinic_id=thread.clinic_id, subject_id=thread.id, taken_at=finished_at, by=by)
    finished = Reading.objects.filter(
        clinic_id=thread.clinic_id, phone_bi=bytes(thread.phone_bi), needs_person=True, done_at=finished_at
    )
    names = list(finished.values_list("id", flat=True))
    if names:
        Reading.objects.filter(clinic_id=thread.clinic_id, id__in=names).update(done_at=None)
        tasks.reopen(clinic_id=thread.clinic_id, kind=TaskKind.READ_REPLY, sources=_sources(names), by=by)


def _sources(readings: list[UUID]) -> list[str]:
    return [f"inbound:{reading}" for reading in readings]


# ------------------------------------------------------------------------------------------------ writing


def fit(text: str) -> str:
    """The text as it would leave. Raises UnfitText where it is empty or takes more than `MOST_PARTS` parts."""
    tidy = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip()
    try:
        if texts.measure(tidy).segments > MOST_PARTS:
            raise UnfitText("too_long")
    except texts.EmptyText:
        raise UnfitText("empty") from None
    return tidy


def purpose_of(heard_at: datetime | None, waiting_since: datetime | None, now: datetime) -> Purpose:
    """What a text in a conversation is: an answer while the person waits for one or has written within a day. Later it
    is a text that nobody has just asked for: about care, within the allowed hours."""
    is_answer = waiting_since is not None or (heard_at is not None and now - heard_at < ANSWERS_FOR)
    return Purpose.ANSWER if is_answer else Purpose.CARE


def reply(
    *,
    clinic_id: UUID,
    thread_id: UUID,
    text: str,
    version: int,
    ref: str,
    by: Actor,
    even_so: bool = False,
    is_done: bool = False,
    leaves_at: datetime | None = None,
    asks: Asking | None = None,
) -> Written:
    """Answers from the number that the person wrote to; the text leaves after `RECALL_WITHIN`, or at `leaves_at`.

    `version` is what the writer saw; raises AnsweredSince where a colleague has answered after it, unless `even_so`.
    `ref` names this very form: pressed twice, it is sent once. `asks`: called in this transaction with the moment at which the
    text leaves, what question it puts, if any. Raises NoSuchThread, UnfitText.
    """
    words = fit(text)
    _check_later(leaves_at, business_time.now())
    with transaction.atomic():
        thread = threads.held(clinic_id, thread_id)
        known = texts.message_of(clinic_id, _ref(ref))
        if known is not None:
            return Written(thread.id, known, "", None, is_known=True)
        if thread.answer_version > version and not even_so:
            raise AnsweredSince
        return _write(thread, words, ref, by, is_done=is_done, leaves_at=leaves_at, asks=asks)


def _check_later(leaves_at: datetime | None, now: datetime) -> None:
    if leaves_at is not None and leaves_at <= now:
        raise UnfitText("past")
    if leaves_at is not None and leaves_at > now + LATEST:
        raise UnfitText("far")


def start_conversation(*, clinic_id: UUID, patient_id: UUID, text: str, ref: str, by: Actor) -> Written:
    """Writes first to a patient's current phone. Nobody asked for it, so it is a text about care, within the allowed
    hours; where the person waits for an answer it is that answer. Raises UnfitText, LookupError for an unknown patient."""
    words = fit(text)
    with transaction.atomic():
        person = contacts.reach(clinic_id, [patient_id])[patient_id]
        if person.phone is None or person.phone_bi is None:
            return Written(None, None, "no_phone", None)
        known = texts.message_of(clinic_id, _ref(ref))
        now = business_time.now()
        thread = threads.held_at(
            clinic_id, person.phone, person.phone_bi, texts.number_of(clinic_id, person.phone), now
        )
        if known is not None:
            return Written(thread.id, known, "", None, is_known=True)
        thread.patient_id = patient_id
        return _write(thread, words, ref, by)


def _ref(ref: str) -> str:
    return f"desk:{ref}"


def _write(
    thread: Thread,
    words: str,
    ref: str,
    by: Actor,
    *,
    is_done: bool = False,
    leaves_at: datetime | None = None,
    asks: Asking | None = None,
) -> Written:
    now = business_time.now()
    # What leaves later is an answer only within a day of what they wrote: by then nobody waits before their phone.
    purpose = purpose_of(thread.heard_at, None if leaves_at else thread.waiting_since, leaves_at or now)
    intent = Intent(
        purpose,
        words,
        threads.phone_of(thread),
        patient_id=thread.patient_id,
        ref=_ref(ref),
        not_before=max(now + RECALL_WITHIN, leaves_at or now),
        number=thread.number or None,
    )
    due = texts.foresee(thread.clinic_id, intent).due if asks else None  # the hours may hold it until the morning
    delivery = asking.say(thread.clinic_id, intent, asks(due) if asks and due else None, by)
    if not delivery.is_queued:
        if not thread.version:  # made for this text, which may not go
            thread.version = 1
            thread.save()
        return Written(thread.id, delivery.message_id, delivery.rule, None)
    _note_answer(thread, words, delivery, now, by, is_done=is_done)
    return Written(thread.id, delivery.message_id, delivery.rule, delivery.due)


def _note_answer(thread: Thread, words: str, delivery: Delivery, now: datetime, by: Actor, *, is_done: bool) -> None:
    Reply.objects.create(
        clinic_id=thread.clinic_id,
        id=delivery.message_id,
        thread_id=thread.id,
        author=UUID(by.ref),
        at=now,
        waited_since=thread.waiting_since,
    )
    _finish_texts(thread, now, by)
    thread.failed_at = None
    if is_done:
        _close(thread)
    elif thread.state == ThreadState.SNOOZED and thread.snoozed_until is None:
        thread.waiting_since = None
    else:
        thread.state, thread.waiting_since, thread.snoozed_until = ThreadState.OPEN, None, None
    threads.say(thread, words, now, is_ours=True)
    thread.answer_version = thread.version + 1
    act(thread, "reply", by, {}, {"message": str(delivery.message_id)})


def recall(*, clinic_id: UUID, message_id: UUID, by: Actor) -> bool:
    """Takes a text of the staff back that has not left. Returns False where it has, or is just leaving: then nothing changes, and
    one that the carrier doesn't take does not go again, but brings its conversation back (`fates`)."""
    with transaction.atomic():
        written = Reply.objects.filter(clinic_id=clinic_id, id=message_id).first()
        if written is None:
            return False
        thread = threads.held(clinic_id, written.thread_id)
        if not messaging.call_off(clinic_id=clinic_id, message_ids=[message_id], reason="recalled"):
            return False
        asking.take_back(clinic_id, message_id)
        if written.waited_since is not None:
            _open(thread, written.waited_since)
            thread.waiting_since = min(thread.waiting_since or written.waited_since, written.waited_since)
            _open_texts(thread, written.at, by)
        act(thread, "recall", by, {}, {"message": str(message_id)})
    return True


# ------------------------------------------------------------------------------------------------ whose phone it is


def choose_patient(*, clinic_id: UUID, thread_id: UUID, patient_id: UUID, by: Actor) -> None:
    """Says whom a conversation is about, where several share the phone. Raises NoSuchThread, LookupError."""
    with transaction.atomic():
        thread = threads.held(clinic_id, thread_id)
        people = contacts.patients_at(clinic_id, bytes(thread.phone_bi))
        if all(person.patient_id != patient_id for person in people):
            raise LookupError("This phone is not that patient's.")
        thread.patient_id = patient_id
        act(thread, "about", by, {})


def wrong_person(*, clinic_id: UUID, thread_id: UUID, patient_id: UUID, by: Actor) -> None:
    """Whoever answers is not the patient: nothing about them goes to this phone any more, their links end, what waits
    for it is called off, a task asks for the right number, and this conversation is finished."""
    with transaction.atomic():
        thread = threads.held(clinic_id, thread_id)
        freezing.freeze(clinic_id, patient_id, bytes(thread.phone_bi), by, how="staff")
        _finish_texts(thread, business_time.now(), by)
        _tell(thread, "wrong_person", by)
        if thread.patient_id == patient_id:
            thread.patient_id = None
        _close(thread)
        thread.reason = Reason.WRONG_PERSON
        thread.version += 1
        thread.before = {}
        thread.save()
