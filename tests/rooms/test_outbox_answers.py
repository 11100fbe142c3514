"""Answers of the carrier and slices of dead processes: written once, and nothing is lost or goes twice unmarked."""

from datetime import timedelta
from uuid import UUID

import pytest

from recado.channels.protocol import Accepted, PersonStopped, Refused, TryLater, Uncertain
from recado.consent.types import Purpose
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging import queries
from recado.messaging.models import Event
from recado.messaging.types import EventKind, State
from tests import factories
from tests.desk import Desk
from tests.factories import events_of, intent, phone, queued, send, sql

pytestmark = pytest.mark.usefixtures("database")
SENT, STOPPED, UNCERTAIN, RETRY, RESENT = (
    EventKind.SENT,
    EventKind.STOPPED,
    EventKind.UNCERTAIN,
    EventKind.RETRY,
    EventKind.RESENT,
)


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


def names(texts: object) -> list[UUID]:
    return [UUID(bytes=text.message) for text in texts]  # type: ignore[attr-defined]


def incidents() -> list[tuple[UUID, int, str]]:
    return [tuple(row) for row in sql("SELECT clinic_id, texts, reason FROM messaging_incident ORDER BY id")]  # type: ignore[misc]


# ------------------------------------------------------------------------------------------------ settle


def test_settle_writes_each_answer_and_ends_the_slice(clinic: UUID, desk: Desk) -> None:
    made = send(clinic, *(intent(last) for last in range(4)))
    claimed = desk.claim()
    assert claimed
    desk.settle(desk.answered(claimed, Accepted("r1"), Refused("bad_number"), Uncertain("link_lost"), PersonStopped()))
    assert [events_of(one.message_id) for one in made] == [[SENT], [EventKind.REFUSED], [UNCERTAIN], [STOPPED]]
    assert sql("SELECT count(*) FROM messaging_slice") == [(0,)]
    with clinic_scope(clinic):
        row = Event.objects.get(clinic_id=clinic, message=made[0].message_id)
        assert (row.kind, row.carrier, row.ref, row.reason) == (SENT, factories.CARRIER, "r1", None)


def test_settle_in_parts_ends_the_slice_with_the_last(clinic: UUID, desk: Desk) -> None:
    send(clinic, intent(321), intent(322))
    claimed = desk.claim()
    assert claimed
    desk.settle(desk.answered(claimed, Accepted("r1"), texts=claimed.texts[:1]))
    assert sql("SELECT fence FROM messaging_slice") == [(claimed.fence + 1,)]
    desk.settle(desk.answered(claimed, Accepted("r2"), texts=claimed.texts[1:]))
    assert sql("SELECT count(*) FROM messaging_slice") == [(0,)]
    assert desk.open == {}


@pytest.mark.parametrize("parts", [1, 2])
def test_same_answers_written_twice_change_nothing(clinic: UUID, desk: Desk, parts: int) -> None:
    (one, two) = send(clinic, intent(321), intent(322))
    claimed = desk.claim()
    assert claimed
    answers = desk.answered(claimed, Accepted("r1"), texts=claimed.texts[:parts])
    desk.settle_as_is(answers)
    desk.settle_as_is(answers)  # the commit stood, but its confirmation never came
    assert events_of(one.message_id) == [SENT]
    assert len(events_of(two.message_id)) == parts - 1


def test_person_stopped_at_the_carrier_is_withdrawn_with_us(clinic: UUID, desk: Desk) -> None:
    send(clinic, intent(321))
    claimed = desk.claim()
    assert claimed
    desk.settle(desk.answered(claimed, PersonStopped()))
    (later,) = send(clinic, intent(321))
    assert later.rule == "withdrawn"
    assert sql("SELECT kind, how FROM consent_ledgerentry") == [("withdrawn", "carrier")]


def test_person_stopped_counts_though_the_slice_was_taken_away(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent(321))
    claimed = desk.claim()
    assert claimed
    sql("UPDATE messaging_slice SET fence = fence + 1")
    desk.settle(desk.answered(claimed, PersonStopped()))
    assert events_of(made.message_id) == []
    assert sql("SELECT kind, how FROM consent_ledgerentry") == [("withdrawn", "carrier")]


def test_text_not_taken_goes_again_later(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent())
    claimed = desk.claim()
    assert claimed
    desk.settle(desk.answered(claimed, TryLater(timedelta(seconds=20), "throttled")))
    assert events_of(made.message_id) == [RETRY]
    assert desk.claim() is None
    factories.advance(timedelta(seconds=21))
    (again,) = desk.texts()
    assert (UUID(bytes=again.message), again.attempts) == (made.message_id, 1)
    assert again.body_ct == claimed.texts[0].body_ct


def test_text_not_taken_and_withdrawn_meanwhile_is_stopped(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent(321))
    claimed = desk.claim()
    assert claimed
    factories.stop(clinic, 321)
    desk.settle(desk.answered(claimed, TryLater(timedelta(seconds=1), "throttled")))
    assert events_of(made.message_id) == [STOPPED]
    assert made.message_id not in queued()


def test_text_that_nobody_takes_expires(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent(purpose=Purpose.VERIFY))
    sql("UPDATE messaging_outbox SET due = due - interval '11 minutes'")
    claimed = desk.claim()
    assert claimed
    desk.settle(desk.answered(claimed, TryLater(timedelta(seconds=20), "throttled")))
    assert events_of(made.message_id) == [EventKind.EXPIRED]
    assert queued() == set()


def test_uncertain_answer_of_a_code_sends_it_once_more_and_then_waits_for_a_person(clinic: UUID, desk: Desk) -> None:
    (code,) = send(clinic, intent(purpose=Purpose.VERIFY))
    first = desk.claim()
    assert first
    desk.settle(desk.answered(first, Uncertain("link_lost")))
    assert events_of(code.message_id) == [UNCERTAIN, RESENT]
    assert incidents() == []
    second = desk.claim()
    assert second
    assert second.texts[0].body_ct == first.texts[0].body_ct
    desk.settle(desk.answered(second, Uncertain("link_lost")))
    assert desk.claim() is None
    assert sorted(events_of(code.message_id)) == [UNCERTAIN, UNCERTAIN, RESENT]
    assert incidents() == [(clinic, 1, "link_lost")]


# ------------------------------------------------------------------------------------------------ recover


def test_slice_of_a_dead_process_makes_its_texts_uncertain_once(clinic: UUID, desk: Desk) -> None:
    made = send(clinic, intent(321), intent(322))
    claimed = desk.claim()
    assert claimed
    desk.settle(desk.answered(claimed, Accepted("r1"), texts=claimed.texts[:1]))
    with Desk("dispatch@here#2") as successor:
        assert successor.recover() == 1
        assert successor.recover() == 0
        assert successor.claim() is None
    assert [events_of(one.message_id) for one in made] == [[SENT], [UNCERTAIN]]
    assert sql("SELECT count(*) FROM messaging_slice") == [(0,)]


def test_living_process_of_another_name_keeps_its_slice_until_the_lease_ends(clinic: UUID, desk: Desk) -> None:
    send(clinic, intent())
    assert desk.claim()
    with Desk("dispatch@there#1") as other:
        assert other.recover() == 0
        sql("UPDATE messaging_slice SET lease = now() - interval '1 second'")
        assert other.recover() == 1


def test_late_settle_changes_nothing(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent())
    claimed = desk.claim()
    assert claimed
    with Desk("dispatch@here#2") as successor:
        successor.recover()
    desk.settle_as_is(desk.answered(claimed, Accepted("late")))
    assert events_of(made.message_id) == [UNCERTAIN]


@pytest.mark.parametrize("purpose", [Purpose.EMERGENCY, Purpose.VERIFY])
def test_lost_emergency_is_resent_once_and_marked(clinic: UUID, purpose: Purpose) -> None:
    (made,) = send(clinic, intent(purpose=purpose))
    for number in (1, 2):
        with Desk(f"dispatch@here#{number}") as desk:
            desk.recover()
            assert names(desk.texts()) == [made.message_id]
    with Desk("dispatch@here#3") as desk:
        assert desk.recover() == 1
        assert desk.claim() is None
    assert sorted(events_of(made.message_id)) == [UNCERTAIN, UNCERTAIN, RESENT]
    assert incidents() == [(clinic, 1, "sender_died")]
    with clinic_scope(clinic):
        (view,) = queries.thread(clinic, messaging.phone_index(clinic, phone()))
    assert view.state is State.UNCERTAIN


def test_one_incident_for_each_clinic_whatever_the_number_of_texts(clinic: UUID) -> None:
    other = factories.make_furnished("quay-side", number="+447700900101").id
    send(clinic, *(intent(last) for last in range(5)))
    send(other, intent())
    send(other, intent(purpose=Purpose.EMERGENCY))
    with Desk() as desk:
        desk.claim(3)
        desk.claim(100)
    with Desk("dispatch@here#2") as successor:
        assert successor.recover() == 7
    assert sorted((owner, texts) for owner, texts, _ in incidents()) == sorted([(clinic, 5), (other, 1)])


def test_text_that_is_not_taken_for_now_again_and_again_ends_when_its_time_is_over(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent(purpose=Purpose.VERIFY))
    for _ in range(2):
        claimed = desk.claim()
        assert claimed
        desk.settle(desk.answered(claimed, TryLater(timedelta(minutes=1), "throttled")))
        factories.advance(timedelta(minutes=4, seconds=1))
    again = desk.claim()
    assert again and again.texts[0].first_due == sql("SELECT due FROM messaging_message")[0][0]
    desk.settle(desk.answered(again, TryLater(timedelta(minutes=1), "throttled")))
    assert events_of(made.message_id) == [RETRY, RETRY, EventKind.EXPIRED]


def test_recover_leaves_alone_what_already_waits_again(clinic: UUID, desk: Desk) -> None:
    retried, unanswered = send(clinic, intent(321, purpose=Purpose.EMERGENCY), intent(322))
    claimed = desk.claim()
    assert claimed
    desk.settle(desk.answered(claimed, TryLater(timedelta(seconds=5), "throttled"), texts=claimed.texts[:1]))
    with Desk("dispatch@here#2") as successor:
        assert successor.recover() == 1
    assert events_of(retried.message_id) == [RETRY]
    assert events_of(unanswered.message_id) == [UNCERTAIN]
    assert queued() == {retried.message_id}


def test_recover_counts_a_text_once_that_stands_in_two_lost_slices(clinic: UUID, desk: Desk) -> None:
    retried, _ = send(clinic, intent(321, purpose=Purpose.EMERGENCY), intent(322))
    first = desk.claim()
    assert first
    desk.settle(desk.answered(first, TryLater(timedelta(seconds=5), "throttled"), texts=first.texts[:1]))
    factories.advance(timedelta(seconds=6))
    assert names(desk.texts()) == [retried.message_id]
    with Desk("dispatch@here#2") as successor:
        assert successor.recover() == 2
    assert sorted(events_of(retried.message_id)) == [UNCERTAIN, RETRY, RESENT]
    assert queued() == {retried.message_id}


def test_recover_with_a_withdrawn_owner_resends_nothing_that_may_be_silenced(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent(321))
    desk.claim()
    factories.stop(clinic, 321)
    with Desk("dispatch@here#2") as successor:
        successor.recover()
        assert made.message_id not in names(successor.texts())


def test_claim_that_was_committed_but_never_told_is_given_back(clinic: UUID) -> None:
    (made,) = send(clinic, intent())
    with Desk() as desk:
        desk.claim()  # the connection breaks on the way back
    with Desk(is_reconnected=True) as desk:
        (text,) = desk.texts()
    assert UUID(bytes=text.message) == made.message_id
    assert events_of(made.message_id) == [RETRY]
    assert sql("SELECT count(*) FROM messaging_slice") == [(1,)]


def test_reconnected_worker_keeps_the_slices_it_knows(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent())
    desk.claim()
    with Desk(is_reconnected=True) as again:
        again.open = desk.open
        assert again.claim() is None
    assert events_of(made.message_id) == []
