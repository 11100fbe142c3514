"""Long texts of which each part is reported on: what is known of the parts survives every restart."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.channels.protocol import Accepted, Receipt, ReceiptState, Uncertain
from recado.consent.types import Purpose
from recado.messaging.part_receipts import last_words
from recado.messaging.types import EventKind
from tests import factories
from tests.desk import Desk
from tests.factories import events_of, intent, send, sql

SENT, DELIVERED, FAILED, EXPIRED = EventKind.SENT, EventKind.DELIVERED, EventKind.FAILED, EventKind.EXPIRED
database = pytest.mark.usefixtures("database")
OK, BAD = ReceiptState.DELIVERED, ReceiptState.FAILED


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def desk(clinic: UUID) -> Iterator[Desk]:
    with Desk(has_parts=True) as made:
        yield made


def accept(desk: Desk, clinic: UUID, *refs: str, **more: object) -> UUID:
    """A text that the carrier took in parts, under these references."""
    (made,) = send(clinic, intent(**more))  # type: ignore[arg-type]
    claimed = desk.claim()
    assert claimed
    desk.settle(desk.answered(claimed, Accepted(refs[-1], refs)))
    return made.message_id


def said(ref: str, state: ReceiptState = OK, error: str = "") -> Receipt:
    return Receipt(ref, state, None, error=error)


def parts() -> list[tuple[int, int | None, str]]:
    return [(r[0], r[1], r[2]) for r in sql("SELECT number, kind, reason FROM messaging_part ORDER BY message, number")]


@database
def test_text_is_delivered_when_all_its_parts_are_in_whatever_order_and_number(clinic: UUID, desk: Desk) -> None:
    made = accept(desk, clinic, "a", "b", "c")
    desk.take(said("c"), said("c"))
    desk.take(said("a"))
    assert events_of(made) == [SENT]
    desk.take(said("b"), said("a"))
    assert events_of(made) == [SENT, DELIVERED]
    desk.take(said("b"))
    assert events_of(made) == [SENT, DELIVERED]
    assert [kind for _, kind, _ in parts()] == [DELIVERED] * 3


@database
def test_text_has_failed_as_soon_as_one_part_has(clinic: UUID, desk: Desk) -> None:
    made = accept(desk, clinic, "a", "b")
    desk.take(said("b"), said("a", BAD, "045"))
    assert sql("SELECT kind, reason FROM messaging_event WHERE message = %s AND kind <> 1", (made,)) == [
        (FAILED, "045 part 1 of 2")
    ]
    desk.take(said("b"))
    assert events_of(made) == [SENT, FAILED]


@database
def test_part_that_arrives_after_it_expired_makes_the_text_delivered(clinic: UUID, desk: Desk) -> None:
    made = accept(desk, clinic, "a", "b")
    desk.take(said("a"), said("b", ReceiptState.EXPIRED))
    desk.take(said("b"))
    assert events_of(made) == [SENT, EXPIRED, DELIVERED]
    desk.take(said("b", BAD))  # a word from before, late
    assert parts() == [(1, DELIVERED, ""), (2, DELIVERED, "")]


@database
def test_parts_survive_a_restart(clinic: UUID, desk: Desk) -> None:
    made = accept(desk, clinic, "a", "b")
    desk.take(said("b"))
    with Desk("dispatch@here#2", has_parts=True) as successor:
        successor.take(said("a"))
    assert events_of(made) == [SENT, DELIVERED]


@database
def test_two_processes_that_each_hear_of_one_part_see_one_another(clinic: UUID, desk: Desk) -> None:
    made = accept(desk, clinic, "a", "b")
    with Desk("dispatch@there#1", has_parts=True) as other:
        desk.take(said("a"))
        other.take(said("b"))
    assert events_of(made) == [SENT, DELIVERED]


@database
def test_receipts_that_overtake_the_settle_find_their_parts(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent())
    claimed = desk.claim()
    assert claimed
    desk.take(said("a"), said("b"))
    desk.settle(desk.answered(claimed, Accepted("b", ("a", "b"))))
    assert desk.reconcile() == 2
    assert events_of(made.message_id) == [SENT, DELIVERED]


@database
def test_text_of_one_part_beside_it_is_as_ever(clinic: UUID, desk: Desk) -> None:
    one, two = send(clinic, intent(321), intent(322))
    claimed = desk.claim()
    assert claimed
    desk.settle(desk.answered(claimed, Accepted("x"), Accepted("b", ("a", "b"))))
    desk.take(said("x"), said("a"))
    assert (events_of(one.message_id), events_of(two.message_id)) == ([SENT, DELIVERED], [SENT])
    assert len(parts()) == 2


@database
def test_code_that_goes_once_more_has_parts_of_its_own(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent(purpose=Purpose.VERIFY))
    for outcome in (Uncertain("link_lost"), Accepted("b", ("a", "b"))):
        claimed = desk.claim()
        assert claimed
        desk.settle(desk.answered(claimed, outcome))
    desk.take(said("a"), said("b"))
    assert sorted(events_of(made.message_id)) == [SENT, DELIVERED, EventKind.UNCERTAIN, EventKind.RESENT]


@database
def test_carrier_that_reports_once_a_text_costs_no_row(clinic: UUID, desk: Desk) -> None:
    send(clinic, intent())
    desk.send_all()
    assert parts() == []


@given(st.lists(st.builds(said, st.sampled_from("abc"), st.sampled_from(list(ReceiptState))), max_size=12))
def test_of_each_part_the_last_final_word_counts_and_delivered_is_the_last_of_all(reports: list[Receipt]) -> None:
    final = [report for report in reports if report.state is not ReceiptState.ON_THE_WAY]
    made = last_words(reports)
    assert made.keys() == {report.ref for report in final}
    for ref, word in made.items():
        of_it = [report for report in final if report.ref == ref]
        assert word == (said(ref) if said(ref) in of_it else of_it[-1])
