"""A carrier goes away: what waits for it leaves by another where the routes allow it, and nothing else moves."""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from recado.channels.protocol import Accepted, Finding, Missing, NotThere, Receipt, ReceiptState, TryLater, Uncertain
from recado.consent.types import Purpose
from recado.foundation import business_time
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.messaging import queries
from recado.messaging.dispatch import failover
from recado.messaging.dispatch.answers import Answered
from recado.messaging.dispatch.failover import PATIENCE, Failover
from recado.messaging.models import Outbox
from recado.messaging.types import EventKind, Route
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


@pytest.mark.parametrize(("lanes", "leaves"), [([4, 5], False), ([1, 2, 3, 4, 5], True)])
def test_what_waits_leaves_a_paused_carrier_at_once_and_none_of_which_only_lanes_are_held(
    clinic: UUID, desk: Desk, lanes: list[int], leaves: bool
) -> None:
    route()
    sql("UPDATE messaging_carrieraccount SET paused_lanes = %s, state = 'down' WHERE id = %s", (lanes, CARRIER))
    knows = Failover()

    async def leaving() -> list[int]:
        await knows.refresh(desk.books, {CARRIER: False, OTHER: True})
        return knows.to_leave(asyncio.get_running_loop().time())

    assert desk._runner.run(leaving()) == [CARRIER] * leaves


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


class Nowhere:
    """A carrier that has none of the texts that it is asked about."""

    def __init__(self) -> None:
        self.texts: list[Missing] = []

    async def look_up(self, texts: Sequence[Missing]) -> list[Finding]:
        self.texts += texts
        return [NotThere() for _ in texts]


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


@pytest.mark.parametrize("is_asked", [False, True], ids=["by rule", "after its carrier was asked"])
def test_text_that_went_over_leaves_from_the_others_sender_once_more_after_its_process_died(
    clinic: UUID, desk: Desk, monkeypatch: pytest.MonkeyPatch, is_asked: bool
) -> None:
    sql("UPDATE messaging_carrieraccount SET has_lookup = %s", (is_asked,))
    name = by_the_other(clinic, desk, monkeypatch, Purpose.VERIFY)
    with Desk("dispatch@here#1", carrier=OTHER) as other:
        assert other.claim()
    with Desk("dispatch@here#2", carrier=OTHER) as heir:
        assert heir.recover() == 1
        if is_asked:
            sql("UPDATE messaging_lookup SET next_at = now() - interval '1 second'")
            asked = Nowhere()
            assert heir.look(asked) == 1
            assert [text.envelope.sender for text in asked.texts] == ["Harbour"]
        assert waiting(clinic) == {name: (OTHER, "Harbour")}
        assert events_of(name)[-1] == EventKind.RESENT


def test_claim_that_was_never_told_goes_again_from_the_others_sender(
    clinic: UUID, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = by_the_other(clinic, desk, monkeypatch, Purpose.CARE)
    with Desk(carrier=OTHER) as other:
        assert other.claim()
    with Desk(carrier=OTHER, is_reconnected=True) as again:
        (text,) = again.texts()
    assert (text.message, text.sender) == (name.bytes, "Harbour")


def test_text_leaves_from_its_own_sender_where_the_carrier_knows_no_other(
    clinic: UUID, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = by_the_other(clinic, desk, monkeypatch, Purpose.VERIFY)
    with Desk(carrier=OTHER) as other:
        claimed = other.claim()
        assert claimed
        back = {name.bytes: Route(CARRIER, "")}
        outcomes = (TryLater(timedelta(0), "throttled"),)
        other.settle(Answered(OTHER, other.open[claimed.id], claimed.texts, outcomes, back))
    assert waiting(clinic) == {name: (CARRIER, factories.NUMBER)}


def test_who_has_refused_a_text_is_known_when_its_process_has_died(
    clinic: UUID, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (made,) = send(clinic, intent(purpose=Purpose.VERIFY))
    claimed = desk.claim()
    assert claimed
    ways = {made.message_id.bytes: Route(OTHER, "Harbour")}
    outcomes = (TryLater(timedelta(0), "throttled"),)
    desk.settle(Answered(CARRIER, desk.open[claimed.id], claimed.texts, outcomes, ways))
    with Desk("dispatch@here#1", carrier=OTHER) as other:
        assert [text.tried for text in other.texts()] == [f"{CARRIER}:throttled"]
    with Desk("dispatch@here#2", carrier=OTHER) as heir:
        assert heir.recover() == 1
        (text,) = heir.texts()
    assert (text.sender, text.tried) == ("Harbour", f"{CARRIER}:throttled")


@pytest.mark.parametrize("how", ["it is busy", "its answer was lost", "a person has put it right"])
def test_text_that_had_gone_over_before_that_was_kept_goes_again_as_it_was(
    clinic: UUID, desk: Desk, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    name = by_the_other(clinic, desk, monkeypatch, Purpose.VERIFY)
    sql("DELETE FROM messaging_movedtext")
    sql("UPDATE messaging_outbox SET tried = '1:throttled', attempts = 1")
    with Desk(carrier=OTHER) as other:
        if how == "a person has put it right":
            sql("UPDATE messaging_outbox SET due = due + interval '5 minutes'")
            assert other._runner.run(other.books.hurry(OTHER)) == 1
        else:
            claimed = other.claim()
            assert claimed
            is_busy = how == "it is busy"
            outcome = TryLater(timedelta(0), "throttled") if is_busy else Uncertain("link_lost")
            other.settle(other.answered(claimed, outcome))
    assert waiting(clinic) == {name: (OTHER, "Harbour")}
    assert sql("SELECT tried FROM messaging_outbox") == [("1:throttled",)]
    assert sql("SELECT carrier, sender, tried FROM messaging_movedtext") == [(OTHER, "Harbour", "1:throttled")]


def test_report_settles_a_text_whose_answer_was_lost_by_the_sender_that_it_went_over_to(
    clinic: UUID, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = by_the_other(clinic, desk, monkeypatch, Purpose.CARE)
    with Desk(carrier=OTHER) as other:
        claimed = other.claim()
        assert claimed
        other.settle(other.answered(claimed, Uncertain("link_lost")))
        ((to, _),) = other.opened(claimed.texts)
        other.take(Receipt("r1", ReceiptState.DELIVERED, None, to, "Harbour"))
        other.reconcile()
    assert sorted(events_of(name)[1:]) == sorted([EventKind.UNCERTAIN, EventKind.SENT, EventKind.DELIVERED])


def test_opt_out_from_the_sender_that_a_text_went_over_to_is_heard(
    clinic: UUID, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = "+447700900101"
    send(clinic, intent(321, number=factories.NUMBER, text="See you tomorrow."))
    factories.furnish(clinic, second, carrier=OTHER)
    route(f'[{{"carrier": 1}}, {{"carrier": 7, "weight": 0, "sender": "{second}"}}]')
    assert away(desk, monkeypatch) == 1
    with Desk(carrier=OTHER) as other:
        other.send_all()
        to = factories.phone(321).e164
        other.take(Receipt("of no text", ReceiptState.FAILED, None, to, second, person_stopped=True))
        other.reconcile()
    assert sql("SELECT DISTINCT kind, how FROM consent_ledgerentry") == [("withdrawn", "carrier")]


@pytest.mark.parametrize("was_uncertain", [True, False])
def test_opt_out_from_a_sender_between_the_first_and_the_last_is_heard_where_the_text_may_have_left_from_it(
    clinic: UUID, desk: Desk, monkeypatch: pytest.MonkeyPatch, was_uncertain: bool
) -> None:
    second, third = "+447700900101", "+447700900102"
    (made,) = send(clinic, intent(321, number=factories.NUMBER, purpose=Purpose.VERIFY))
    factories.furnish(clinic, second, carrier=OTHER)
    route(f'[{{"carrier": 1}}, {{"carrier": 7, "weight": 0, "sender": "{second}"}}]')
    assert away(desk, monkeypatch) == 1
    with Desk(carrier=OTHER) as other:
        if was_uncertain:
            claimed = other.claim()
            assert claimed
            other.settle(other.answered(claimed, Uncertain("link_lost")))
        assert other._runner.run(other.books.move([made.message_id.bytes], OTHER, Route(8, third))) == 1
        assert waiting(clinic) == {made.message_id: (8, third)}
        report = Receipt(
            "of no text", ReceiptState.FAILED, None, factories.phone(321).e164, second, person_stopped=True
        )
        other.take(report)
        other.reconcile()
    heard = [("withdrawn", "carrier")] if was_uncertain else []
    assert sql("SELECT DISTINCT kind, how FROM consent_ledgerentry") == heard


def test_story_of_a_text_that_went_over_names_the_sender_that_it_leaves_from(
    clinic: UUID, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = by_the_other(clinic, desk, monkeypatch, Purpose.CARE)
    with clinic_scope(clinic):
        story = queries.text_story(clinic, name)
    assert story and story.message.sender == "Harbour"


def test_text_goes_on_by_the_routes_of_its_own_number_when_the_carrier_it_went_over_to_goes_away_too(
    clinic: UUID, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = "+447700900101"
    factories.furnish(clinic, second, carrier=OTHER)
    (made,) = send(clinic, intent(number=factories.NUMBER, text="See you tomorrow."))
    sql(
        "INSERT INTO messaging_route (id, position, country, purposes, sender, targets) VALUES (%s, 1, '', '{}', %s, %s::jsonb)",
        (new_id(), factories.NUMBER, f'[{{"carrier": 1}}, {{"carrier": 7, "weight": 0, "sender": "{second}"}}]'),
    )
    assert away(desk, monkeypatch) == 1
    assert waiting(clinic) == {made.message_id: (OTHER, second)}
    assert away(desk, monkeypatch, carriers=(OTHER,)) == 1
    assert waiting(clinic) == {made.message_id: (CARRIER, factories.NUMBER)}


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
