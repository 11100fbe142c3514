"""What every carrier must do, whatever it speaks. A carrier joins by bringing a `World` and a class of four lines:

    class TestSmpp(CarrierContract):
        def world(self, folder: Path, **wanted: Any) -> AbstractAsyncContextManager[World]:
            return smpp_world(folder, **wanted)

A world is a started carrier with a far end that can be made to misbehave. Numbers are from the ranges kept for fiction.
"""

import asyncio
import itertools
import uuid
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from recado.channels.protocol import (
    Accepted,
    Carrier,
    Envelope,
    Inbound,
    Outcome,
    Receipt,
    ReceiptState,
    Refused,
    TryLater,
    Uncertain,
)
from recado.foundation.phone import Phone

CLINIC = "+447700900100"
ELEANOR = Phone("+447700900321")
REMI = Phone("+33639980017")
JOANNA = Phone("+447700900604")

LONG_GSM = "Harbour Street Clinic: please bring your letter [page 2] and 20 € for parking. " * 5
LONG_POLISH = "Pani Joanno, wizyta u pielęgniarki jest w czwartek o 10:30. Proszę zażyć leki jak zwykle 🙂. " * 3


class FarEnd(Protocol):
    """The carrier's other side, as the suite needs it."""

    async def texts(self, phone: Phone) -> list[str]:
        """What has arrived on a phone, oldest first."""

    async def reply(self, phone: Phone, text: str) -> None: ...
    async def fault(self, name: str, is_on: bool = True, phone: Phone | None = None) -> None: ...
    async def advance(self, step: timedelta) -> None: ...
    async def owed(self) -> tuple[int, int]:
        """Receipts and replies that were not acknowledged yet."""


@dataclass
class Sink:
    """What the product would store. `gate` closed: it takes its time. `failures`: it fails as often as this says."""

    events: list[Receipt | Inbound] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    failures: int = 0
    calls: int = 0

    def __post_init__(self) -> None:
        self.gate.set()

    async def __call__(self, events: Sequence[Receipt | Inbound]) -> None:
        self.calls += 1
        await self.gate.wait()
        if self.failures > 0:
            self.failures -= 1
            raise OSError("no database")
        self.events += events

    @property
    def receipts(self) -> list[Receipt]:
        return [event for event in self.events if isinstance(event, Receipt)]

    @property
    def replies(self) -> list[Inbound]:
        return [event for event in self.events if isinstance(event, Inbound)]


@dataclass
class World:
    carrier: Carrier
    sink: Sink
    far_end: FarEnd


async def answered_late(world: World, sending: "asyncio.Future[Sequence[Outcome]]") -> Sequence[Outcome]:
    """The outcomes that a slow carrier gives when its clock goes on. More than once: on a busy machine the text comes to it late too."""
    for _ in range(5):
        await world.far_end.advance(timedelta(seconds=31))
        if (await asyncio.wait([sending], timeout=3))[0]:
            break
    return sending.result()


async def until(true: Callable[[], Any | Awaitable[Any]], within: float = 5.0) -> None:
    """Waits for something to become so; fails when it does not."""
    for _ in range(int(within / 0.01)):
        answer = true()
        if await answer if isinstance(answer, Awaitable) else answer:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"did not become so within {within} s")


_serial = itertools.count(1)


def envelope(text: str, to: Phone = ELEANOR, **rest: Any) -> Envelope:
    return Envelope(uuid.UUID(int=next(_serial)).bytes, to.e164, rest.pop("sender", CLINIC), text, **rest)


class CarrierContract(ABC):
    """The suite. `world` is the only thing a carrier's class adds; see the module's docstring."""

    long_text = LONG_GSM
    expires_as = ReceiptState.EXPIRED  # FAILED where the carrier has no word of its own for it

    @abstractmethod
    def world(self, folder: Path, **wanted: Any) -> AbstractAsyncContextManager[World]:
        """A carrier, started, and what stands at its far end."""

    def run(self, folder: Path, story: Callable[[World], Awaitable[None]], **wanted: Any) -> None:
        async def told() -> None:
            async with self.world(folder, **wanted) as world:
                await world.carrier.wait_ready()
                await story(world)

        asyncio.run(told())

    # ---------------------------------------------------------------- texts out

    def test_send_gives_one_outcome_each_in_order_when_some_are_bad(self, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            nobody = Envelope(bytes(16), "12", CLINIC, "to nobody")
            batch = [envelope("first"), nobody, envelope("second", REMI), envelope("")]
            outcomes = await world.carrier.send(batch)
            assert [type(outcome) for outcome in outcomes] == [Accepted, Refused, Accepted, Refused]
            assert await world.far_end.texts(ELEANOR) == ["first"]
            assert await world.far_end.texts(REMI) == ["second"]

        self.run(tmp_path, story)

    def test_receipt_carries_the_accepted_ref_when_text_is_delivered(self, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            outcomes = await world.carrier.send([envelope("one"), envelope("two", REMI)])
            await until(lambda: len(world.sink.receipts) == 2)
            refs = {outcome.ref for outcome in outcomes if isinstance(outcome, Accepted)}
            assert {receipt.ref for receipt in world.sink.receipts} == refs
            assert len(refs) == 2
            assert {receipt.state for receipt in world.sink.receipts} == {ReceiptState.DELIVERED}
            assert {receipt.to for receipt in world.sink.receipts} <= {ELEANOR.e164, REMI.e164, ""}

        self.run(tmp_path, story)

    def test_long_text_arrives_whole_once_with_one_receipt(self, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            outcomes = await world.carrier.send([envelope(self.long_text), envelope(LONG_POLISH, JOANNA)])
            await until(lambda: len(world.sink.receipts) >= 2)
            await asyncio.sleep(0.1)
            assert await world.far_end.texts(ELEANOR) == [self.long_text]
            assert await world.far_end.texts(JOANNA) == [LONG_POLISH]
            assert sorted(receipt.ref for receipt in world.sink.receipts) == sorted(
                outcome.ref for outcome in outcomes if isinstance(outcome, Accepted)
            )

        self.run(tmp_path, story)

    def test_batch_above_the_window_is_sent_whole(self, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            outcomes = await world.carrier.send([envelope(f"text {number}") for number in range(100)])
            assert all(isinstance(outcome, Accepted) for outcome in outcomes)
            assert await world.far_end.texts(ELEANOR) == [f"text {number}" for number in range(100)]

        self.run(tmp_path, story, window=7)

    def test_unknown_number_is_accepted_and_then_reported_failed(self, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            await world.far_end.fault("number_unknown", phone=REMI)
            (outcome,) = await world.carrier.send([envelope("hello", REMI)])
            await until(lambda: world.sink.receipts)
            assert isinstance(outcome, Accepted)
            assert (world.sink.receipts[0].ref, world.sink.receipts[0].state) == (outcome.ref, ReceiptState.FAILED)
            assert await world.far_end.texts(REMI) == []

        self.run(tmp_path, story)

    def test_throttled_text_may_go_again_later_and_arrives_once(self, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            await world.far_end.fault("throttled")
            (outcome,) = await world.carrier.send([envelope("patience")])
            assert isinstance(outcome, TryLater)
            assert outcome.after > timedelta(0)
            assert await world.far_end.texts(ELEANOR) == []
            await world.far_end.fault("throttled", False)
            await world.carrier.wait_ready()
            (outcome,) = await world.carrier.send([envelope("patience")])
            assert isinstance(outcome, Accepted)
            assert await world.far_end.texts(ELEANOR) == ["patience"]

        self.run(tmp_path, story)

    def test_lost_link_makes_the_text_uncertain_and_never_sends_it_twice(self, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            await world.far_end.fault("link_dropped", phone=ELEANOR)
            (outcome,) = await world.carrier.send([envelope("once")])
            assert isinstance(outcome, Uncertain)
            await world.far_end.fault("link_dropped", False, phone=ELEANOR)
            await world.carrier.wait_ready()
            assert isinstance((await world.carrier.send([envelope("after")]))[0], Accepted)
            assert await world.far_end.texts(ELEANOR) == ["once", "after"]

        self.run(tmp_path, story)

    def test_lost_answer_makes_the_text_uncertain_when_time_is_up(self, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            await world.far_end.fault("answer_lost", phone=ELEANOR)
            first, second = await world.carrier.send([envelope("unanswered"), envelope("answered", REMI)])
            assert isinstance(first, Uncertain)
            assert isinstance(second, Accepted)
            assert await world.far_end.texts(ELEANOR) == ["unanswered"]

        self.run(tmp_path, story, response_timeout=timedelta(seconds=0.3))

    def test_slow_carrier_answers_late_and_the_text_is_accepted(self, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            await world.far_end.fault("slow")
            sending = asyncio.ensure_future(world.carrier.send([envelope("slowly")]))
            await asyncio.sleep(0.1)
            assert not sending.done()
            assert isinstance((await answered_late(world, sending))[0], Accepted)
            assert await world.far_end.texts(ELEANOR) == ["slowly"]

        self.run(tmp_path, story)

    # ---------------------------------------------------------------- receipts

    def test_receipt_twice_counts_as_one_when_treated_as_a_set(self, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            await world.far_end.fault("receipt_twice")
            (outcome,) = await world.carrier.send([envelope("twice reported")])
            await until(lambda: world.sink.receipts)
            await until(lambda: self.nothing_owed(world))
            assert isinstance(outcome, Accepted)
            assert {(receipt.ref, receipt.state) for receipt in world.sink.receipts} == {
                (outcome.ref, ReceiptState.DELIVERED)
            }

        self.run(tmp_path, story)

    def test_receipt_before_the_answer_still_matches_it(self, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            await world.far_end.fault("receipt_before_answer")
            (outcome,) = await world.carrier.send([envelope("early bird")])
            await until(lambda: world.sink.receipts)
            assert isinstance(outcome, Accepted)
            assert [receipt.ref for receipt in world.sink.receipts] == [outcome.ref]

        self.run(tmp_path, story)

    def test_lost_receipt_leaves_the_text_accepted_and_nothing_owed(self, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            await world.far_end.fault("receipt_lost")
            (outcome,) = await world.carrier.send([envelope("unreported")])
            await asyncio.sleep(0.2)
            assert isinstance(outcome, Accepted)
            assert world.sink.receipts == []
            assert await world.far_end.owed() == (0, 0)

        self.run(tmp_path, story)

    def test_phone_that_is_off_gets_the_text_when_switched_on(self, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            await world.far_end.fault("phone_off", phone=ELEANOR)
            await world.carrier.send([envelope("later")])
            await asyncio.sleep(0.15)
            assert world.sink.receipts == []
            assert await world.far_end.texts(ELEANOR) == []
            await world.far_end.fault("phone_off", False, phone=ELEANOR)
            await until(lambda: world.sink.receipts)
            assert world.sink.receipts[0].state is ReceiptState.DELIVERED
            assert await world.far_end.texts(ELEANOR) == ["later"]

        self.run(tmp_path, story)

    def test_text_expires_when_the_phone_stays_off_beyond_its_validity(self, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            await world.far_end.fault("phone_off", phone=ELEANOR)
            await world.carrier.send([envelope("too late", validity=timedelta(hours=2))])
            await world.far_end.advance(timedelta(hours=1, minutes=59))
            await asyncio.sleep(0.1)
            assert world.sink.receipts == []
            await world.far_end.advance(timedelta(minutes=2))
            await until(lambda: world.sink.receipts)
            assert world.sink.receipts[0].state is self.expires_as
            assert await world.far_end.texts(ELEANOR) == []

        self.run(tmp_path, story)

    # ---------------------------------------------------------------- replies

    def test_reply_comes_in_with_both_numbers_and_is_acknowledged_after_the_sink(self, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            await world.carrier.send([envelope("1, 2 or 3?")])
            await until(lambda: world.sink.receipts)
            world.sink.gate.clear()
            await world.far_end.reply(ELEANOR, "1")
            await until(lambda: world.sink.calls >= 2)
            await asyncio.sleep(0.05)
            assert (await world.far_end.owed())[1] == 1
            world.sink.gate.set()
            await until(lambda: self.nothing_owed(world))
            (reply,) = world.sink.replies
            assert (reply.sender, reply.to, reply.text) == (ELEANOR.e164, CLINIC, "1")

        self.run(tmp_path, story)

    def test_reply_comes_again_when_it_could_not_be_stored(self, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            await world.carrier.send([envelope("question")])
            await until(lambda: world.sink.receipts)
            await until(lambda: self.nothing_owed(world))
            world.sink.failures = 2
            await world.far_end.reply(ELEANOR, "STOP")
            await until(lambda: world.sink.replies)
            await until(lambda: self.nothing_owed(world))
            assert [reply.text for reply in world.sink.replies] == ["STOP"]
            assert world.sink.failures == 0

        self.run(tmp_path, story)

    def test_receipt_comes_again_when_it_could_not_be_stored(self, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            world.sink.failures = 1
            (outcome,) = await world.carrier.send([envelope("tell me")])
            await until(lambda: world.sink.receipts)
            assert isinstance(outcome, Accepted)
            assert [receipt.ref for receipt in world.sink.receipts] == [outcome.ref]

        self.run(tmp_path, story)

    def test_long_reply_comes_in_whole(self, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            await world.carrier.send([envelope("how are you?", JOANNA), envelope("and you?")])
            await world.far_end.reply(JOANNA, LONG_POLISH)
            await world.far_end.reply(ELEANOR, LONG_GSM)
            await until(lambda: len(world.sink.replies) == 2)
            assert {reply.text for reply in world.sink.replies} == {LONG_POLISH, LONG_GSM}
            assert all(reply.missing_parts == 0 for reply in world.sink.replies)
            await until(lambda: self.nothing_owed(world))

        self.run(tmp_path, story)

    def test_reply_handed_over_twice_keeps_its_ref(self, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            await world.carrier.send([envelope("question")])
            await world.far_end.fault("reply_twice")
            await world.far_end.reply(ELEANOR, "2")
            await until(lambda: world.sink.replies)
            await until(lambda: self.nothing_owed(world))
            assert len({reply.ref for reply in world.sink.replies}) == 1

        self.run(tmp_path, story)

    def test_same_answer_written_twice_counts_twice(self, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            await world.carrier.send([envelope("question")])
            await world.far_end.reply(ELEANOR, "1")
            await until(lambda: world.sink.replies)
            await world.far_end.reply(ELEANOR, "1")
            await until(lambda: len(world.sink.replies) == 2)
            assert len({reply.ref for reply in world.sink.replies}) == 2

        self.run(tmp_path, story)

    def test_replies_of_one_person_keep_their_order(self, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            await world.carrier.send([envelope("question")])
            for number in range(30):
                await world.far_end.reply(ELEANOR, f"line {number}")
            await until(lambda: len(world.sink.replies) == 30)
            assert [reply.text for reply in world.sink.replies] == [f"line {number}" for number in range(30)]

        self.run(tmp_path, story)

    # ---------------------------------------------------------------- life

    def test_send_says_try_later_when_the_carrier_is_stopped(self, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            await world.carrier.stop()
            assert not world.carrier.is_ready()
            (outcome,) = await world.carrier.send([envelope("too late")])
            assert isinstance(outcome, TryLater)

        self.run(tmp_path, story)

    def test_stop_settles_what_is_under_way(self, tmp_path: Path) -> None:
        async def story(world: World) -> None:
            sending = asyncio.ensure_future(world.carrier.send([envelope(f"{n}") for n in range(20)]))
            await asyncio.sleep(0)
            await world.carrier.stop()
            outcomes = await asyncio.wait_for(sending, 5)
            arrived = set(await world.far_end.texts(ELEANOR))
            taken = {str(n) for n, outcome in enumerate(outcomes) if isinstance(outcome, Accepted)}
            assert taken <= arrived
            refused = {str(n) for n, outcome in enumerate(outcomes) if isinstance(outcome, TryLater)}
            assert not refused & arrived

        self.run(tmp_path, story)

    @staticmethod
    async def nothing_owed(world: World) -> bool:
        return await world.far_end.owed() == (0, 0)
