"""Receipts that come before their text's answer is in the books: one event each, in the same statement or the usual way."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from recado.channels.protocol import Accepted, Cost, Receipt, ReceiptState, Refused, TryLater
from recado.foundation.database import Role, connect
from recado.messaging.dispatch import early
from recado.messaging.dispatch.answers import Answered
from recado.messaging.dispatch.early import Early
from recado.messaging.dispatch.intake import Intake
from recado.messaging.receipts import TAKE, Unmatched, take_parameters
from recado.messaging.types import EventKind
from tests import factories
from tests.desk import Desk
from tests.factories import CARRIER, events_of, intent, phone, send, sql

SENT, DELIVERED, FAILED, RETRY = EventKind.SENT, EventKind.DELIVERED, EventKind.FAILED, EventKind.RETRY


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


def receipt(ref: str, state: ReceiptState = ReceiptState.DELIVERED, **more: object) -> Receipt:
    return Receipt(ref, state, None, phone().e164, factories.NUMBER, **more)  # type: ignore[arg-type]


class Line:
    """The part of the loop that settles one carrier's answers."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.early = desk, Early()
        self.calls: list[asyncio.Future[list[Receipt]]] = []

    def answered(self, *outcomes: object) -> Answered:
        """What waits is claimed and answered."""
        claimed = self.desk.claim()
        assert claimed
        made = self.desk.answered(claimed, *outcomes)  # type: ignore[arg-type]
        self.early.answered(made)
        return made

    def take(self, *reports: Receipt) -> list[Receipt]:
        """A call of the carrier's. Returns what goes the usual way."""

        async def taking() -> list[Receipt]:
            others, waiting = self.early.take(reports)
            if waiting:
                self.calls.append(waiting.done)
            return list(others)

        return self.desk._runner.run(taking())

    def write(self, *batch: Answered, is_again: bool = False) -> None:
        """Writes answers, with the receipts that are due."""
        due = self.early.due(batch)
        settle = self.desk.books.settle(batch, carrier=CARRIER, told=[told for _, told in due])
        ours = self.desk._runner.run(settle)
        if not is_again:
            self.early.written(batch, due, ours)

    def missed(self) -> list[list[str]]:
        """The references of each call that must go the usual way after all."""
        return [[one.ref for one in call.result()] for call in self.calls]


def test_receipt_is_written_with_the_answer_that_it_overtook(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent())
    line = Line(desk)
    answered = line.answered(Accepted("r"))
    assert line.take(receipt("r")) == []
    assert not line.calls[0].done()
    line.write(answered)
    assert events_of(made.message_id) == [SENT, DELIVERED]
    assert sql("SELECT count(DISTINCT at) FROM messaging_event") == [(2,)]
    assert line.missed() == [[]]
    assert not line.early


def test_receipt_that_comes_while_its_answer_is_written_is_written_next(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent())
    line = Line(desk)
    answered = line.answered(Accepted("r"))
    due = line.early.due([answered])
    failed = receipt("r", ReceiptState.FAILED, error="045")
    assert line.take(failed) == []
    line.early.written([answered], due, desk._runner.run(desk.books.settle([answered], carrier=CARRIER)))
    assert line.early
    assert line.early.is_due
    line.write()
    assert line.missed() == [[]]
    assert not line.early
    assert sql("SELECT kind, reason FROM messaging_event WHERE message = %s ORDER BY at", (made.message_id,)) == [
        (SENT, None),
        (FAILED, "045"),
    ]


def test_late_receipt_of_a_text_that_is_remembered_is_written_once(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent())
    line = Line(desk)
    line.write(line.answered(Accepted("r")))
    assert not line.early
    for _ in range(2):
        assert line.take(receipt("r"), receipt("r")) == []
        assert line.early.is_due
        line.write()
        assert not line.early
    assert line.missed() == [[], []]
    assert events_of(made.message_id) == [SENT, DELIVERED]


def test_receipt_that_stands_by_another_way_is_not_written_again(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent())
    line = Line(desk)
    line.write(line.answered(Accepted("r")))
    desk.take(receipt("r"))
    line.take(receipt("r"))
    line.write()
    assert events_of(made.message_id) == [SENT, DELIVERED]


def test_late_receipt_is_written_beside_answers_that_take_longer(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent(1))
    line = Line(desk)
    line.write(line.answered(Accepted("r")))
    send(clinic, intent(2))
    answered = line.answered(TryLater(timedelta(seconds=1), "throttled"))
    line.take(receipt("r"))
    line.write(answered)
    assert line.missed() == [[]]
    assert events_of(made.message_id) == [SENT, DELIVERED]


def test_copies_go_the_usual_way_while_one_does(clinic: UUID, desk: Desk) -> None:
    send(clinic, intent())
    line = Line(desk)
    before = line.take(receipt("r"))
    with line.early.aside(before):
        line.write(line.answered(Accepted("r")))
        assert line.take(receipt("r")) == [receipt("r")]
        with line.early.aside(before):
            pass
        assert line.take(receipt("r")) == [receipt("r")]
    assert line.take(receipt("r")) == []


def test_copy_that_says_more_goes_the_usual_way_after_the_one_that_is_held(clinic: UUID, desk: Desk) -> None:
    send(clinic, intent())
    line = Line(desk)
    line.write(line.answered(Accepted("r")))
    told = receipt("r", cost=Cost(Decimal("0.05"), "EUR"))
    assert line.take(receipt("r"), told) == []
    line.write()
    assert line.missed() == [["r"]]
    assert line.take(told) == [told]


def test_only_the_last_texts_are_remembered(clinic: UUID, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(early, "REMEMBERED", 2)
    line = Line(desk)
    for number in range(3):
        send(clinic, intent(number))
        line.write(line.answered(Accepted(f"r{number}")))
    assert [one.ref for one in line.take(*(receipt(f"r{number}") for number in range(3)))] == ["r0"]
    assert len(line.early._texts) == 2


def test_copies_of_an_early_receipt_are_one_event_and_all_are_told(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent())
    line = Line(desk)
    answered = line.answered(Accepted("r"))
    line.take(receipt("r"), receipt("r"))
    due = line.early.due([answered])
    line.take(receipt("r"))
    line.early.written([answered], due, set())  # the slice was taken away: what came with it goes the usual way
    line.take(receipt("r"))
    assert line.missed() == [["r", "r"], ["r"]]
    desk.settle_as_is(answered)
    desk.take(receipt("r"))
    desk.take(receipt("r"))
    assert events_of(made.message_id) == [SENT, DELIVERED]


def test_copies_that_come_before_the_answer_and_while_it_is_written_make_one_event(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent())
    line = Line(desk)
    first = line.take(receipt("r"))
    with line.early.aside(first):  # it waits for the answer
        answered = line.answered(Accepted("r"))
        due = line.early.due([answered])
        second = line.take(receipt("r"))
        line.early.written([answered], due, desk._runner.run(desk.books.settle([answered], carrier=CARRIER)))
        with connect(Role.DISPATCH) as reception:  # the copy that waited is just being written
            values = take_parameters(carrier=CARRIER, kind=DELIVERED, reason="", refs=["r"], now=datetime.now(UTC))
            reception.execute(TAKE, values)
            assert line.early.due([]) == []
    desk.take(*second)
    assert events_of(made.message_id) == [SENT, DELIVERED]


def test_copies_go_the_usual_way_while_one_that_was_kept_is_settled(
    clinic: UUID, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (made,) = send(clinic, intent())
    line = Line(desk)
    desk.take(receipt("r"))  # nobody knows its text yet
    line.write(line.answered(Accepted("r")))
    pair, before_commit = Intake._pair, list[Receipt]()

    async def pairing(intake: Intake, waiting: Sequence[Unmatched], now: datetime) -> set[UUID]:
        others, held = line.early.take([receipt("r")])
        assert held is None, "it would be written on another connection, which doesn't see what this one writes"
        before_commit.extend(others)
        return await pair(intake, waiting, now)

    monkeypatch.setattr(Intake, "_pair", pairing)
    assert desk._runner.run(desk.intake.reconcile(line.early)) == 1
    desk.take(*before_commit)
    assert events_of(made.message_id) == [SENT, DELIVERED]
    assert line.take(receipt("r")) == [], "once that has committed, they go with answers again"


def test_receipt_that_was_kept_waits_for_a_copy_that_is_held(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent())
    line = Line(desk)
    desk.take(receipt("r"))
    line.write(line.answered(Accepted("r")))
    line.take(receipt("r"))
    due = line.early.due([])
    assert desk._runner.run(desk.intake.reconcile(line.early)) == 0
    assert events_of(made.message_id) == [SENT]
    settle = desk.books.settle([], carrier=CARRIER, told=[told for _, told in due])
    line.early.written([], due, desk._runner.run(settle))
    assert desk._runner.run(desk.intake.reconcile(line.early)) == 1
    assert events_of(made.message_id) == [SENT, DELIVERED]


def test_receipt_waits_the_usual_way_where_its_slice_was_taken_away(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent())
    line = Line(desk)
    answered = line.answered(Accepted("r"))
    line.take(receipt("r"))
    with Desk("dispatch@here#2") as successor:
        successor.recover()
    line.write(answered)
    assert line.missed() == [["r"]]
    assert events_of(made.message_id) == [EventKind.UNCERTAIN]


def test_write_whose_confirmation_was_lost_writes_no_receipt_twice(clinic: UUID, desk: Desk) -> None:
    (made,) = send(clinic, intent())
    line = Line(desk)
    answered = line.answered(Accepted("r"))
    line.take(receipt("r"))
    line.write(answered, is_again=True)
    line.write(answered)
    assert line.missed() == [["r"]]
    desk.take(receipt("r"))
    assert events_of(made.message_id) == [SENT, DELIVERED]


def test_receipt_goes_the_usual_way_beside_answers_that_take_longer_to_write(clinic: UUID, desk: Desk) -> None:
    made, other = send(clinic, intent(1), intent(2))
    line = Line(desk)
    answered = line.answered(Accepted("r"), TryLater(timedelta(seconds=1), "throttled"))
    line.take(receipt("r"))
    line.write(answered)
    assert line.missed() == [["r"]]
    desk.take(receipt("r"))
    assert sorted([events_of(made.message_id), events_of(other.message_id)]) == [[SENT, DELIVERED], [RETRY]]


@pytest.mark.parametrize(
    "report",
    [
        receipt("s"),
        receipt(""),
        receipt("r", ReceiptState.ON_THE_WAY),
        receipt("r", ReceiptState.FAILED, person_stopped=True),
    ],
)
def test_other_receipts_go_the_usual_way(clinic: UUID, desk: Desk, report: Receipt) -> None:
    send(clinic, intent())
    line = Line(desk)
    line.answered(Accepted("r"))
    assert line.take(report) == [report]


def test_reference_of_two_texts_is_nobodys_here(clinic: UUID, desk: Desk) -> None:
    send(clinic, intent(1), intent(2))
    line = Line(desk)
    line.answered(Accepted("r"), Accepted("r"))
    send(clinic, intent(3))
    line.answered(Accepted("s"))
    send(clinic, intent(4))
    line.answered(Accepted("s"))
    assert [one.ref for one in line.take(receipt("r"), receipt("s"))] == ["r", "s"]


def test_reference_that_begins_again_is_the_younger_texts(clinic: UUID, desk: Desk) -> None:
    line, made = Line(desk), []
    for number in range(2):
        made += send(clinic, intent(number))
        answered = line.answered(Accepted("7"))
        assert line.take(receipt("7")) == []
        line.write(answered)
    assert line.missed() == [[], []]
    assert [events_of(one.message_id) for one in made] == [[SENT, DELIVERED]] * 2


def test_receipt_ends_where_its_reference_becomes_another_texts_while_it_is_written(clinic: UUID, desk: Desk) -> None:
    send(clinic, intent(1))
    line = Line(desk)
    first = line.answered(Accepted("r"))
    due = line.early.due([first])
    line.take(receipt("r"))
    send(clinic, intent(2))
    second = line.answered(Accepted("r"))
    line.early.written([first], due, desk._runner.run(desk.books.settle([first], carrier=CARRIER)))
    line.write(second)
    line.write()
    assert line.missed() == [[]]
    assert not line.early


def test_references_of_parts_are_no_whole_texts_any_more(clinic: UUID, desk: Desk) -> None:
    send(clinic, intent(1))
    line = Line(desk)
    line.write(line.answered(Accepted("7")))
    send(clinic, intent(2))
    line.answered(Accepted("6", ("6", "7")))
    assert line.take(receipt("7")) == [receipt("7")]


def test_copies_in_one_call_go_one_way(clinic: UUID, desk: Desk) -> None:
    send(clinic, intent())
    line = Line(desk)
    line.write(line.answered(Accepted("r")))
    reports = [receipt("r", cost=Cost(Decimal("0.05"), "EUR")), receipt("r")]
    assert line.take(*reports) == reports


def test_answers_without_a_reference_are_not_remembered(clinic: UUID, desk: Desk) -> None:
    line = Line(desk)
    for number in range(3):
        send(clinic, intent(number))
        line.write(line.answered(Refused("no_such_number")))
    assert not line.early._recent
