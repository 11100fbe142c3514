"""Conversations at the desk: what opens them, what people do with them, and that nothing that waits is ever hidden."""

from datetime import time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from recado.clinics import actions as clinics
from recado.clinics.types import OpenDay
from recado.consent.types import Purpose
from recado.conversations import actions as conversations
from recado.conversations import older, queries
from recado.conversations import worker as loops
from recado.conversations.types import (
    AnsweredSince,
    Ask,
    Folder,
    Here,
    Reason,
    Snooze,
    ThreadRow,
    ThreadState,
    UnfitText,
)
from recado.foundation import business_time
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.messaging.types import Intent
from tests import factories
from tests.desk import Desk
from tests.factories import events_of, hear, make_patient, queued, sql, wordings

pytestmark = pytest.mark.usefixtures("database")

MARTA, BEN = UUID(int=1), UUID(int=2)
BY = Actor(ActorKind.STAFF, str(MARTA))
BY_BEN = Actor(ActorKind.STAFF, str(BEN))


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


def thread(clinic_id: UUID, folder: Folder = Folder.ALL) -> ThreadRow:
    with clinic_scope(clinic_id):
        return queries.page(clinic_id, folder, MARTA)[0]


def folder(clinic_id: UUID, one: Folder, user: UUID = MARTA) -> list[UUID]:
    with clinic_scope(clinic_id):
        return [row.id for row in queries.page(clinic_id, one, user)]


def asks(clinic_id: UUID, text: str = "Do I need to bring the letter?", last: int = 321) -> ThreadRow:
    """A person writes what only a person can answer."""
    hear(clinic_id, text, last)
    return thread(clinic_id)


def reply(clinic_id: UUID, row: ThreadRow, text: str = "Yes, bring it.", **more: object) -> object:
    given = {"version": row.version, "ref": str(new_id()), "by": BY} | more
    with clinic_scope(clinic_id):
        return conversations.reply(clinic_id=clinic_id, thread_id=row.id, text=text, **given)  # type: ignore[arg-type]


def end_snoozes() -> int:
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        return loops.end_snoozes(maintenance)


# ------------------------------------------------------------------------------------------------ what opens them


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Do I need to bring the letter?", Reason.QUESTION),
        ("I will be a little late", Reason.TO_READ),
        ("Is this a wrong number?", Reason.WRONG_PERSON),
        ("C'est urgent, je saigne", Reason.URGENT),
        ("another time", Reason.ANOTHER_TIME),
        ("1", Reason.UNPROMPTED),
    ],
)
def test_text_that_needs_a_person_opens_with_its_reason(clinic: UUID, text: str, reason: Reason) -> None:
    make_patient(clinic)
    row = asks(clinic, text)
    assert (row.state, row.reason, row.last_words) == (ThreadState.OPEN, reason, text)
    assert row.waiting_since is not None
    assert queries.to_do_count(clinic) == 1


def test_lists_go_on_showing_the_words_that_wait_when_a_later_text_is_settled_by_itself(clinic: UUID) -> None:
    make_patient(clinic)
    asks(clinic, "Do I need to bring the letter?")
    row = asks(clinic, "STOP")
    assert (row.reason, row.last_words) == (Reason.QUESTION, "Do I need to bring the letter?")
    assert row.heard_at is not None and row.waiting_since is not None and row.heard_at > row.waiting_since
    assert asks(clinic, "And which floor is it?").last_words == "And which floor is it?"


def test_unknown_number_is_a_conversation_too(clinic: UUID) -> None:
    row = asks(clinic, "Hello, are you open today", last=777)
    assert (row.reason, row.patient_id) == (Reason.UNKNOWN_NUMBER, None)


def test_clean_answer_wakes_neither_done_nor_snoozed(clinic: UUID) -> None:
    make_patient(clinic)
    row = asks(clinic)
    with clinic_scope(clinic):
        conversations.snooze(clinic_id=clinic, thread_id=row.id, until=Snooze.TOMORROW, by=BY)
    hear(clinic, "STOP")
    assert thread(clinic).state == ThreadState.SNOOZED
    with clinic_scope(clinic):
        conversations.done(clinic_id=clinic, thread_id=row.id, by=BY)
    hear(clinic, "START")
    assert thread(clinic).state == ThreadState.DONE
    assert folder(clinic, Folder.TO_DO) == []


@pytest.mark.parametrize("until", list(Snooze))
def test_new_text_wakes_a_snoozed_conversation(clinic: UUID, until: Snooze) -> None:
    row = asks(clinic)
    with clinic_scope(clinic):
        conversations.snooze(clinic_id=clinic, thread_id=row.id, until=until, by=BY)
    assert folder(clinic, Folder.SNOOZED) == [row.id]
    again = asks(clinic, "And which floor is it?")
    assert (again.state, again.waiting_since) == (ThreadState.OPEN, row.waiting_since)


def test_longest_wait_comes_first_and_all_shows_the_newest(clinic: UUID) -> None:
    first = asks(clinic, last=321)
    factories.advance(timedelta(minutes=5))
    second = asks(clinic, last=322)
    assert folder(clinic, Folder.TO_DO) == [first.id, second.id]
    assert folder(clinic, Folder.ALL) == [second.id, first.id]


def test_texts_read_before_there_were_conversations_get_theirs(clinic: UUID) -> None:
    """As `recado migrate` leaves an older installation, whose readings have no conversation: nobody waits unseen."""
    make_patient(clinic)
    asks(clinic, "Which floor is it?")
    factories.advance(timedelta(minutes=5))
    before = asks(clinic, "Do I need to bring the letter?")
    hear(clinic, "STOP", 322)
    assert older.complete() == 0
    sql("DELETE FROM conversations_thread")
    assert older.complete() == 2
    (row,) = [one for one in _rows(clinic) if one.waiting_since]
    same = ("phone", "number", "patient_id", "state", "reason", "waiting_since", "heard_at", "last_words")
    assert [getattr(row, name) for name in same] == [getattr(before, name) for name in same]
    assert [one.reason for one in _rows(clinic) if one.state == ThreadState.DONE] == [Reason.STOPPED]
    assert older.complete() == 0


def _rows(clinic_id: UUID) -> list[ThreadRow]:
    with clinic_scope(clinic_id):
        return queries.page(clinic_id, Folder.ALL, MARTA)


# ------------------------------------------------------------------------------------------------ snooze, done, undo


def test_snooze_ends_by_business_time(clinic: UUID) -> None:
    row = asks(clinic)
    with clinic_scope(clinic):
        conversations.snooze(clinic_id=clinic, thread_id=row.id, until=Snooze.HOUR, by=BY)
    factories.advance(timedelta(minutes=59))
    assert end_snoozes() == 0
    factories.advance(timedelta(minutes=2))
    assert end_snoozes() == 1
    assert (thread(clinic).state, thread(clinic).waiting_since) == (ThreadState.OPEN, row.waiting_since)


@pytest.mark.parametrize(
    ("week", "back"),
    [
        (((),) * 7, time(8)),  # hours unknown
        ((((time(7, 30), time(12)),),) * 7, time(7, 30)),
    ],
)
def test_tomorrow_is_when_the_clinic_opens(clinic: UUID, week: tuple[OpenDay, ...], back: time) -> None:
    clinics.change_settings(clinic_id=clinic, opening_hours=week, by=BY)
    row = asks(clinic)
    with clinic_scope(clinic):
        conversations.snooze(clinic_id=clinic, thread_id=row.id, until=Snooze.TOMORROW, by=BY)
    until = thread(clinic).snoozed_until
    assert until is not None
    until, now = (moment.astimezone(ZoneInfo("Europe/London")) for moment in (until, business_time.now()))
    assert (until.date() - now.date(), until.time()) == (timedelta(days=1), back)


def test_done_finishes_the_task_and_undo_brings_both_back(clinic: UUID) -> None:
    row = asks(clinic)
    with clinic_scope(clinic):
        act = conversations.done(clinic_id=clinic, thread_id=row.id, by=BY)
    assert folder(clinic, Folder.TO_DO) == []
    assert sql("SELECT done_at IS NULL FROM tasks_task") == [(False,)]
    with clinic_scope(clinic):
        assert conversations.undo(clinic_id=clinic, thread_id=row.id, version=act.version, by=BY)
        assert not conversations.undo(clinic_id=clinic, thread_id=row.id, version=act.version, by=BY)
    assert thread(clinic, Folder.TO_DO).waiting_since == row.waiting_since
    assert sql("SELECT done_at IS NULL FROM tasks_task") == [(True,)]


def test_undo_changes_nothing_where_the_person_wrote_since(clinic: UUID) -> None:
    row = asks(clinic)
    with clinic_scope(clinic):
        act = conversations.assign(clinic_id=clinic, thread_id=row.id, to=MARTA, by=BY)
    asks(clinic, "Hello?")
    with clinic_scope(clinic):
        assert not conversations.undo(clinic_id=clinic, thread_id=row.id, version=act.version, by=BY)
    assert folder(clinic, Folder.MINE) == [row.id]
    assert folder(clinic, Folder.MINE, BEN) == []


def test_each_act_is_in_the_audit(clinic: UUID) -> None:
    row = asks(clinic)
    with clinic_scope(clinic):
        conversations.assign(clinic_id=clinic, thread_id=row.id, to=BEN, by=BY)
        conversations.done(clinic_id=clinic, thread_id=row.id, by=BY)
        conversations.reopen(clinic_id=clinic, thread_id=row.id, by=BY)
    said = sql("SELECT action FROM foundation_auditevent WHERE subject = %s ORDER BY id", (f"thread:{row.id}",))
    assert [action for (action,) in said] == ["conversation.assign", "conversation.done", "conversation.reopen"]


# ------------------------------------------------------------------------------------------------ writing


def test_reply_waits_five_seconds_and_goes_from_the_number_written_to(clinic: UUID) -> None:
    make_patient(clinic)
    row = asks(clinic)
    written = reply(clinic, row)
    assert thread(clinic).waiting_since is None
    assert written.message_id in queued()  # type: ignore[attr-defined]
    with Desk() as desk:
        assert written.message_id.bytes not in [t.message for t in desk.texts()]  # type: ignore[attr-defined]
        factories.advance(timedelta(seconds=6))
        (text,) = [t for t in desk.texts() if t.message == written.message_id.bytes]  # type: ignore[attr-defined]
    assert text.sender == factories.NUMBER


def test_pressed_twice_it_is_sent_once(clinic: UUID) -> None:
    make_patient(clinic)
    row = asks(clinic)
    ref = str(new_id())
    first, second = reply(clinic, row, ref=ref), reply(clinic, row, ref=ref)
    assert (second.message_id, second.is_known) == (first.message_id, True)  # type: ignore[attr-defined]
    assert wordings(clinic).count("Yes, bring it.") == 1


def test_colleague_who_answered_first_is_told_of(clinic: UUID) -> None:
    make_patient(clinic)
    row = asks(clinic)
    reply(clinic, row, by=BY_BEN)
    with pytest.raises(AnsweredSince):
        reply(clinic, row)
    assert not reply(clinic, row, even_so=True).is_refused  # type: ignore[attr-defined]


@pytest.mark.parametrize(("text", "fault"), [("  \n ", "empty"), ("x" * 919, "too_long")])
def test_empty_and_far_too_long_are_refused(clinic: UUID, text: str, fault: str) -> None:
    row = asks(clinic)
    with pytest.raises(UnfitText) as found:
        reply(clinic, row, text)
    assert found.value.fault == fault


def test_who_stopped_gets_no_answer_and_the_reason_is_named(clinic: UUID) -> None:
    make_patient(clinic)
    row = asks(clinic)
    factories.stop(clinic)
    written = reply(clinic, row)
    assert (written.is_refused, written.rule) == (True, "withdrawn")  # type: ignore[attr-defined]
    assert thread(clinic).waiting_since == row.waiting_since


def test_recall_takes_back_what_has_not_left_and_the_wait_with_it(clinic: UUID) -> None:
    make_patient(clinic)
    row = asks(clinic)
    written = reply(clinic, row)
    message: UUID = written.message_id  # type: ignore[attr-defined]
    with clinic_scope(clinic):
        assert conversations.recall(clinic_id=clinic, message_id=message, by=BY)
    assert events_of(message) == [8]
    assert thread(clinic, Folder.TO_DO).waiting_since == row.waiting_since
    assert sql("SELECT done_at IS NULL FROM tasks_task") == [(True,)]


def test_recall_of_what_has_left_changes_nothing(clinic: UUID) -> None:
    make_patient(clinic)
    written = reply(clinic, asks(clinic))
    factories.advance(timedelta(seconds=6))
    with Desk() as desk:
        desk.send_all()
    with clinic_scope(clinic):
        assert not conversations.recall(clinic_id=clinic, message_id=written.message_id, by=BY)  # type: ignore[attr-defined]
    assert thread(clinic).waiting_since is None


def test_quiet_hours_hold_what_nobody_asked_for_and_not_an_answer() -> None:
    clinic = factories.make_furnished(has_quiet_hours=True).id
    patient = make_patient(clinic)
    now = business_time.now()
    factories.advance(timedelta(hours=(27 - now.hour) % 24))  # three in the morning in London, or two in summer
    with clinic_scope(clinic):
        first = conversations.start_conversation(
            clinic_id=clinic, patient_id=patient, text="Bring your card.", ref="a", by=BY
        )
    assert first.rule == "quiet_hours"
    assert first.leaves_at is not None and first.leaves_at - business_time.now() > timedelta(hours=3)
    answer = reply(clinic, asks(clinic))
    assert answer.rule == "answer_at_once"  # type: ignore[attr-defined]


def test_writing_first_opens_a_conversation(clinic: UUID) -> None:
    patient = make_patient(clinic)
    with clinic_scope(clinic):
        written = conversations.start_conversation(
            clinic_id=clinic, patient_id=patient, text="Bring your card.", ref="a", by=BY
        )
    row = thread(clinic)
    assert (row.id, row.patient_id, row.is_last_ours) == (written.thread_id, patient, True)
    assert queries.to_do_count(clinic) == 0


# ------------------------------------------------------------------------------------------------ whose phone


def test_wrong_person_freezes_the_number_and_ends_the_conversation(clinic: UUID) -> None:
    patient = make_patient(clinic)
    row = asks(clinic, "Wrong number")
    with clinic_scope(clinic):
        conversations.wrong_person(clinic_id=clinic, thread_id=row.id, patient_id=patient, by=BY)
    now = thread(clinic)
    assert (now.state, now.patient_id) == (ThreadState.DONE, None)
    with clinic_scope(clinic):
        assert queries.people(clinic, [now]) == {row.id: []}
    assert factories.send(clinic, factories.intent(patient_id=patient))[0].rule == "wrong_number"
    assert ("wrong_number",) in sql("SELECT kind FROM tasks_task")


def test_shared_phone_is_about_whom_one_chooses(clinic: UUID) -> None:
    mother, child = make_patient(clinic, record_number="R-1"), make_patient(clinic, record_number="R-2", name="Tom W")
    row = asks(clinic)
    assert row.patient_id is None
    with clinic_scope(clinic):
        conversations.choose_patient(clinic_id=clinic, thread_id=row.id, patient_id=child, by=BY)
        assert [p.patient_id for p in queries.people(clinic, [thread(clinic)])[row.id]] == [child, mother]
        with pytest.raises(LookupError):
            conversations.choose_patient(clinic_id=clinic, thread_id=row.id, patient_id=new_id(), by=BY)


# ------------------------------------------------------------------------------------------------ who is here, words


def test_colleague_is_seen_for_twenty_seconds_and_not_by_oneself(clinic: UUID) -> None:
    row = asks(clinic)
    with clinic_scope(clinic):
        conversations.note_here(clinic_id=clinic, thread_id=row.id, user_id=BEN, is_typing=True)
        assert [one.user_id for one in queries.here(clinic, but=MARTA)[row.id]] == [BEN]
        assert queries.here(clinic, but=BEN) == {}
    sql("UPDATE conversations_presence SET at = at - interval '21 seconds'")
    with clinic_scope(clinic):
        assert queries.here(clinic, but=MARTA) == {}


def test_two_windows_of_one_person_are_two_places_told_once_each(clinic: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = asks(clinic, last=321), asks(clinic, last=322)
    told: list[UUID] = []
    monkeypatch.setattr("recado.foundation.news.tell", lambda clinic_id, *topics: told.append(clinic_id))

    def look(row: ThreadRow, tab: str, *, is_typing: bool = False) -> None:
        conversations.note_here(clinic_id=clinic, thread_id=row.id, user_id=BEN, is_typing=is_typing, tab=tab)

    with clinic_scope(clinic):
        for _time in range(3):
            look(one, "left")
            look(two, "right")
        assert len(told) == 2
        assert set(queries.here(clinic, but=MARTA)) == {one.id, two.id}
        look(one, "right", is_typing=True)
        look(one, "left")
        assert len(told) == 3, "the right window has moved"
        assert queries.here(clinic, but=MARTA) == {one.id: [Here(BEN, True)]}, "once, and typing counts"
    sql("UPDATE conversations_presence SET at = at - interval '21 seconds'")
    with clinic_scope(clinic):
        look(one, "third")
    assert sql("SELECT tab FROM conversations_presence") == [("third",)], "tabs that were closed are forgotten"


def test_search_folds_accents_and_says_how_far_it_read(clinic: UUID) -> None:
    asks(clinic, "Je suis à l'hôpital", last=321)
    asks(clinic, "Something else", last=322)
    with clinic_scope(clinic):
        found = queries.search(clinic, "HOPITAL suis")
        assert [hit.text for hit in found.hits] == ["Je suis à l'hôpital"]
        assert found.searched == 4 and found.back_to is not None  # two texts, and "a person will read this" twice
        assert queries.search(clinic, "hopital", limit=2).hits == ()


def test_other_clinic_sees_nothing_of_it(clinic: UUID) -> None:
    row = asks(clinic)
    other = factories.make_furnished("quay", number="+447700900101").id
    with clinic_scope(other):
        assert queries.page(other, Folder.ALL, MARTA) == []
        assert queries.thread(other, row.id) is None
        assert queries.search(other, "letter").hits == ()


# ------------------------------------------------------------------------------------------------ what leaves later


def test_text_leaves_at_the_time_that_was_said_and_can_be_taken_back_until_then(clinic: UUID) -> None:
    row, at = asks(clinic), business_time.now() + timedelta(hours=20)
    written = reply(clinic, row, leaves_at=at)
    assert written.leaves_at == at and thread(clinic).waiting_since is None  # type: ignore[attr-defined]
    factories.advance(timedelta(hours=19))
    with clinic_scope(clinic):
        assert conversations.recall(clinic_id=clinic, message_id=written.message_id, by=BY)  # type: ignore[attr-defined]
    assert thread(clinic).waiting_since == row.waiting_since


@pytest.mark.parametrize(("ahead", "fault"), [(timedelta(seconds=-1), "past"), (timedelta(days=32), "far")])
def test_text_is_refused_when_its_time_is_over_or_too_far(clinic: UUID, ahead: timedelta, fault: str) -> None:
    with pytest.raises(UnfitText, match=fault):
        reply(clinic, asks(clinic), leaves_at=business_time.now() + ahead)


def test_text_that_leaves_days_later_keeps_to_the_hours_of_planned_texts(database: None) -> None:
    clinic = factories.make_furnished(has_quiet_hours=True).id
    zone, row = ZoneInfo("Europe/London"), asks(clinic)
    night = (business_time.now().astimezone(zone) + timedelta(days=3)).replace(hour=3, minute=0)
    written = reply(clinic, row, leaves_at=night)
    assert written.leaves_at > night and written.leaves_at.astimezone(zone).hour >= 8  # type: ignore[attr-defined]


def test_clean_yes_to_a_reminder_wakes_nothing(clinic: UUID) -> None:
    factories.record(clinic, factories.booking(), announce=factories.Announce.NONE)
    visit, row = factories.visit(clinic), asks(clinic)
    intent = Intent(Purpose.CARE, "Reply 1, 2 or 3.", factories.phone(), visit.patient_id)
    with clinic_scope(clinic):
        conversations.ask(clinic_id=clinic, asks=[Ask(intent, "appointment", visit.id, visit.starts_at)], by=BY)
        conversations.done(clinic_id=clinic, thread_id=row.id, by=BY)
    hear(clinic, "1")
    assert (thread(clinic).state, thread(clinic).reason) == (ThreadState.DONE, Reason.CONFIRMED)
    assert folder(clinic, Folder.TO_DO) == []


def test_a_wish_for_another_time_that_is_put_as_a_question_is_told_as_one(clinic: UUID) -> None:
    make_patient(clinic)
    assert asks(clinic, "Could I rather come on Wednesday afternoon instead of that day?").reason is Reason.ANOTHER_TIME
