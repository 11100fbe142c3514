"""Several binds, and pairs of transmitter and receiver: one that is lost hurts only what it had written."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

from recado.channels.protocol import Accepted, LinkHealth, TryLater, Uncertain
from recado.channels.smpp import LinkState, SmppCarrier
from recado.channels.smpp.keeper import Door
from recado.channels.smpp.settings import LinkKind, Mode
from recado.foundation.protocols.smpp import codes
from recado.foundation.protocols.smpp.pdus import encode, encode_bind_answer
from tests.carriers.contract import LONG_GSM, Sink, envelope, until
from tests.carriers.scripted import Connection, Scripted, scripted

Story = Callable[[SmppCarrier, Sink, Scripted, list[Connection]], Awaitable[None]]


def tell(story: Story, count: int, **wanted: Any) -> None:
    """Runs a story once so many connections are bound."""

    async def told() -> None:
        async with AsyncExitStack() as scope:
            carrier, sink, far = await scope.enter_async_context(scripted(**wanted))
            made = [await far.connection() for _ in range(count)]
            for connection in made:
                scope.callback(connection.writer.transport.abort)
            await until(lambda: [link.health for link in carrier.connections].count(LinkHealth.UP) == count)
            await story(carrier, sink, far, made)

    asyncio.run(told())


async def sent(carrier: SmppCarrier, *texts: str) -> "asyncio.Future[list[Any]]":
    sending = asyncio.ensure_future(carrier.send([envelope(text) for text in texts]))
    await asyncio.sleep(0)
    return sending


def test_batch_is_spread_over_the_binds_and_windows_add_up() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, made: list[Connection]) -> None:
        assert carrier.capabilities.window == 15
        sending = await sent(carrier, *map(str, range(30)))
        for connection in made:
            submits = await connection.submits(5)
            assert await connection.is_silent(0.05)
            connection.accept(*submits)
        for connection in made:
            connection.accept(*await connection.submits(5))
        assert all(isinstance(outcome, Accepted) for outcome in await sending)

    tell(story, 3, binds=3, window=5)


def test_lost_bind_makes_uncertain_what_it_wrote_and_the_rest_goes_over_the_other() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, made: list[Connection]) -> None:
        first, second = made
        sending = await sent(carrier, *map(str, range(8)))
        await first.submits(2)
        others = await second.submits(2)
        first.writer.transport.abort()
        await until(lambda: carrier.capabilities.window == 2)
        assert carrier.is_connected()
        second.accept(*others)
        for _ in range(2):
            second.accept(*await second.submits(2))
        outcomes = await sending
        assert outcomes.count(Uncertain("link_lost")) == 2
        assert sum(isinstance(outcome, Accepted) for outcome in outcomes) == 6
        again = await far.connection()
        await until(lambda: carrier.capabilities.window == 4)
        again.writer.transport.abort()

    tell(story, 2, binds=2, window=2)


def test_bind_that_hangs_hands_what_it_has_not_written_to_the_other() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, made: list[Connection]) -> None:
        sending = await sent(carrier, *"abcdef")
        hung, other = made
        await hung.submits(2)

        async def lively() -> None:
            while True:
                frame = await other.next(30)
                if frame.command == codes.SUBMIT_SM:
                    other.accept(frame)
                elif frame.command == codes.ENQUIRE_LINK:
                    other.write(encode(codes.ENQUIRE_LINK_RESP, 0, frame.sequence))

        answering = asyncio.create_task(lively())
        outcomes = await sending
        answering.cancel()
        assert sum(isinstance(one, Accepted) for one in outcomes) == 4
        assert outcomes.count(Uncertain("link_lost")) == 2

    tell(story, 2, binds=2, window=2, enquire_every=timedelta(milliseconds=50))


def test_parts_of_a_long_text_stay_on_one_bind() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, made: list[Connection]) -> None:
        sending = await sent(carrier, LONG_GSM, LONG_GSM)
        for connection in made:
            connection.accept(*await connection.submits(3))
        assert all(isinstance(outcome, Accepted) for outcome in await sending)

    tell(story, 2, binds=2)


def test_text_half_written_when_its_bind_is_lost_is_not_finished_elsewhere() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, made: list[Connection]) -> None:
        first, second = made
        sending = await sent(carrier, LONG_GSM, "short")
        first.accept(*await first.submits(1))
        second.accept(*await second.submits(1))
        await first.submits(1)
        first.writer.transport.abort()
        outcomes = await sending
        assert outcomes[0] == Uncertain("link_lost")
        assert isinstance(outcomes[1], Accepted)
        assert await second.is_silent()
        (await far.connection()).writer.transport.abort()

    tell(story, 2, binds=2, window=1)


def test_throttled_bind_leaves_the_other_its_window() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, made: list[Connection]) -> None:
        sending = await sent(carrier, "a", "b")
        first, second = made
        first.refuse(*await first.submits(1), codes.THROTTLED)
        second.accept(*await second.submits(1))
        outcomes = await sending
        assert isinstance(outcomes[0], TryLater)
        assert carrier.capabilities.window == 12
        assert carrier.is_ready()
        sending = await sent(carrier, "c")
        second.accept(*await second.submits(1))
        assert isinstance((await sending)[0], Accepted)

    tell(story, 2, binds=2, window=8)


def test_pair_sends_over_one_and_hears_over_the_other() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, made: list[Connection]) -> None:
        by_kind = {connection.kind: connection for connection in made}
        sender, hearer = by_kind[codes.BIND_TRANSMITTER], by_kind[codes.BIND_RECEIVER]
        assert [link.kind for link in carrier.connections] == [LinkKind.TRANSMITTER, LinkKind.RECEIVER]
        sending = await sent(carrier, "hello")
        sender.accept(*await sender.submits(1))
        assert isinstance((await sending)[0], Accepted)
        hearer.write(hearer.delivery(b"STOP"))
        await until(lambda: sink.replies)
        sender.writer.transport.abort()
        await until(lambda: not carrier.is_connected())
        hearer.write(hearer.delivery(b"still heard"))
        await until(lambda: len(sink.replies) == 2)
        (await far.connection()).writer.transport.abort()

    tell(story, 2, mode=Mode.PAIR)


def test_reply_in_parts_over_two_binds_is_joined() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, made: list[Connection]) -> None:
        for number, connection in enumerate(made, 1):
            head = bytes((5, 0, 3, 9, 2, number))
            connection.write(connection.delivery(head + b"part %d " % number, 0, codes.ESM_UDHI))
        await until(lambda: sink.replies)
        assert [(reply.text, reply.missing_parts) for reply in sink.replies] == [("part 1 part 2 ", 0)]
        for connection in made:
            assert (await connection.next()).status == codes.OK

    tell(story, 2, binds=2)


def test_same_answer_written_twice_counts_twice_though_it_comes_over_two_binds() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, made: list[Connection]) -> None:
        made[0].write(made[0].delivery(b"1"))
        await made[0].next()
        await asyncio.sleep(2.1)  # what comes sooner may have crossed the acknowledgement
        made[1].write(made[1].delivery(b"1"))
        await made[1].next()
        assert len({reply.ref for reply in sink.replies}) == 2

    tell(story, 2, binds=2)


def test_wrong_password_is_tried_once_whatever_the_number_of_binds() -> None:
    async def story() -> None:
        async with scripted(is_bound=False, mode=Mode.PAIR) as (carrier, _, far):
            connection = await far.connection()
            bind = await connection.next()
            connection.write(encode(bind.command | codes.RESPONSE, codes.INVALID_PASSWORD, bind.sequence))
            await until(lambda: carrier.state is LinkState.LOGIN_REFUSED)
            await asyncio.sleep(0.3)
            assert far.count == 1
            assert [link.trouble for link in carrier.connections] == ["ESME_RINVPASWD", ""]

    asyncio.run(story())


def test_each_later_try_of_a_refused_account_is_one_bind_alone_until_it_is_let_in() -> None:
    async def story() -> None:
        again = timedelta(milliseconds=300)
        async with scripted(is_bound=False, binds=4, login_again_after=again) as (_, _, far):
            for tries in range(1, 4):
                connection = await far.connection()
                bind = await connection.next()
                await asyncio.sleep(0.2)  # whoever else knocks does so at once
                assert far.count == tries
                connection.write(encode(bind.command | codes.RESPONSE, codes.INVALID_PASSWORD, bind.sequence))
            made = [await far.connection()]
            await asyncio.sleep(0.2)
            assert far.count == 4
            made[0].write(encode(codes.BIND_TRANSCEIVER_RESP, codes.OK, (await made[0].next()).sequence, b"far\0"))
            made += [await far.connection() for _ in range(3)]
            await asyncio.sleep(0.2)
            assert far.count == 7

    asyncio.run(story())


def test_try_that_ends_before_the_password_is_read_lets_nobody_else_in() -> None:
    async def story() -> None:
        again = timedelta(milliseconds=200)
        late = timedelta(seconds=30)
        async with scripted(is_bound=False, binds=3, login_again_after=again, reconnect_first=late) as (_, _, far):
            connection = await far.connection()
            bind = await connection.next()
            connection.write(encode(bind.command | codes.RESPONSE, codes.INVALID_PASSWORD, bind.sequence))
            probe = await far.connection()
            await probe.next()
            probe.writer.transport.abort()  # no answer at all: the next one alone goes on
            await far.connection()
            await asyncio.sleep(0.2)
            assert far.count == 3

    asyncio.run(story())


def test_turn_that_is_broken_off_goes_to_the_next() -> None:
    async def story() -> None:
        door = Door()

        async def knock(knocks: list[int], number: int) -> None:
            async with door.turn():
                knocks.append(number)
                await asyncio.sleep(0.05)
                raise OSError("no such host")

        knocks: list[int] = []
        first = asyncio.ensure_future(knock(knocks, 1))
        await asyncio.sleep(0.01)
        second = asyncio.ensure_future(knock(knocks, 2))
        await asyncio.sleep(0.01)
        assert knocks == [1]
        first.cancel()
        await asyncio.wait([first, second], timeout=2)
        assert knocks == [1, 2]
        with door.connected():
            async with door.turn(), door.turn():  # nobody waits while a link stands
                pass

    asyncio.run(story())


def test_links_tell_how_each_bind_stands() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, made: list[Connection]) -> None:
        (link,) = carrier.connections
        assert (link.kind, link.health, link.trouble, link.under_way, link.window) == (
            LinkKind.TRANSCEIVER,
            LinkHealth.UP,
            "",
            0,
            9,
        )
        made[0].writer.transport.abort()
        await until(lambda: carrier.connections[0].health is not LinkHealth.UP)
        assert carrier.connections[0].trouble
        assert carrier.connections[0].since > link.since
        (await far.connection()).writer.transport.abort()
        await carrier.stop()
        assert carrier.state is LinkState.STOPPED
        assert carrier.connections == ()

    tell(story, 1, window=9, reconnect_first=timedelta(milliseconds=200))


def test_a_carrier_that_owes_an_answer_is_unheard_until_it_says_anything() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, made: list[Connection]) -> None:
        assert carrier.connections[0].unheard_since is None
        sending = await sent(carrier, "a", "b")
        one, other = await made[0].submits(2)
        first = carrier.connections[0].unheard_since
        assert first and carrier.connections[0].under_way == 2
        made[0].accept(one)
        await until(lambda: carrier.connections[0].under_way == 1)
        later, heard = carrier.connections[0].unheard_since, carrier.connections[0].heard_at
        assert later and heard and later >= first
        made[0].accept(other)
        await sending
        assert carrier.connections[0].unheard_since is None

    tell(story, 1)


def test_a_question_whether_it_lives_counts_as_owed() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, made: list[Connection]) -> None:
        await until(lambda: carrier.connections[0].unheard_since is not None)
        first = carrier.connections[0].unheard_since
        await asyncio.sleep(0.15)  # another question goes out
        again = carrier.connections[0].unheard_since
        assert first and again and abs(again - first) < timedelta(milliseconds=50)

    tell(story, 1, enquire_every=timedelta(milliseconds=100))


def test_receiver_that_is_refused_does_not_stop_the_sender() -> None:
    async def story() -> None:
        async with scripted(is_bound=False, mode=Mode.PAIR) as (carrier, _, far):
            for _ in range(2):
                connection = await far.connection()
                bind = await connection.next()
                status = codes.OK if bind.command == codes.BIND_TRANSMITTER else codes.BIND_FAILED
                connection.write(encode(bind.command | codes.RESPONSE, status, bind.sequence, encode_bind_answer("gw")))
            await asyncio.wait_for(carrier.wait_ready(), 3)
            await until(lambda: carrier.connections[1].trouble == "ESME_RBINDFAIL")
            assert carrier.is_connected()

    asyncio.run(story())
