"""Answers of staff that do not arrive: their conversation comes back, under Failed, with what to do."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from recado.channels.protocol import TryLater
from recado.clinics import queries as clinics
from recado.conversations import actions as conversations
from recado.conversations import fates, queries
from recado.conversations.types import Folder, Reason, Snooze, ThreadRow, ThreadState
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.messaging.types import EventKind
from recado.web.stories import assembling
from tests import factories, pages, staff
from tests.desk import Desk
from tests.factories import hear, make_patient, sql

pytestmark = pytest.mark.usefixtures("database")

ME = UUID(int=1)
BY = Actor(ActorKind.STAFF, str(ME))


@pytest.fixture
def clinic(database: None, monkeypatch: pytest.MonkeyPatch) -> UUID:
    monkeypatch.setattr(fates, "SELDOM", 0.0)
    return factories.make_furnished().id


def row_of(clinic_id: UUID) -> ThreadRow:
    with clinic_scope(clinic_id):
        return queries.page(clinic_id, Folder.ALL, ME)[0]


def failed(clinic_id: UUID) -> list[UUID]:
    with clinic_scope(clinic_id):
        found = [row.id for row in queries.page(clinic_id, Folder.FAILED, ME)]
        assert queries.counts(clinic_id, ME).failed == len(found)
    return found


def answer(clinic_id: UUID, text: str = "Yes, bring it.", *, is_done: bool = True) -> UUID:
    row = row_of(clinic_id)
    with clinic_scope(clinic_id):
        written = conversations.reply(
            clinic_id=clinic_id,
            thread_id=row.id,
            text=text,
            version=row.version,
            ref=str(new_id()),
            by=BY,
            is_done=is_done,
        )
    assert written.message_id is not None
    return written.message_id


def becomes(clinic_id: UUID, message_id: UUID, kind: EventKind) -> None:
    """The carrier says so, and the worker looks."""
    sql("DELETE FROM messaging_outbox WHERE id = %s RETURNING 1", [message_id])
    sql(
        "INSERT INTO messaging_event (clinic_id, message, at, kind) VALUES (%s, %s, now(), %s) RETURNING 1",
        [clinic_id, message_id, int(kind)],
    )
    look()


def look() -> None:
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        fates.follow(maintenance)


@pytest.mark.parametrize("kind", [EventKind.FAILED, EventKind.REFUSED, EventKind.EXPIRED, EventKind.STOPPED])
def test_conversation_comes_back_when_its_answer_did_not_arrive(clinic: UUID, kind: EventKind) -> None:
    hear(clinic, "Do I need to bring the letter?")
    since = row_of(clinic).waiting_since
    message = answer(clinic)
    assert failed(clinic) == [] and row_of(clinic).state is ThreadState.DONE
    becomes(clinic, message, kind)
    row = row_of(clinic)
    assert (row.state, row.reason, row.waiting_since) == (ThreadState.OPEN, Reason.FAILED, since)
    assert failed(clinic) == [row.id]
    look()
    assert row_of(clinic).version == row.version  # told once


@pytest.mark.parametrize("kind", [EventKind.DELIVERED, EventKind.CALLED_OFF])
def test_conversation_stays_done_when_its_answer_arrived_or_was_taken_back(clinic: UUID, kind: EventKind) -> None:
    hear(clinic, "Do I need to bring the letter?")
    becomes(clinic, answer(clinic), kind)
    assert failed(clinic) == [] and row_of(clinic).state is ThreadState.DONE
    assert sql("SELECT fate FROM conversations_reply") == [("ok",)]


def test_answer_that_was_followed_by_another_brings_nothing_back(clinic: UUID) -> None:
    hear(clinic, "Do I need to bring the letter?")
    first = answer(clinic)
    factories.advance(timedelta(minutes=1))
    answer(clinic, "I mean the blue one.")
    becomes(clinic, first, EventKind.FAILED)
    assert failed(clinic) == []


def test_answer_that_was_followed_by_one_taken_back_is_still_waited_for(clinic: UUID) -> None:
    hear(clinic, "Do I need to bring the letter?")
    first = answer(clinic)
    factories.advance(timedelta(minutes=1))
    second = answer(clinic, "I mean the blue one.")
    with clinic_scope(clinic):
        assert conversations.recall(clinic_id=clinic, message_id=second, by=BY)
    becomes(clinic, first, EventKind.FAILED)
    assert failed(clinic) == [row_of(clinic).id]


def test_answer_that_was_taken_back_too_late_and_that_no_carrier_took_is_still_waited_for(
    clinic: UUID, desk: Desk
) -> None:
    hear(clinic, "Do I need to bring the letter?")
    message = answer(clinic)
    since, state = row_of(clinic).waiting_since, row_of(clinic).state
    factories.advance(timedelta(seconds=6))
    claimed = desk.claim()
    assert claimed and message.bytes in [text.message for text in claimed.texts]
    with clinic_scope(clinic):
        assert not conversations.recall(clinic_id=clinic, message_id=message, by=BY)
    look()
    assert (row_of(clinic).waiting_since, row_of(clinic).state) == (since, state), "nobody knows yet whether it left"
    desk.settle(desk.answered(claimed, TryLater(timedelta(seconds=30), "throttled")))
    assert message not in factories.queued(), "it was wrong, so it does not go again"
    look()
    assert failed(clinic) == [row_of(clinic).id]
    with clinic_scope(clinic):
        told = assembling.story(clinics.clinic_settings(clinic), message, is_masked=False)
    assert told and [line for line in told.lines if "or it was taken back" in line.detail]


def test_failed_leaves_its_folder_when_somebody_answers_again_or_finishes_it(clinic: UUID) -> None:
    hear(clinic, "Do I need to bring the letter?")
    becomes(clinic, answer(clinic), EventKind.FAILED)
    factories.advance(timedelta(minutes=1))
    message = answer(clinic, is_done=False)
    assert failed(clinic) == []
    becomes(clinic, message, EventKind.FAILED)
    row = row_of(clinic)
    with clinic_scope(clinic):
        act = conversations.done(clinic_id=clinic, thread_id=row.id, by=BY)
    assert failed(clinic) == []
    with clinic_scope(clinic):
        conversations.undo(clinic_id=clinic, thread_id=row.id, version=act.version, by=BY)
    assert failed(clinic) == [row.id]


def test_failed_stays_in_its_folder_when_it_is_snoozed(clinic: UUID) -> None:
    hear(clinic, "Do I need to bring the letter?")
    becomes(clinic, answer(clinic), EventKind.FAILED)
    row = row_of(clinic)
    with clinic_scope(clinic):
        conversations.snooze(clinic_id=clinic, thread_id=row.id, until=Snooze.TOMORROW, by=BY)
    assert failed(clinic) == [row.id]


def test_failed_answer_shows_its_fix_and_is_written_again(clinic: UUID) -> None:
    desk: Client = staff.desk(clinic)
    make_patient(clinic)
    hear(clinic, "Do I need to bring the letter?")
    message = answer(clinic)
    assert "folder=failed" not in desk.get("/inbox/").content.decode()
    becomes(clinic, message, EventKind.FAILED)
    row = row_of(clinic)
    page = desk.get(f"/inbox/{row.id}?folder=failed").content.decode()
    for words in ("Not delivered", "The phone may be off", "Send it again", "Change the number", "folder=failed"):
        assert words in page
    assert pages.Reading(page).faults == []
    again = desk.get(f"/inbox/{row.id}?folder=failed&again={message}").content.decode()
    assert "Yes, bring it." in again.split('id="reply-text"')[1].split("</textarea>")[0]
