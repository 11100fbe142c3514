"""A text that is on its way to a carrier when what it goes by changes, or when it is called off: if the carrier doesn't take it, it
never goes again as it was, and what still holds is told anew."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from recado.appointments.types import BookingStatus
from recado.channels.protocol import Accepted, TryLater
from recado.clinics import queries as clinics
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.messaging import anew, clinic_texts
from recado.messaging.outbox import ClaimedSlice
from recado.messaging.types import EventKind
from recado.web.stories import assembling
from tests import factories
from tests.desk import Desk
from tests.factories import booking, make_patient, person, phone, record, release, sql
from tests.rooms.test_written_anew import choose, waiting, waits_at, work

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic(database: None) -> UUID:
    clinic_texts.forget()
    return factories.make_furnished().id


@pytest.fixture
def patient(clinic: UUID) -> UUID:
    """Somebody for whom a text waits."""
    made = make_patient(clinic)
    record(clinic, booking())
    release(clinic)
    work()
    (text,) = waiting(clinic)
    assert "rendez-vous" not in text
    return made


def write_stale() -> int:
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        return anew.write_stale(maintenance)


def untaken(desk: Desk, claimed: ClaimedSlice) -> None:
    desk.settle(desk.answered(claimed, TryLater(timedelta(seconds=30), "throttled")))


def test_text_that_no_carrier_took_is_written_anew_and_does_not_leave_as_it_was(
    clinic: UUID, patient: UUID, desk: Desk
) -> None:
    claimed = desk.claim()
    assert claimed
    choose(clinic, language="fr")
    assert write_stale() == 0, "nobody knows yet what the carrier says"
    untaken(desk, claimed)
    assert waiting(clinic) == []
    assert write_stale() == 1 and write_stale() == 0
    work()
    (text,) = waiting(clinic)
    assert "rendez-vous" in text
    assert sql("SELECT kind, reason FROM messaging_event") == [(EventKind.CALLED_OFF, "words_changed")]


def test_text_that_the_carrier_took_is_not_written_again(clinic: UUID, patient: UUID, desk: Desk) -> None:
    claimed = desk.claim()
    assert claimed
    choose(clinic, language="fr")
    desk.settle(desk.answered(claimed, Accepted("r-1")))
    assert write_stale() == 1 and write_stale() == 0
    work()
    assert waiting(clinic) == []


def test_text_that_waited_again_before_its_mark_was_there_is_taken_back(
    clinic: UUID, patient: UUID, desk: Desk
) -> None:
    claimed = desk.claim()
    assert claimed
    choose(clinic, language="fr")
    marks = sql("DELETE FROM messaging_staletext RETURNING clinic_id, message, at")
    untaken(desk, claimed)
    assert len(waiting(clinic)) == 1
    sql("INSERT INTO messaging_staletext (clinic_id, message, at) VALUES (%s, %s, %s)", marks[0])
    assert write_stale() == 1
    work()
    (text,) = waiting(clinic)
    assert "rendez-vous" in text


def test_text_that_is_on_its_way_once_more_since_the_worker_looked_keeps_its_mark(
    clinic: UUID, patient: UUID, desk: Desk
) -> None:
    claimed = desk.claim()
    assert claimed
    choose(clinic, language="fr")
    (text,) = claimed.texts
    anew._written(clinic, {UUID(bytes=text.message): (True, None)})  # it had waited a moment ago
    untaken(desk, claimed)
    assert waiting(clinic) == []
    assert write_stale() == 1
    work()
    (words,) = waiting(clinic)
    assert "rendez-vous" in words


def test_text_that_goes_to_another_phone_by_then_does_not_reach_the_old_one(
    clinic: UUID, patient: UUID, desk: Desk
) -> None:
    claimed = desk.claim()
    assert claimed
    record(clinic, booking(who=replace(person(), phone=phone(322))))
    untaken(desk, claimed)
    write_stale()
    work()
    assert waits_at(clinic) == [322]


def test_mark_of_a_text_whose_fate_nobody_knows_goes_after_a_day(clinic: UUID, patient: UUID, desk: Desk) -> None:
    assert desk.claim()
    choose(clinic, language="fr")
    sql("UPDATE messaging_staletext SET at = at - interval '25 hours'")
    assert write_stale() == 1
    work()
    assert waiting(clinic) == []


def test_text_of_a_visit_that_was_cancelled_meanwhile_tells_of_it_no_more(
    clinic: UUID, patient: UUID, desk: Desk
) -> None:
    claimed = desk.claim()
    assert claimed
    choose(clinic, language="fr")
    record(clinic, booking(status=BookingStatus.CANCELLED))
    untaken(desk, claimed)
    assert write_stale() == 1
    work()
    assert [text for text in waiting(clinic) if "annul" not in text] == []


def test_text_that_somebody_wrote_by_hand_goes_again_as_it_is(clinic: UUID, patient: UUID, desk: Desk) -> None:
    by_hand = factories.send(clinic, factories.intent(patient_id=patient, text="Please bring your card."))[0]
    claimed = desk.claim()
    assert claimed
    choose(clinic, language="fr")
    untaken(desk, claimed)
    write_stale()
    assert factories.queued() == {by_hand.message_id}


# ------------------------------------------------------------------------------------------------ a visit that is moved


def moved(clinic: UUID) -> tuple[str, str]:
    """The visit is moved while its text is on its way. Returns the days as texts write them, before and after."""
    before = factories.visit(clinic).starts_at
    record(clinic, booking(ahead=timedelta(days=12)))
    release(clinic)
    after = factories.visit(clinic).starts_at
    return f"{before:%-d %b}", f"{after:%-d %b}"


def test_text_of_a_visit_that_was_moved_does_not_leave_behind_the_new_time(
    clinic: UUID, patient: UUID, desk: Desk
) -> None:
    claimed = desk.claim()
    assert claimed
    old, new = moved(clinic)
    work()
    (text,) = waiting(clinic)
    assert new in text
    untaken(desk, claimed)
    write_stale()
    work()
    (text,) = waiting(clinic)
    assert new in text and old not in text


def test_text_that_waited_again_before_the_visit_was_seen_to_move_is_taken_back(
    clinic: UUID, patient: UUID, desk: Desk
) -> None:
    claimed = desk.claim()
    assert claimed
    old, new = moved(clinic)
    marks = sql("DELETE FROM messaging_staletext RETURNING clinic_id, message, at")
    untaken(desk, claimed)
    sql("INSERT INTO messaging_staletext (clinic_id, message, at) VALUES (%s, %s, %s)", marks[0])
    write_stale()
    work()
    (text,) = waiting(clinic)
    assert new in text and old not in text


def test_who_was_told_the_old_time_by_a_text_that_left_is_told_the_new_one(
    clinic: UUID, patient: UUID, desk: Desk
) -> None:
    claimed = desk.claim()
    assert claimed
    old, new = moved(clinic)
    desk.settle(desk.answered(claimed, Accepted("r-1")))
    write_stale()
    work()
    (text,) = waiting(clinic)
    assert new in text and "moved" in text
    with clinic_scope(clinic):
        told = assembling.story(clinics.clinic_settings(clinic), UUID(bytes=claimed.texts[0].message), is_masked=False)
    assert told and old in told.text
    (line,) = [line for line in told.lines if "it tells what held before" in line.detail]
    assert line.title == "Appointment moved"


def test_offer_that_is_over_while_its_text_is_on_its_way_does_not_go_again(clinic: UUID, desk: Desk) -> None:
    (sent,) = factories.send(clinic, factories.intent(text="A time is free: 1 takes it."))
    claimed = desk.claim()
    assert claimed
    with clinic_scope(clinic):
        off = anew.call_off(clinic_id=clinic, message_ids=[sent.message_id], reason="offer_over")
    assert off == frozenset()
    untaken(desk, claimed)
    assert factories.queued() == set()
    assert write_stale() == 1
    work()
    assert factories.queued() == set()


def test_text_that_has_left_gets_no_mark(clinic: UUID, desk: Desk) -> None:
    (left,) = factories.send(clinic, factories.intent(321))
    desk.send_all()
    with clinic_scope(clinic):
        assert not anew.call_off(clinic_id=clinic, message_ids=[left.message_id], reason="visit_changed")
    assert sql("SELECT message FROM messaging_staletext") == []
