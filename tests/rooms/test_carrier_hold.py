"""A clinic holds a carrier: nothing of its own leaves by it, other clinics' texts do."""

from uuid import UUID

import pytest

from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions, queries
from recado.messaging.dispatch.failover import Failover
from recado.messaging.pausing import NoSuchCarrier
from tests import factories
from tests.desk import Desk
from tests.factories import CARRIER, OPERATOR, intent, send, sql
from tests.rooms.test_failover import OTHER, route, waiting

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic(database: None) -> UUID:
    made = factories.make_furnished().id
    sql(
        "INSERT INTO messaging_carrieraccount (id, name, kind, settings_ct, is_active, state) "
        "VALUES (%s, 'Baltica', 'smpp', '', true, 'ready')",
        (OTHER,),
    )
    return made


def hold(clinic: UUID, carrier: int = CARRIER) -> bool:
    with clinic_scope(clinic):
        return actions.pause_carrier(clinic_id=clinic, carrier=carrier, by=OPERATOR)


def release(clinic: UUID) -> bool:
    with clinic_scope(clinic):
        return actions.resume_carrier(clinic_id=clinic, carrier=CARRIER, by=OPERATOR)


def moved(desk: Desk) -> int:
    knows = Failover()

    async def run() -> int:
        await knows.refresh(desk.books, {CARRIER: True, OTHER: True})
        return sum([await knows.move(desk.books, *line) for line in knows.held_lines()])

    return desk._runner.run(run())


def test_held_texts_wait_and_leave_when_the_carrier_is_resumed(clinic: UUID, desk: Desk) -> None:
    other = factories.make_furnished("mill-lane", number="+447700900101").id
    send(clinic, intent(1))
    (theirs,) = send(other, intent(2))
    assert hold(clinic) and not hold(clinic)
    assert [text.message for text in desk.texts()] == [theirs.message_id.bytes]
    assert desk.texts() == ()
    assert release(clinic) and not release(clinic)
    assert len(desk.texts()) == 1


def test_a_hold_says_who_and_since_when_and_stands_in_the_audit(clinic: UUID) -> None:
    hold(clinic)
    with clinic_scope(clinic):
        (held,) = queries.held_of(clinic)
    assert (held.carrier, held.lane, held.by) == (CARRIER, None, OPERATOR)
    assert sql("SELECT subject FROM foundation_auditevent WHERE action = 'message.pause_carrier'") == [("carrier 1",)]


def test_with_a_route_new_texts_and_those_that_wait_leave_by_the_other(clinic: UUID, desk: Desk) -> None:
    (old,) = send(clinic, intent(1))
    route()
    hold(clinic)
    (new,) = send(clinic, intent(2))
    assert waiting(clinic) == {old.message_id: (CARRIER, factories.NUMBER), new.message_id: (OTHER, factories.NUMBER)}
    assert moved(desk) == 1
    assert {carrier for carrier, _ in waiting(clinic).values()} == {OTHER}


def test_other_clinics_texts_stay_with_a_carrier_that_one_holds(clinic: UUID, desk: Desk) -> None:
    other = factories.make_furnished("mill-lane", number="+447700900101").id
    route()
    send(other, intent(2))
    send(clinic, intent(1))
    hold(clinic)
    assert moved(desk) == 1
    assert {carrier for carrier, _ in waiting(other).values()} == {CARRIER}


def test_what_waits_is_not_looked_through_in_vain(clinic: UUID, desk: Desk) -> None:
    send(clinic, intent(1))
    hold(clinic)
    knows = Failover()
    desk._runner.run(knows.refresh(desk.books, {CARRIER: True, OTHER: True}))
    assert knows.held_lines() == []
    route()
    hold(clinic, OTHER)
    desk._runner.run(knows.refresh(desk.books, {CARRIER: True, OTHER: True}))
    assert knows.held_lines() == []


def test_a_carrier_that_is_not_there_is_not_held(clinic: UUID) -> None:
    with pytest.raises(NoSuchCarrier):
        hold(clinic, 99)
