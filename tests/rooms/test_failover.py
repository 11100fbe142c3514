"""A carrier goes away: what waits for it leaves by another where the routes allow it, and nothing else moves."""

import asyncio
import time
from datetime import timedelta
from uuid import UUID

import pytest

from recado.channels.protocol import Accepted, TryLater, Uncertain
from recado.consent.types import Purpose
from recado.foundation import business_time
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.messaging.dispatch import failover
from recado.messaging.dispatch.answers import Answered
from recado.messaging.dispatch.failover import PATIENCE, Failover
from recado.messaging.models import Outbox
from recado.messaging.types import EventKind
from tests import factories
from tests.desk import Desk
from tests.factories import CARRIER, events_of, intent, send, sql

pytestmark = pytest.mark.usefixtures("database")
OTHER = 7


@pytest.fixture
def clinic(database: None) -> UUID:
    made = factories.make_furnished().id
    factories.forget_routes()
    sql(
        "INSERT INTO messaging_carrieraccount (id, name, kind, settings_ct, is_active, state) "
        "VALUES (%s, 'Baltica', 'smpp', '', true, 'ready')",
        (OTHER,),
    )
    return made


def route(targets: str = '[{"carrier": 1}, {"carrier": 7, "weight": 0}]') -> None:
    sql(
        "INSERT INTO messaging_route (id, position, country, purposes, sender, targets) VALUES (%s, 1, '', '{}', '', %s::jsonb)",
        (new_id(), targets),
    )


def away(desk: Desk, monkeypatch: pytest.MonkeyPatch, *, carriers: tuple[int, ...] = (CARRIER,)) -> int:
    """What moves when these carriers have been away for a while."""
    monkeypatch.setattr(failover, "PATIENCE", -1.0)
    knows = Failover()

    async def refresh_and_move() -> int:
        await knows.refresh(desk.books, {number: number not in carriers for number in (CARRIER, OTHER)})
        leaving = knows.to_leave(asyncio.get_running_loop().time())
        return sum([await knows.move(desk.books, carrier) for carrier in leaving])

    return desk._runner.run(refresh_and_move())


def waiting(clinic: UUID) -> dict[UUID, tuple[int, str]]:
    with clinic_scope(clinic):
        rows = Outbox.objects.filter(clinic_id=clinic).values_list("id", "carrier", "sender")
        return {name: (carrier, sender) for name, carrier, sender in rows}


def test_waiting_texts_leave_by_the_backup_and_say_so(
    clinic: UUID, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = send(
        clinic,
        *(intent(at, ref=f"n:{at}") for at in range(5)),
        intent(9, not_before=business_time.now() + timedelta(hours=3)),
    )
    route()
    assert away(desk, monkeypatch) == 6
    assert set(waiting(clinic).values()) == {(OTHER, factories.NUMBER)}
    assert events_of(made[0].message_id) == [EventKind.RETRY]
    assert sql("SELECT DISTINCT carrier, reason FROM messaging_event") == [(OTHER, "moved_to_another_carrier")]
    with Desk(carrier=OTHER) as other:
        assert len(other.texts()) == 5


def test_nothing_moves_without_a_route_or_while_the_backup_is_away_too(
    clinic: UUID, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(clinic, intent())
    assert away(desk, monkeypatch) == 0
    route()
    assert away(desk, monkeypatch, carriers=(CARRIER, OTHER)) == 0
    assert set(waiting(clinic).values()) == {(CARRIER, factories.NUMBER)}


def test_a_hiccup_moves_nothing(clinic: UUID, desk: Desk) -> None:
    route()
    knows = Failover()

    async def leaving(after: float) -> list[int]:
        await knows.refresh(desk.books, {CARRIER: False, OTHER: True})
        return knows.to_leave(asyncio.get_running_loop().time() + after)

    assert desk._runner.run(leaving(PATIENCE - 1)) == []
    assert desk._runner.run(leaving(PATIENCE + 1)) == [CARRIER]


def test_who_withdrew_meanwhile_gets_nothing_by_the_other_either(
    clinic: UUID, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, fine = send(clinic, intent(321), intent(322))
    route()
    factories.stop(clinic, 321)
    away(desk, monkeypatch)
    assert made.message_id not in waiting(clinic)
    assert waiting(clinic)[fine.message_id] == (OTHER, factories.NUMBER)
    assert events_of(made.message_id)[-1] == EventKind.STOPPED


def test_text_that_asks_for_an_answer_waits_for_a_sender_that_hears_it(
    clinic: UUID, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks, tells = send(clinic, intent(1, text="Can you come? Reply 1 for yes."), intent(2, text="See you tomorrow."))
    route('[{"carrier": 1}, {"carrier": 7, "weight": 0, "sender": "Harbour"}]')
    assert away(desk, monkeypatch) == 1
    assert waiting(clinic) == {asks.message_id: (CARRIER, factories.NUMBER), tells.message_id: (OTHER, "Harbour")}


def test_text_on_the_wire_or_uncertain_never_moves(clinic: UUID, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    send(clinic, intent(1), intent(2))
    route()
    claimed = desk.claim()
    assert claimed
    desk.settle(desk.answered(claimed, Uncertain("link_lost"), texts=claimed.texts[:1]))
    assert away(desk, monkeypatch) == 0


def test_third_refusal_by_one_carrier_sends_a_text_to_another(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent(purpose=Purpose.VERIFY))
    route()
    knows = Failover()
    desk._runner.run(knows.refresh(desk.books, {CARRIER: True, OTHER: True}))
    for attempt in range(3):
        sql("UPDATE messaging_outbox SET due = now() - interval '1 second'")
        claimed = desk.claim()
        assert claimed and claimed.texts[0].attempts == attempt
        outcomes = [TryLater(timedelta(0), "throttled")]
        ways = desk._runner.run(
            knows.elsewhere(desk.books, CARRIER, claimed.texts, desk.opened(claimed.texts), outcomes)
        )
        desk.settle(Answered(CARRIER, desk.open[claimed.id], claimed.texts, tuple(outcomes), ways))
        expected = OTHER if attempt == 2 else CARRIER
        assert waiting(clinic) == {made.message_id: (expected, factories.NUMBER)}


def by_the_other(clinic: UUID, desk: Desk, monkeypatch: pytest.MonkeyPatch, purpose: Purpose) -> UUID:
    """A text that waits for the other carrier, and is to leave from that one's sender."""
    (made,) = send(clinic, intent(purpose=purpose, text="See you tomorrow."))
    route('[{"carrier": 1}, {"carrier": 7, "weight": 0, "sender": "Harbour"}]')
    assert away(desk, monkeypatch) == 1
    assert waiting(clinic) == {made.message_id: (OTHER, "Harbour")}
    return made.message_id


@pytest.mark.parametrize("outcome", [TryLater(timedelta(0), "throttled"), Uncertain("link_lost")])
def test_text_that_went_over_keeps_the_others_sender_when_it_goes_there_again(
    clinic: UUID, desk: Desk, monkeypatch: pytest.MonkeyPatch, outcome: TryLater | Uncertain
) -> None:
    name = by_the_other(clinic, desk, monkeypatch, Purpose.VERIFY)
    with Desk(carrier=OTHER) as other:
        claimed = other.claim()
        assert claimed
        other.settle(other.answered(claimed, outcome))
        assert waiting(clinic) == {name: (OTHER, "Harbour")}
        (again,) = other.texts()
    assert (again.sender, again.attempts) == ("Harbour", 1)


def test_text_that_went_over_keeps_the_others_sender_when_that_one_is_put_right(
    clinic: UUID, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = by_the_other(clinic, desk, monkeypatch, Purpose.CARE)
    with Desk(carrier=OTHER) as other:
        claimed = other.claim()
        assert claimed
        other.settle(other.answered(claimed, TryLater(timedelta(minutes=5), "credentials_refused")))
        assert other._runner.run(other.books.hurry(OTHER)) == 1
        assert waiting(clinic) == {name: (OTHER, "Harbour")}
        (again,) = other.texts()
    assert (again.sender, again.attempts) == ("Harbour", 0)


def test_what_is_learnt_reaches_the_table_and_the_next_choice(clinic: UUID, desk: Desk) -> None:
    route('[{"carrier": 1}, {"carrier": 7}]')
    knows = Failover()
    outcomes = [TryLater(timedelta(1), "busy")] * 200
    knows.learn(CARRIER, [factories.phone(at).e164 for at in range(200)], outcomes, time.monotonic())
    knows.learn(OTHER, [factories.phone(1).e164], [Accepted("r1")], time.monotonic())
    desk._runner.run(knows.refresh(desk.books, {CARRIER: True, OTHER: True}))
    ((score,),) = sql("SELECT score FROM messaging_carrierscore WHERE carrier = 1 AND country = 'GB'")
    assert score < 0.1
    desk._runner.run(knows.refresh(desk.books, {CARRIER: True, OTHER: True}))
    assert knows.book.standing(CARRIER, "GB").score < 0.1 < knows.book.standing(OTHER, "GB").score
    factories.forget_routes()
    send(clinic, *(intent(at, ref=f"n:{at}") for at in range(100)))
    assert sum(carrier == OTHER for carrier, _ in waiting(clinic).values()) > 85
