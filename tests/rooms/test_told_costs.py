"""What a text costs: by the carrier's own word, by its price list, or not known; and how its story says so."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.channels.protocol import Accepted, Cost, Receipt, ReceiptState, Uncertain, cost_of
from recado.clinics.roles import RECEPTION
from recado.foundation.clock import real_now
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.messaging import queries as texts
from recado.messaging import told_costs
from recado.messaging.dispatch.intake import Intake
from recado.messaging.types import CostView, EventKind
from tests import factories, pages, staff
from tests.desk import Desk
from tests.factories import intent, send, sql

LONG = "Please come to the desk at nine. " * 6
POUND = Cost(Decimal("0.072"), "GBP")
database = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


def taken(desk: Desk, clinic: UUID, cost: Cost | None, last: int = 321, ref: str = "r1") -> UUID:
    """A text of two parts that the carrier took, with what it said of its price."""
    (made,) = send(clinic, intent(last, text=LONG))
    claimed = desk.claim()
    assert claimed
    desk.settle(desk.answered(claimed, Accepted(ref, cost=cost)))
    return made.message_id


def cost(clinic: UUID, message: UUID) -> CostView | None:
    with clinic_scope(clinic):
        found = texts.text_story(clinic, message)
        assert found
        return found.cost


def story(clinic: UUID, message: UUID) -> str:
    page = staff.desk(clinic, RECEPTION).get(f"/messages/{message}").content.decode()
    assert pages.Reading(page).faults == []
    return page


def listed(price: str, currency: str = "GBP", source: str = "hand") -> None:
    sql(
        "INSERT INTO messaging_carrierprice (carrier, country, price, currency, source, at) VALUES (1, 'GB', %s, %s, %s, %s)",
        (price, currency, source, real_now()),
    )


def test_a_text_that_nobody_took_has_no_cost(clinic: UUID) -> None:
    (made,) = send(clinic, intent())
    assert cost(clinic, made.message_id) is None
    assert "Cost" not in story(clinic, made.message_id)


def test_where_nobody_has_named_a_price_the_story_says_so(clinic: UUID) -> None:
    with Desk() as desk:
        message = taken(desk, clinic, None)
    assert cost(clinic, message) == CostView(None, None, "", "", None)
    page = story(clinic, message)
    assert "Cost not known" in page and "not known" in page


def test_the_price_list_stands_in_part_by_part(clinic: UUID) -> None:
    listed("0.036")
    with Desk() as desk:
        message = taken(desk, clinic, None)
    found = cost(clinic, message)
    assert found and (found.total, found.each, found.source) == (Decimal("0.072"), Decimal("0.036"), "hand")
    page = story(clinic, message)
    assert "Cost: £0.072" in page and "2 parts at £0.036, by the price that was set here on" in page


def test_what_the_carrier_says_in_its_answer_counts_before_its_list(clinic: UUID) -> None:
    listed("0.5")
    with Desk() as desk:
        message = taken(desk, clinic, POUND)
        found = cost(clinic, message)
        assert found and (found.total, found.source) == (POUND.amount, "told")
        assert "The carrier says so, of this text: 2 parts." in story(clinic, message)
        assert texts.text_story is not None and sql("SELECT count(*) FROM messaging_outbox") == [(0,)]


@database
def test_two_answers_about_one_text_in_a_batch_are_one_price(clinic: UUID) -> None:
    with Desk() as desk:
        name = taken(desk, clinic, None)
    twice = [(clinic.bytes, name.bytes, one) for one in (Cost(Decimal(1), "EUR"), POUND)]
    with connect(Role.DISPATCH, autocommit=True) as connection:
        connection.execute(told_costs.ANSWERED, told_costs.answered(twice, carrier=1, now=real_now()))
    found = cost(clinic, name)
    assert found and found.total == POUND.amount and found.currency == "GBP"


@database
def test_a_report_names_the_price_and_the_last_word_counts(clinic: UUID) -> None:
    other = factories.make_furnished("quay", number="+447700900101").id
    with Desk() as desk:
        message = taken(desk, clinic, POUND)
        silent = taken(desk, other, None, ref="r2")
        report = Receipt("r1", ReceiptState.DELIVERED, None, cost=Cost(Decimal("0.08"), "EUR"))
        desk.take(report, report, Receipt("r2", ReceiptState.DELIVERED, None))
        desk.take(Receipt("nobody", ReceiptState.DELIVERED, None, cost=POUND))
    found = cost(clinic, message)
    assert found and (found.total, found.currency) == (Decimal("0.08"), "EUR")
    assert cost(other, silent) == CostView(None, None, "", "", None)
    assert "Cost: €0.08" in story(clinic, message)


def test_a_price_in_a_report_that_came_before_its_text_was_known_is_kept(clinic: UUID) -> None:
    with Desk() as desk:
        desk.take(Receipt("r1", ReceiptState.DELIVERED, None, cost=POUND))
        assert desk.reconcile() == 0
        message = taken(desk, clinic, None)
        assert desk.reconcile() == 1
    found = cost(clinic, message)
    assert found and (found.total, found.currency, found.source) == (POUND.amount, "GBP", "told")
    assert sql("SELECT outcome FROM messaging_receiptunmatched") == [("late",)]


def test_a_report_that_only_names_a_price_waits_for_the_answer_that_it_has_overtaken(
    clinic: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is not kept for longer: an account that others send by too would fill the table with theirs."""
    on_the_way = Receipt("r1", ReceiptState.ON_THE_WAY, None, cost=POUND)
    (made,) = send(clinic, intent(text=LONG))
    with Desk() as desk:
        claimed = desk.claim()
        assert claimed
        answered, write = desk.answered(claimed, Accepted("r1")), Intake._write

        async def settled_after(intake: Intake, reports: Sequence[Receipt]) -> list[Receipt]:
            left = await write(intake, reports)
            if left and desk.is_sending:
                await desk.books.settle([answered], carrier=1)
                desk.is_sending = False
                return await write(intake, left)
            return left

        monkeypatch.setattr(Intake, "_write", settled_after)
        desk.is_sending = True
        desk.take(on_the_way)
        desk.take(Receipt("nobody", ReceiptState.ON_THE_WAY, None, cost=POUND))
    found = cost(clinic, made.message_id)
    assert found and found.total == POUND.amount
    assert sql("SELECT 1 FROM messaging_receiptunmatched") == []


@pytest.mark.parametrize("was_kept", [False, True])
@pytest.mark.parametrize("is_stopped", [False, True])
def test_the_end_in_a_report_is_not_lost_where_the_answer_is_written_behind_the_look_for_its_text(
    clinic: UUID, monkeypatch: pytest.MonkeyPatch, was_kept: bool, is_stopped: bool
) -> None:
    """The statement that notes the price, or the opt-out, finds the text that the one before it had not found."""
    report = Receipt("r1", ReceiptState.DELIVERED, None, cost=None if is_stopped else POUND, person_stopped=is_stopped)
    (made,) = send(clinic, intent(text=LONG))
    with Desk() as desk:
        claimed = desk.claim()
        assert claimed
        answered, look = [desk.answered(claimed, Accepted("r1"))], Intake._events
        if was_kept:
            desk.take(report)

        async def settled_behind(intake: Intake, kind: EventKind, *more: Any) -> set[str]:
            found = await look(intake, kind, *more)
            await desk.books.settle([answered.pop()] if answered else [], carrier=1)
            return found

        monkeypatch.setattr(Intake, "_events", settled_behind)
        if was_kept:
            assert desk.reconcile() == 0
        else:
            desk.take(report)
        assert desk.reconcile() == 1
    assert factories.events_of(made.message_id) == [EventKind.SENT, EventKind.DELIVERED]


def test_a_price_that_was_kept_does_not_take_the_place_of_a_younger_one(clinic: UUID) -> None:
    with Desk() as desk:
        desk.take(Receipt("r1", ReceiptState.EXPIRED, None, cost=Cost(Decimal("0.01"), "EUR")))
        message = taken(desk, clinic, None)
        desk.take(Receipt("r1", ReceiptState.DELIVERED, None, cost=POUND))
        assert desk.reconcile() == 1
    found = cost(clinic, message)
    assert found and found.total == POUND.amount


def test_a_report_that_settles_an_uncertain_text_names_its_price(clinic: UUID) -> None:
    (made,) = send(clinic, intent(text=LONG))
    with Desk() as desk:
        claimed = desk.claim()
        assert claimed
        desk.settle(desk.answered(claimed, Uncertain("link_lost")))
        to = factories.phone().e164
        desk.take(Receipt("r1", ReceiptState.DELIVERED, None, to, factories.NUMBER, cost=POUND))
        assert desk.reconcile() == 1
    found = cost(clinic, made.message_id)
    assert found and (found.total, found.source) == (POUND.amount, "told")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (Cost(Decimal("0.165"), "points"), "0.165 points"),
        (Cost(Decimal("0.0333")), "0.0333 (currency not named)"),
        (Cost(Decimal("0")), "0 (currency"),
    ],
)
def test_what_is_no_currency_is_told_as_it_is(clinic: UUID, said: Cost, shown: str) -> None:
    with Desk() as desk:
        assert shown in story(clinic, taken(desk, clinic, said))


@given(st.one_of(st.text(max_size=12), st.none(), st.floats(), st.decimals(), st.booleans()))
def test_only_a_price_that_can_be_read_is_one(amount: object) -> None:
    found = cost_of(amount, "EUR")
    assert found is None or (found.amount.is_finite() and 0 <= found.amount < 1_000_000 and found.currency == "EUR")


def test_a_price_is_read_as_carriers_write_it() -> None:
    assert cost_of("0.03330000") == Cost(Decimal("0.0333"))
    assert cost_of(0.04, "USD") == Cost(Decimal("0.04"), "USD")
    assert [cost_of(one) for one in ("", None, "free", "-1", "NaN", "1e99", "Infinity")] == [None] * 7
