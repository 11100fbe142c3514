"""The send loop with a carrier that does as it is told: what is queued goes out, and one bad text spoils no other."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

import pytest

from recado.channels.protocol import (
    Accepted,
    Capabilities,
    Envelope,
    Finding,
    Found,
    Inbound,
    Missing,
    Outcome,
    Receipt,
    ReceiptState,
    Sink,
    Uncertain,
)
from recado.consent.types import Purpose
from recado.foundation.database import Role, connect_async, key_file
from recado.messaging.dispatch.bell import Bell
from recado.messaging.dispatch.lines import Line
from recado.messaging.dispatch.loop import Dispatcher
from recado.messaging.dispatch.watch import Watch
from recado.messaging.types import EventKind
from tests import factories
from tests.factories import CARRIER, events_of, intent, phone, send, sql

pytestmark = pytest.mark.usefixtures("database")
SENT, DELIVERED = EventKind.SENT, EventKind.DELIVERED


class Obedient:
    """A carrier that takes every text, unless `answer` says otherwise, and sends a receipt for each if asked to."""

    name = "obedient"
    capabilities = Capabilities(window=200, receives=True, receipts=True)

    def __init__(
        self,
        answer: Callable[[Envelope], Outcome] | None = None,
        *,
        has_receipts: bool = False,
        turns: int = 0,
    ) -> None:
        """`turns`: of the loop, by which a receipt comes behind its answer; 0: before it."""
        self.turns = turns
        self.got: list[Envelope] = []
        self.reports: list[asyncio.Task[None]] = []
        self.told = 0  # receipts that are kept on the other side
        self.answer = answer or (lambda envelope: Accepted(envelope.message.hex()))
        self.has_receipts = has_receipts
        self.sink: Sink | None = None

    async def start(self, sink: Sink) -> None:
        self.sink = sink

    async def stop(self) -> None: ...

    def is_ready(self) -> bool:
        return True

    def is_connected(self) -> bool:
        return True

    async def wait_ready(self) -> None: ...

    async def send(self, batch: Sequence[Envelope]) -> list[Outcome]:
        self.got += batch
        outcomes = [self.answer(envelope) for envelope in batch]
        if self.has_receipts and self.sink:
            reports = [
                Receipt(outcome.ref, ReceiptState.DELIVERED, None, envelope.to, envelope.sender)
                for envelope, outcome in zip(batch, outcomes, strict=True)
                if isinstance(outcome, Accepted)
            ]
            self.reports.append(asyncio.create_task(self._report(reports)))
            if not self.turns:
                await asyncio.sleep(0)
        return outcomes

    async def _report(self, reports: list[Receipt]) -> None:
        for _ in range(self.turns):
            await asyncio.sleep(0)
        assert self.sink
        await asyncio.gather(self.sink(reports), self.sink(reports[:5]))
        self.told += len(reports)


def dispatch(carrier: Obedient, *, until: Callable[[], bool], beside: Sequence[Inbound] = ()) -> None:
    """Runs the dispatcher until it is so, ten seconds at most."""

    async def run() -> None:
        stop = asyncio.Event()
        dispatcher = Dispatcher({CARRIER: carrier}, worker="dispatch@test", connect=_connect, keyfile=key_file())  # type: ignore[dict-item]
        running = asyncio.create_task(dispatcher.run(stop))
        for _ in range(200):
            await asyncio.sleep(0.05)
            if running.done() or until():
                break
        if beside and carrier.sink:
            await carrier.sink(list(beside))
        stop.set()
        await asyncio.wait_for(running, 20)

    asyncio.run(run())


async def _connect() -> object:
    return await connect_async(Role.DISPATCH, autocommit=True)


def count(kind: EventKind) -> int:
    return int(sql("SELECT count(*) FROM messaging_event WHERE kind = %s", (int(kind),))[0][0])


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


@pytest.mark.parametrize("turns", [0, 1, 3, 10, 40])
def test_everything_queued_goes_out_once_in_its_own_words(clinic: UUID, turns: int) -> None:
    send(clinic, *(intent(last, text=f"Grüße no {last}") for last in range(700)))
    carrier = Obedient(has_receipts=True, turns=turns)
    dispatch(carrier, until=lambda: carrier.told >= 700)
    assert sorted(one.text for one in carrier.got) == sorted(f"Grüße no {last}" for last in range(700))
    assert {one.to for one in carrier.got} == {phone(last).e164 for last in range(700)}
    assert (count(SENT), count(DELIVERED)) == (700, 700)
    assert sql("SELECT count(*) FROM messaging_slice") == [(0,)]


def test_text_that_does_not_open_spoils_no_other(clinic: UUID) -> None:
    made = send(clinic, *(intent(last) for last in range(20)))
    sql("UPDATE messaging_outbox SET body_ct = 'damaged' WHERE id = %s", (made[7].message_id,))
    dispatch(Obedient(), until=lambda: count(SENT) >= 19)
    assert [events_of(one.message_id) for one in made] == [[SENT]] * 7 + [[EventKind.REFUSED]] + [[SENT]] * 12


def test_carrier_that_breaks_leaves_its_texts_uncertain(clinic: UUID) -> None:
    (made,) = send(clinic, intent())

    def breaks(_: Envelope) -> Outcome:
        raise ZeroDivisionError

    dispatch(Obedient(breaks), until=lambda: count(EventKind.UNCERTAIN) >= 1)
    assert events_of(made.message_id) == [EventKind.UNCERTAIN]
    assert sql("SELECT reason, texts FROM messaging_incident") == [("carrier_error", 1)]


class Begun:
    """Answers that came, and a text or two that have none yet."""

    def __init__(self, outcomes: list[Outcome | None]) -> None:
        self.outcomes = outcomes
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class Forgetful(Obedient):
    """A carrier that answers at once, but for the first text of all: that one when the other texts have gone."""

    def begin(self, batch: Sequence[Envelope]) -> Begun:
        is_first = not self.got
        self.got += batch
        begun = Begun([None if is_first and not at else self.answer(one) for at, one in enumerate(batch)])
        if is_first:
            self.open = begun
        else:
            begun.done.set_result(None)
        return begun

    def answer_the_first(self, outcome: Outcome) -> None:
        self.open.outcomes[0] = outcome
        self.open.done.set_result(None)


def test_answer_that_stays_away_keeps_back_no_other_answer_and_no_other_text(clinic: UUID) -> None:
    carrier = Forgetful()
    carrier.capabilities = replace(carrier.capabilities, window=20)
    send(clinic, *(intent(300 + n, f"Text {n}") for n in range(40)))

    def all_but_one() -> bool:
        if len(carrier.got) < 40 or count(SENT) < 39:
            return False
        carrier.answer_the_first(Uncertain("no_answer"))
        return True

    dispatch(carrier, until=all_but_one)
    assert (count(SENT), count(EventKind.UNCERTAIN)) == (39, 1)
    assert len({envelope.message for envelope in carrier.got}) == len(carrier.got) == 40


@pytest.mark.parametrize("is_told", [True, False])
def test_carrier_that_breaks_after_some_answers_leaves_the_others_uncertain(clinic: UUID, is_told: bool) -> None:
    class Breaks(Forgetful):
        def begin(self, batch: Sequence[Envelope]) -> Begun:
            begun = super().begin(batch)
            if is_told:
                begun.done.set_exception(OSError("broken"))
            else:
                begun.done.set_result(None)  # done, it says, and one has no answer
            return begun

    send(clinic, *(intent(300 + n, f"Text {n}") for n in range(4)))
    dispatch(Breaks(), until=lambda: count(EventKind.UNCERTAIN) > 0)
    assert (count(SENT), count(EventKind.UNCERTAIN)) == (3, 1)


def test_carrier_that_can_be_asked_is_asked_while_the_loop_runs(clinic: UUID) -> None:
    class Answers(Obedient):
        capabilities = Capabilities(window=200, receives=True, receipts=True, status_lookup=True)

        async def look_up(self, texts: Sequence[Missing]) -> list[Finding]:
            return [Found((Receipt(t.envelope.message.hex(), ReceiptState.DELIVERED, None),)) for t in texts]

    (made,) = send(clinic, intent())
    dispatch(Answers(lambda _: Uncertain("link_lost")), until=lambda: count(DELIVERED) >= 1)
    assert sorted(events_of(made.message_id)) == [SENT, DELIVERED, EventKind.UNCERTAIN]
    assert sql("SELECT reason FROM messaging_event WHERE kind = 1") == [("settled_by_lookup",)]
    assert sql("SELECT has_lookup FROM messaging_carrieraccount") == [(True,)]


def test_code_whose_time_is_over_is_not_handed_over(clinic: UUID) -> None:
    (late, fresh) = send(clinic, intent(321, purpose=Purpose.VERIFY), intent(322, purpose=Purpose.VERIFY))
    sql("UPDATE messaging_outbox SET due = due - interval '11 minutes' WHERE id = %s", (late.message_id,))
    carrier = Obedient()
    dispatch(carrier, until=lambda: count(SENT) >= 1 and count(EventKind.EXPIRED) >= 1)
    assert [one.to for one in carrier.got] == [phone(322).e164]
    assert events_of(late.message_id) == [EventKind.EXPIRED]
    assert events_of(fresh.message_id) == [SENT]


def test_inbound_text_is_stored_when_the_sink_returns(clinic: UUID) -> None:
    heard = Inbound(phone().e164, factories.NUMBER, "1", None, "m-1")
    carrier = Obedient()
    dispatch(carrier, until=lambda: carrier.sink is not None, beside=[heard, heard])
    assert sql("SELECT carrier, ref FROM messaging_inboundraw") == [(CARRIER, "m-1")]


def test_housekeeping_and_settling_share_a_connection_in_turn(clinic: UUID) -> None:
    """Two transactions at once on one connection would become one another's, or fail."""
    from recado.messaging.dispatch.books import Books

    async def run() -> None:
        books = Books(await connect_async(Role.DISPATCH, autocommit=True), key_file())
        watch = Watch([Line(CARRIER, Obedient())], "w")
        await asyncio.gather(*(watch.note(books) for _ in range(20)), books.recover("w#1"))
        await books.connection.close()

    asyncio.run(run())
    assert sql("SELECT state FROM messaging_carrieraccount") == [("ready",)]


def test_open_screens_are_told_once_for_what_happens_together() -> None:
    told: list[list[str]] = []

    async def tell(words: Sequence[str]) -> None:
        told.append(list(words))

    async def ring() -> None:
        bell = Bell(tell, rest=0.05)
        running = asyncio.create_task(bell.run())
        one, two = UUID(int=1), UUID(int=2)
        bell.ring({one.bytes})
        await asyncio.sleep(0.01)
        for _ in range(100):
            bell.ring({one.bytes, two.bytes})
        await asyncio.sleep(0.1)
        running.cancel()

    asyncio.run(ring())
    assert [len(words) for words in told] == [1, 2]
