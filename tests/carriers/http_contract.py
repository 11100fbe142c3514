"""What every carrier over HTTP must do besides the suite of all carriers: the mishaps that only HTTP has."""

import asyncio
import logging
from abc import abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, cast

import pytest

from recado.channels.over_http import HttpCarrier, HttpState
from recado.channels.protocol import (
    Accepted,
    Answer,
    CannotTell,
    Carrier,
    Found,
    LinkHealth,
    Missing,
    NotThere,
    PersonStopped,
    RawCallback,
    ReceiptState,
    Refused,
    TakesCallbacks,
    TryLater,
    Uncertain,
    Unreadable,
)
from recado.foundation.phone import Phone
from recado.messaging.dispatch.parts import Parts
from tests.carriers.contract import (
    CLINIC,
    ELEANOR,
    JOANNA,
    LONG_POLISH,
    REMI,
    CarrierContract,
    Sink,
    World,
    envelope,
    until,
)
from tests.carriers.fakes.far_end import FakeCarrier, Reply, Said, Shapes, Text

Make = Callable[[str, dict[str, object]], Carrier]


class Desk:
    """What messaging does with a callback, without a database: verify, store, answer."""

    def __init__(self, carrier: TakesCallbacks, sink: Sink) -> None:
        self.carrier, self.sink, self.parts = carrier, sink, Parts(wait=0.3)
        self.refused = 0

    async def __call__(self, raw: RawCallback) -> Answer:
        if not self.carrier.verify(raw):
            self.refused += 1
            return self.carrier.callback_answer(raw, False)
        whole = []
        for item in self.carrier.read_callback(raw):
            whole += [done for done, _ in self.parts.take(item, None, asyncio.get_running_loop().time())]
        if whole:
            await self.sink(whole)
        return self.carrier.callback_answer(raw, True)


@asynccontextmanager
async def http_world(shapes: Shapes, make: Make, **wanted: Any) -> AsyncIterator[World]:
    fake = FakeCarrier(shapes)
    await fake.start()
    given = {**shapes.settings(fake.url), "again_after": 0.2}
    given["answer_timeout"] = wanted.pop("response_timeout", timedelta(seconds=3))
    carrier = make("fake", {**given, **wanted})
    sink = Sink()
    await carrier.start(sink)
    fake.deliver = Desk(cast(TakesCallbacks, carrier), sink)
    try:
        yield World(carrier, sink, fake)
    finally:
        sink.gate.set()
        await carrier.stop()
        await fake.stop()


def swaps(shapes: Shapes) -> list[tuple[RawCallback, RawCallback]]:
    """Genuine calls in pairs, of which somebody might give the second the signature of the first: a yes that becomes a no, a text
    that did not arrive after all."""
    yes, no = (shapes.reply(Reply(CLINIC, ELEANOR.e164, text, f"in{text}")) for text in "13")
    text = Text(ELEANOR.e164, "x", CLINIC, "ref1", "batch1", own="0" * 32)
    came, failed = (
        shapes.receipt(text, state, serial)
        for serial, state in enumerate((ReceiptState.DELIVERED, ReceiptState.FAILED), 1)
    )
    return [(yes, no), (came, failed), (came, no)]


class HttpContract(CarrierContract):
    """Brings `shapes` and `make`; gets the suite of all carriers and this one."""

    shapes: type[Shapes]

    @staticmethod
    @abstractmethod
    def make(name: str, settings: dict[str, object]) -> Carrier: ...

    def world(self, folder: Path, **wanted: Any) -> AbstractAsyncContextManager[World]:
        return http_world(self.shapes(), self.make, **wanted)

    def play(self, story: Callable[[HttpCarrier, FakeCarrier, World], Awaitable[None]], **wanted: Any) -> None:
        async def told(world: World) -> None:
            await story(cast(HttpCarrier, world.carrier), cast(FakeCarrier, world.far_end), world)

        self.run(Path(), told, **wanted)

    # ---------------------------------------------------------------- refusals

    def test_carrier_waits_as_long_as_it_is_told(self) -> None:
        async def story(carrier: HttpCarrier, fake: FakeCarrier, world: World) -> None:
            fake.retry_after = "7"
            await fake.fault("throttled")
            (outcome,) = await carrier.send([envelope("patience")])
            assert isinstance(outcome, TryLater)
            assert timedelta(seconds=6) < outcome.after <= timedelta(seconds=7)
            assert not carrier.is_ready()

        self.play(story)

    def test_person_who_stopped_with_the_carrier_is_told_apart(self) -> None:
        async def story(carrier: HttpCarrier, fake: FakeCarrier, world: World) -> None:
            await fake.fault("opted_out", phone=ELEANOR)
            told = await carrier.send([envelope("news"), envelope("other news", REMI)])
            if fake.shapes.stops_at_send:
                assert [type(one) for one in told] == [PersonStopped, Accepted]
                return
            await until(lambda: len(world.sink.receipts) == 2)
            stopped = [receipt for receipt in world.sink.receipts if receipt.person_stopped]
            assert [receipt.state for receipt in stopped] == [ReceiptState.FAILED] * fake.shapes.tells_of_stops

        self.play(story)

    def test_bad_number_is_refused_and_the_others_go(self) -> None:
        async def story(carrier: HttpCarrier, fake: FakeCarrier, world: World) -> None:
            await fake.fault("number", phone=REMI)
            told = await carrier.send([envelope("one"), envelope("two", REMI), envelope("three", JOANNA)])
            if fake.shapes.refuses_numbers_at_send:
                assert [type(one) for one in told] == [Accepted, Refused, Accepted]
                return
            await until(lambda: len(world.sink.receipts) == 3)
            assert sorted(receipt.state for receipt in world.sink.receipts) == ["delivered", "delivered", "failed"]

        self.play(story)

    def test_partly_accepted_batch_gives_each_its_own_outcome(self) -> None:
        async def story(carrier: HttpCarrier, fake: FakeCarrier, world: World) -> None:
            await fake.fault("number", phone=REMI)
            told = await carrier.send([envelope("alike"), envelope("alike", REMI), envelope("alike", JOANNA)])
            assert await fake.texts(REMI) == []
            if fake.shapes.refuses_numbers_at_send and (carrier.can.batch == 1 or fake.shapes.tells_partly):
                assert [type(one) for one in told] == [Accepted, Refused, Accepted]
            else:
                assert all(isinstance(one, Accepted) for one in told)
            assert len(fake.asked) == (1 if carrier.can.batch > 1 else 3)

        self.play(story)

    def test_alike_texts_share_a_request_and_get_their_own_receipts(self) -> None:
        async def story(carrier: HttpCarrier, fake: FakeCarrier, world: World) -> None:
            people = [Phone(f"+4477009004{at:02}") for at in range(12)]
            told = await carrier.send([envelope("alike", person) for person in people])
            refs = [one.ref for one in told if isinstance(one, Accepted)]
            await until(lambda: len(world.sink.receipts) == 12)
            assert len(set(refs)) == 12
            assert {receipt.ref for receipt in world.sink.receipts} == set(refs)
            assert not any(person.e164[1:] in ref for person in people for ref in refs)
            assert len(fake.asked) == -(-12 // carrier.can.batch)

        self.play(story)

    @pytest.mark.parametrize("why", ["credentials", "no_credit"])
    def test_carrier_that_refuses_the_account_stops_alone_and_loudly(
        self, why: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def story(carrier: HttpCarrier, fake: FakeCarrier, world: World) -> None:
            await fake.fault(why)
            told = await carrier.send([envelope("one"), envelope("two", REMI)])
            assert all(isinstance(one, TryLater) for one in told)
            assert carrier.state is HttpState.REFUSED
            assert not carrier.is_ready()
            assert not carrier.is_connected()
            assert any(record.levelno >= logging.ERROR for record in caplog.records)
            (stands,) = carrier.connections
            assert (stands.health, stands.trouble) == (LinkHealth.REFUSED, carrier.state_reason)
            assert stands.heard_at and stands.rests_until and stands.unheard_since is None
            await fake.fault(why, False)
            await asyncio.wait_for(carrier.wait_ready(), 5)
            assert isinstance((await carrier.send([envelope("again")]))[0], Accepted)
            assert carrier.state is HttpState.READY

        self.play(story)

    def test_account_that_was_refused_before_stays_refused_until_a_text_is_taken(self) -> None:
        people = [Phone(f"+4477009004{at:02}") for at in range(6)]

        async def story(carrier: HttpCarrier, fake: FakeCarrier, world: World) -> None:
            await carrier.stop()
            carrier.recall_refusal("credentials_refused", datetime.now(UTC) + timedelta(hours=1))
            await carrier.start(world.sink)
            assert (carrier.state, carrier.state_reason) == (HttpState.REFUSED, "credentials_refused")
            assert not carrier.is_ready() and not carrier.is_connected()
            await carrier.stop()

            carrier = cast(HttpCarrier, self.make("anew", carrier.settings))
            carrier.recall_refusal("credentials_refused", None)
            await carrier.start(world.sink)
            assert carrier.is_ready() and not carrier.is_connected(), "a text may try, and nobody counts on it"
            await fake.fault("credentials")
            told = await carrier.send([envelope(f"words {at}", person) for at, person in enumerate(people)])
            assert all(isinstance(one, TryLater) for one in told)
            assert (len(fake.asked), carrier.state) == (1, HttpState.REFUSED)
            await fake.fault("credentials", False)
            await asyncio.wait_for(carrier.wait_ready(), 5)
            assert isinstance((await carrier.send([envelope("again")]))[0], Accepted)
            assert carrier.state is HttpState.READY
            await carrier.stop()

        self.play(story)

    def test_balance_gone_in_mid_campaign_keeps_the_rest_waiting(self) -> None:
        async def story(carrier: HttpCarrier, fake: FakeCarrier, world: World) -> None:
            fake.credit = 3
            told = await carrier.send([envelope(f"news {at}", Phone(f"+4477009004{at:02}")) for at in range(30)])
            assert sum(isinstance(one, Accepted) for one in told) == 3
            assert sum(isinstance(one, TryLater) for one in told) == 27
            assert len(fake.taken) == 3

        self.play(story)

    def test_carriers_own_error_is_not_taken_and_a_proxys_may_be(self) -> None:
        async def story(carrier: HttpCarrier, fake: FakeCarrier, world: World) -> None:
            await fake.fault("carrier_error")
            assert isinstance((await carrier.send([envelope("one")]))[0], TryLater)
            await fake.fault("carrier_error", False)
            await fake.fault("bad_gateway")
            await carrier.wait_ready()
            assert isinstance((await carrier.send([envelope("two")]))[0], Uncertain)

        self.play(story)

    def test_text_that_reached_nobody_goes_again(self) -> None:
        async def story(carrier: HttpCarrier, fake: FakeCarrier, world: World) -> None:
            fake._server.close()
            await asyncio.sleep(0)
            (outcome,) = await carrier.send([envelope("nobody there")])
            assert isinstance(outcome, TryLater)
            assert not carrier.is_connected()
            assert carrier.connections[0].health is LinkHealth.DOWN
            assert carrier.connections[0].trouble

        self.play(story)

    # ---------------------------------------------------------------- look-ups

    look_up_settings: ClassVar[dict[str, Any]] = {}

    def test_lost_text_is_found_under_the_reference_of_its_report_and_one_that_never_came_is_not(self) -> None:
        async def story(carrier: Any, fake: FakeCarrier, world: World) -> None:
            if not carrier.can.status_lookup:
                return
            await fake.fault("link_dropped")
            lost, never = envelope("are you there? <&>"), envelope("never came", REMI)
            assert isinstance((await carrier.send([lost]))[0], Uncertain)
            await fake.fault("link_dropped", False)
            since = datetime.now(UTC) - timedelta(minutes=1)
            found, absent = await carrier.look_up([Missing(lost, since), Missing(never, since)])
            assert isinstance(found, Found)
            await until(lambda: world.sink.receipts)
            assert [report.ref for report in found.reports] == [world.sink.receipts[0].ref]
            assert absent == NotThere()

        self.play(story, **self.look_up_settings)

    def test_question_that_is_not_answered_decides_nothing(self) -> None:
        async def story(carrier: Any, fake: FakeCarrier, world: World) -> None:
            if not carrier.can.status_lookup:
                return
            texts = [Missing(envelope("one"), datetime.now(UTC)), Missing(envelope("two", REMI), datetime.now(UTC))]
            for why in ("throttled", "credentials", "bad_gateway"):
                await fake.fault(why)
                assert all(isinstance(one, CannotTell) for one in await carrier.look_up(texts))
                await fake.fault(why, False)
            fake.shapes.told = lambda asked, taken: Said(200, b"<html>")  # type: ignore[method-assign]
            assert all(isinstance(one, CannotTell) for one in await carrier.look_up(texts))
            fake._server.close()
            for writer in fake._held:
                writer.close()
            assert [one.reason for one in await carrier.look_up(texts)][-1] in ("no_answer", "unreadable_answer")

        self.play(story, **self.look_up_settings)

    # ---------------------------------------------------------------- callbacks

    def test_forged_call_is_refused_and_says_nothing(self) -> None:
        async def story(carrier: HttpCarrier, fake: FakeCarrier, world: World) -> None:
            shapes = self.shapes()
            genuine = [
                shapes.receipt(Text(ELEANOR.e164, "x", CLINIC, "ref1", "batch1"), ReceiptState.DELIVERED, 1),
                shapes.reply(Reply(CLINIC, ELEANOR.e164, "1", "in1")),
            ]
            taker = cast(TakesCallbacks, carrier)
            for raw in genuine:
                assert taker.verify(raw)
                assert taker.callback_answer(raw, True).status < 300
                forged = shapes.forged(raw)
                if forged is not None:
                    assert not taker.verify(forged)
                    refusal = taker.callback_answer(forged, False)
                    assert (refusal.status, refusal.body) == (403, b"")

        self.play(story)

    def test_signature_of_a_genuine_call_is_no_good_for_other_words(self) -> None:
        """Where a carrier signs what it says. Where it only logs in, whoever has seen one call can make others."""

        async def story(carrier: HttpCarrier, fake: FakeCarrier, world: World) -> None:
            shapes, taker = self.shapes(), cast(TakesCallbacks, carrier)
            for one, other in swaps(shapes):
                assert taker.verify(one) and taker.verify(other)
                assert taker.verify(shapes.swapped(one, other)) is not shapes.signs_words

        self.play(story)

    def test_call_that_is_no_such_thing_is_never_taken_for_one(self) -> None:
        async def story(carrier: HttpCarrier, fake: FakeCarrier, world: World) -> None:
            taker = cast(TakesCallbacks, carrier)
            for body in (b"", b"\xff\xfe", b"null", b"[[[", b'{"a": 1}', b"a=b&c", b'{"results": 7}', b"[" * 9000):
                for kind in ("application/json", "application/x-www-form-urlencoded", ""):
                    raw = RawCallback(
                        "POST", "https://clinic.example/x", {"content-type": kind}, body, datetime.now(UTC)
                    )
                    taker.verify(raw)
                    try:
                        assert list(taker.read_callback(raw)) == []
                    except Unreadable as refusal:
                        assert body.decode("latin-1") not in str(refusal) or not body

        self.play(story)

    def test_three_parts_in_reverse_are_one_text(self) -> None:
        async def story(carrier: HttpCarrier, fake: FakeCarrier, world: World) -> None:
            if fake.shapes.cuts_replies_at:
                fake.shapes.cuts_replies_at = -(-len(LONG_POLISH) // 3)
            await fake.reply(JOANNA, LONG_POLISH, is_reversed=True)
            await until(lambda: world.sink.replies)
            assert [reply.text for reply in world.sink.replies] == [LONG_POLISH]

        self.play(story)

    def test_report_of_an_earlier_state_may_come_after_the_last(self) -> None:
        async def story(carrier: HttpCarrier, fake: FakeCarrier, world: World) -> None:
            await fake.fault("receipt_lost")
            (outcome,) = await carrier.send([envelope("out of order")])
            await fake.fault("receipt_lost", False)
            assert isinstance(outcome, Accepted)
            if not fake.shapes.tells_of_the_way:
                return
            fake.report(fake.taken[0], ReceiptState.DELIVERED, ReceiptState.ON_THE_WAY)
            await until(lambda: len(world.sink.receipts) == 2)
            assert [(r.ref, r.state) for r in world.sink.receipts] == [
                (outcome.ref, ReceiptState.DELIVERED),
                (outcome.ref, ReceiptState.ON_THE_WAY),
            ]

        self.play(story)

    def test_stop_in_a_persons_own_language_comes_in_as_written(self) -> None:
        async def story(carrier: HttpCarrier, fake: FakeCarrier, world: World) -> None:
            for word in ("STOP", "BAJA", "ARRÊT", "REZYGNUJĘ"):
                await fake.reply(REMI, word)
            await until(lambda: len(world.sink.replies) == 4)
            assert [(r.sender, r.to, r.text) for r in world.sink.replies] == [
                (REMI.e164, CLINIC, word) for word in ("STOP", "BAJA", "ARRÊT", "REZYGNUJĘ")
            ]

        self.play(story)

    def test_delivered_after_expired_is_told_in_both_words(self) -> None:
        async def story(carrier: HttpCarrier, fake: FakeCarrier, world: World) -> None:
            await fake.fault("receipt_lost")
            (outcome,) = await carrier.send([envelope("late")])
            await fake.fault("receipt_lost", False)
            fake.report(fake.taken[0], ReceiptState.EXPIRED, ReceiptState.DELIVERED)
            await until(lambda: len(world.sink.receipts) == 2)
            assert isinstance(outcome, Accepted)
            assert {receipt.ref for receipt in world.sink.receipts} == {outcome.ref}
            assert [r.state for r in world.sink.receipts] == [fake.shapes.expires_as, ReceiptState.DELIVERED]

        self.play(story)

    # ---------------------------------------------------------------- nothing personal

    def test_no_log_line_holds_a_number_or_a_text(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)

        async def story(carrier: HttpCarrier, fake: FakeCarrier, world: World) -> None:
            for why in ("number", "opted_out", "throttled", "credentials", "bad_gateway", "link_dropped"):
                await fake.fault(why, phone=None)
                await carrier.wait_ready()
                await carrier.send([envelope("private words", sender="+447700900111")])
                await fake.fault(why, False)

        self.play(story)
        said = " ".join(record.getMessage() for record in caplog.records)
        assert not any(secret in said for secret in ("7700900321", "private", "7700900111", "fictional"))
