"""The outbox on real PostgreSQL: what is put waits, what is claimed is on the wire, and nothing is lost or doubled."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from recado.channels.protocol import Accepted, Refused, Uncertain
from recado.consent.types import Purpose
from recado.foundation import business_time
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging import queries
from recado.messaging.models import Message, Outbox, Reference
from recado.messaging.types import EventKind, Lane, State
from tests import factories
from tests.desk import Desk
from tests.factories import events_of, intent, phone, queued, send, sql

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


def names(texts: object) -> list[UUID]:
    return [UUID(bytes=text.message) for text in texts]  # type: ignore[attr-defined]


# ------------------------------------------------------------------------------------------------ put


def test_put_keeps_message_and_queue_as_the_orm_sees_them(clinic: UUID) -> None:
    (made,) = send(clinic, intent(text="Zażółć gęślą jaźń", patient_id=None, ref="one"))
    with clinic_scope(clinic):
        message = Message.objects.get(clinic_id=clinic, id=made.message_id)
        waiting = Outbox.objects.get(clinic_id=clinic, id=made.message_id)
        reference = Reference.objects.get(clinic_id=clinic, ref="one")
    shared = ("lane", "purpose", "rule", "sender", "due", "phone_bi", "phone_ct", "body_ct")
    assert [getattr(message, name) for name in shared] == [getattr(waiting, name) for name in shared]
    assert (message.verdict, message.rule, message.parts, message.sender) == ("allow", "care", 1, factories.NUMBER)
    assert (waiting.verdict, waiting.attempts, waiting.carrier) == ("allow", 0, factories.CARRIER)
    assert reference.message_id == made.message_id
    assert factories.wordings(clinic) == ["Zażółć gęślą jaźń"]


def test_put_with_a_known_ref_adds_nothing_and_names_the_first(clinic: UUID) -> None:
    (first,) = send(clinic, intent(ref="one"))
    (again,) = send(clinic, intent(text="Other words", ref="one"))
    assert (first.is_known, again.is_known, again.is_queued) == (False, True, False)
    assert again.message_id == first.message_id
    assert queued() == {first.message_id}


def test_put_with_the_same_ref_twice_in_a_chunk_adds_one(clinic: UUID) -> None:
    made = send(clinic, intent(ref="one"), intent(ref="two"), intent(ref="one"), intent())
    assert [one.is_known for one in made] == [False, False, True, False]
    assert made[2].message_id == made[0].message_id
    assert len(queued()) == 3


def test_same_ref_of_two_clinics_is_two_texts(clinic: UUID) -> None:
    other = factories.make_furnished("quay-side", number="+447700900101").id
    made = send(clinic, intent(ref="one")) + send(other, intent(ref="one"))
    assert [one.is_known for one in made] == [False, False]
    assert len(queued()) == 2


def test_put_leaves_out_the_withdrawn_and_keeps_the_reason(clinic: UUID) -> None:
    factories.stop(clinic, 321)
    before = queued()
    gone, fine = send(clinic, intent(321), intent(322))
    assert (gone.verdict, gone.rule, gone.is_queued) == ("never", "withdrawn", False)
    assert queued() - before == {fine.message_id}
    with clinic_scope(clinic):
        assert Message.objects.get(clinic_id=clinic, id=gone.message_id).rule == "withdrawn"


def test_withdrawal_between_gate_and_put_costs_one_text_and_not_the_batch(
    clinic: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    from recado.messaging import gate

    clearing = gate.clearing

    def with_a_stop_behind_it(**given: object) -> Any:
        judged = yield from clearing(**given)  # type: ignore[arg-type]
        with psycopg.connect(factories.cluster.superuser_url(), autocommit=True) as connection:
            connection.execute(
                "INSERT INTO consent_withdrawal (clinic_id, phone_bi, purpose_group, at) VALUES (%s, %s, 1, now())",
                (clinic, judged[1].phone_bi),
            )
        return judged

    monkeypatch.setattr(gate, "clearing", with_a_stop_behind_it)
    made = send(clinic, intent(321), intent(322), intent(323))
    assert [(one.verdict, one.rule) for one in made] == [("allow", "care"), ("never", "withdrawn"), ("allow", "care")]
    assert queued() == {made[0].message_id, made[2].message_id}


RAW = """
INSERT INTO messaging_outbox (id, clinic_id, carrier, lane, purpose, purpose_group, due, verdict, rule, sender,
    phone_bi, phone_ct, body_ct)
VALUES (%s, %s, 1, 4, 5, 1, now(), %s, %s, '+447700900100', %s, 'x', 'x')
"""


@pytest.mark.parametrize(
    ("verdict", "rule", "bi"),
    [("later", "care", b"1" * 16), ("never", "care", b"1" * 16), ("allow", "", b"1" * 16), ("allow", "care", b"short")],
)
def test_database_refuses_a_raw_row_without_a_verdict(clinic: UUID, verdict: str, rule: str, bi: bytes) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        sql(RAW, (new_id(), clinic, verdict, rule, bi))


def test_database_refuses_a_raw_row_to_the_withdrawn(clinic: UUID) -> None:
    factories.stop(clinic, 321)
    with clinic_scope(clinic):
        bi = messaging.phone_index(clinic, phone(321))
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        sql(RAW, (new_id(), clinic, "allow", "care", bi))
    assert refused.value.diag.constraint_name == "messaging_outbox_not_withdrawn"


@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
@pytest.mark.parametrize(("table", "column"), [("messaging_message", "rule"), ("messaging_event", "reason")])
def test_history_can_be_changed_by_no_working_role(clinic: UUID, statement: str, table: str, column: str) -> None:
    from recado.foundation.database import WORKING_ROLES, connect

    for role in WORKING_ROLES:
        with connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.format(table, column, column))  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------------ claim


def test_claim_takes_higher_lanes_first_and_the_oldest_within_one(clinic: UUID, desk: Desk) -> None:
    care = send(clinic, intent(321), intent(322))
    answer = send(clinic, intent(323, purpose=Purpose.ANSWER))
    code = send(clinic, intent(324, purpose=Purpose.VERIFY))
    emergency = send(clinic, intent(325, purpose=Purpose.EMERGENCY))
    order = [one.message_id for one in (*emergency, *code, *answer, *care)]
    assert names(desk.texts(2)) == order[:2]
    assert names(desk.texts(100)) == order[2:]
    assert queued() == set()


def test_claim_keeps_a_share_for_bulk(clinic: UUID, desk: Desk) -> None:
    care = send(clinic, *(intent(last) for last in range(30)))
    sql("UPDATE messaging_outbox SET lane = 5 WHERE id = ANY (%s)", ([one.message_id for one in care[:10]],))
    taken = names(desk.texts(10))
    bulk = {one.message_id for one in care[:10]}
    assert len(taken) == 10
    assert len(bulk & set(taken)) == 1


def test_claim_of_bulk_alone_takes_it_all_in_the_end(clinic: UUID, desk: Desk) -> None:
    made = send(clinic, *(intent(last) for last in range(30)))
    sql("UPDATE messaging_outbox SET lane = 5")
    taken = [name for _ in range(4) for name in names(desk.texts(10))]
    assert sorted(taken) == sorted(one.message_id for one in made)


def test_claim_gives_each_clinic_its_turn(clinic: UUID, desk: Desk) -> None:
    other = factories.make_furnished("quay-side", number="+447700900101").id
    send(clinic, *(intent(at, ref=f"n:{at}") for at in range(50)))
    (single,) = send(other, intent(1))
    claimed = desk.claim(10)
    assert claimed
    assert single.message_id in names(claimed.texts)
    assert len(claimed.texts) == 6


def test_claim_leaves_a_paused_lane_until_it_goes_on(clinic: UUID, desk: Desk) -> None:
    other = factories.make_furnished("quay-side", number="+447700900101").id
    held, code, theirs = (
        *send(clinic, intent(1), intent(2, purpose=Purpose.VERIFY)),
        *send(other, intent(1)),
    )
    with clinic_scope(clinic):
        messaging.pause(clinic_id=clinic, lanes=[Lane.CARE, Lane.BULK], by=factories.OPERATOR)
        messaging.pause(clinic_id=clinic, lanes=[Lane.CARE], by=factories.OPERATOR)
        assert queries.paused_lanes(clinic) == [Lane.CARE, Lane.BULK]
    assert set(names(desk.texts())) == {code.message_id, theirs.message_id}
    assert desk.claim() is None
    with clinic_scope(clinic):
        messaging.resume(clinic_id=clinic, lanes=list(Lane), by=factories.OPERATOR)
    assert names(desk.texts()) == [held.message_id]


def test_claim_leaves_the_paused_lane_of_a_carrier(clinic: UUID, desk: Desk) -> None:
    send(clinic, intent(1))
    sql("UPDATE messaging_carrieraccount SET paused_lanes = %s", ([int(Lane.CARE)],))
    assert desk.claim() is None
    sql("UPDATE messaging_carrieraccount SET paused_lanes = '{}'")
    assert len(desk.texts()) == 1


def test_claim_takes_nothing_before_it_is_due(clinic: UUID, desk: Desk) -> None:
    soon = business_time.now() + timedelta(hours=2)
    (later,) = send(clinic, intent(not_before=soon))
    assert desk.claim() is None
    factories.advance(timedelta(hours=2))
    assert names(desk.texts()) == [later.message_id]


def test_claim_takes_only_its_own_carrier(clinic: UUID, desk: Desk) -> None:
    send(clinic, intent())
    with Desk(carrier=2) as other:
        assert other.claim() is None


def test_claimed_text_opens_to_what_was_said(clinic: UUID, desk: Desk) -> None:
    send(clinic, intent(321, text="Jest 10:30"), intent(322, text="Il est 10 h 30"))
    claimed = desk.texts()
    assert desk.opened(claimed) == [(phone(321).e164, "Jest 10:30"), (phone(322).e164, "Il est 10 h 30")]
    assert [text.sender for text in claimed] == [factories.NUMBER] * 2


def test_claim_leaves_the_withdrawn_out_and_says_so(clinic: UUID, desk: Desk) -> None:
    gone, fine = send(clinic, intent(321), intent(322))
    confirmation = factories.stop(clinic, 321)
    assert set(names(desk.texts())) == {fine.message_id, confirmation}
    assert events_of(gone.message_id) == [EventKind.STOPPED]
    assert queued() == set()


def test_claim_of_the_withdrawn_alone_opens_no_slice(clinic: UUID, desk: Desk) -> None:
    (gone,) = send(clinic, intent(321))
    sql("INSERT INTO consent_withdrawal SELECT clinic_id, phone_bi, 1, now() FROM messaging_outbox")
    assert desk.claim() is None
    assert sql("SELECT count(*) FROM messaging_slice") == [(0,)]
    assert events_of(gone.message_id) == [EventKind.STOPPED]


def test_withdrawn_care_still_lets_a_code_through(clinic: UUID, desk: Desk) -> None:
    factories.stop(clinic, 321)
    desk.send_all()
    (code,) = send(clinic, intent(321, purpose=Purpose.VERIFY))
    assert names(desk.texts()) == [code.message_id]


# ------------------------------------------------------------------------------------------------ call off


def test_called_off_text_never_leaves(clinic: UUID, desk: Desk) -> None:
    off, on = send(clinic, intent(321), intent(322))
    other = factories.make_furnished("quay-side", number="+447700900101").id
    with clinic_scope(other):
        assert messaging.call_off(clinic_id=other, message_ids=[off.message_id], reason="visit_changed") == set()
    with clinic_scope(clinic):
        called_off = messaging.call_off(clinic_id=clinic, message_ids=[off.message_id, new_id()], reason="x")
        assert called_off == {off.message_id}
        assert messaging.call_off(clinic_id=clinic, message_ids=[off.message_id], reason="x") == set()
    assert names(desk.texts()) == [on.message_id]
    assert events_of(off.message_id) == [EventKind.CALLED_OFF]


# ------------------------------------------------------------------------------------------------ the whole view


def test_states_of_the_thread_are_what_happened(clinic: UUID, desk: Desk) -> None:
    send(clinic, intent(text="sent"))
    desk.send_all()
    send(clinic, intent(text="sending"))
    desk.claim()
    send(clinic, intent(text="waiting"))
    send(clinic, intent(text="not allowed", not_before=business_time.now(), expires_at=business_time.now()))
    with clinic_scope(clinic):
        told = {view.text: view.state for view in queries.thread(clinic, messaging.phone_index(clinic, phone()))}
    assert told == {
        "sent": State.SENT,
        "sending": State.SENDING,
        "waiting": State.WAITING,
        "not allowed": State.NOT_ALLOWED,
    }


def test_counts_by_state_add_up(clinic: UUID, desk: Desk) -> None:
    from recado.foundation.database import Role, connect

    send(clinic, *(intent(last) for last in range(7)))
    claimed = desk.claim(3)
    assert claimed
    desk.settle(desk.answered(claimed, Accepted("a"), Refused("b"), Uncertain("c")))
    desk.claim(2)
    with connect(Role.MAINTENANCE) as maintenance:
        counts = queries.counts_by_state(maintenance, [clinic])
    assert counts[clinic] == {
        State.SENT: 1,
        State.REFUSED: 1,
        State.UNCERTAIN: 1,
        State.SENDING: 2,
        State.WAITING: 2,
    }
