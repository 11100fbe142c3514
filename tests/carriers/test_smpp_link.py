"""What SMPP asks of the carrier beyond the common suite, against a far end that follows a script."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from recado.channels.protocol import (
    Accepted,
    Inbound,
    LinkHealth,
    Outcome,
    PersonStopped,
    Receipt,
    ReceiptState,
    Refused,
    TryLater,
    Uncertain,
)
from recado.channels.smpp import LinkState, SmppCarrier, SmppSettings
from recado.channels.smpp.incoming import Incoming, number_of
from recado.channels.smpp.keeper import Door, Keeper
from recado.channels.smpp.link import Link
from recado.channels.smpp.outgoing import combine, sender_address
from recado.channels.smpp.settings import LinkKind
from recado.channels.smpp.window import Window
from recado.foundation.clock import real_now
from recado.foundation.protocols.smpp import codes
from recado.foundation.protocols.smpp.messages import Address
from recado.foundation.protocols.smpp.pdus import EncodeError, Framer, encode, encode_bind_answer
from tests.carriers.contract import LONG_GSM, REMI, Sink, envelope, until
from tests.carriers.scripted import Connection, Scripted, scripted, text_of

Story = Callable[[SmppCarrier, Sink, Scripted, Connection], Awaitable[None]]


def tell(story: Story, **wanted: Any) -> None:
    """Runs a story on a bound connection."""

    async def told() -> None:
        async with scripted(**wanted) as (carrier, sink, far):
            connection = await far.connection()
            await carrier.wait_ready()
            try:
                await story(carrier, sink, far, connection)
            finally:
                connection.writer.transport.abort()

    asyncio.run(told())


async def sent(carrier: SmppCarrier, *texts: str) -> "asyncio.Future[list[Outcome]]":
    sending = asyncio.ensure_future(carrier.send([envelope(text) for text in texts]))
    await asyncio.sleep(0)
    return sending


# ---------------------------------------------------------------- binding


def test_wrong_password_is_loud_and_not_tried_again_at_once(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        async with scripted(is_bound=False) as (carrier, _, far):
            connection = await far.connection()
            bind = await connection.next()
            connection.write(encode(codes.BIND_TRANSCEIVER_RESP, codes.INVALID_PASSWORD, bind.sequence))
            await until(lambda: carrier.state is LinkState.LOGIN_REFUSED)
            assert carrier.state_reason == "ESME_RINVPASWD"
            await asyncio.sleep(0.5)
            assert far.count == 1
            assert not carrier.is_ready()

    with caplog.at_level(logging.ERROR):
        asyncio.run(story())
    assert "refuses system id or password" in caplog.text
    assert "secret" not in caplog.text


def test_account_that_was_refused_before_is_not_tried_before_its_time(caplog: pytest.LogCaptureFixture) -> None:
    until_then = real_now() + timedelta(hours=1)

    async def story() -> None:
        async with scripted(is_bound=False, binds=2, recalled=("ESME_RINVPASWD", until_then)) as (carrier, _, far):
            for _ in range(2):
                assert (carrier.state, carrier.state_reason) == (LinkState.LOGIN_REFUSED, "ESME_RINVPASWD")
                for link in carrier.connections:
                    assert (link.health, link.trouble) == (LinkHealth.REFUSED, "ESME_RINVPASWD")
                    assert link.rests_until and abs(link.rests_until - until_then) < timedelta(seconds=5)
                await asyncio.sleep(0.3)
            assert far.count == 0

    with caplog.at_level(logging.ERROR):
        asyncio.run(story())
    assert "has refused system id or password (ESME_RINVPASWD)" in caplog.text


@pytest.mark.parametrize("ago", [None, timedelta(seconds=-1), timedelta(milliseconds=200)])
def test_account_whose_time_has_come_is_tried_by_one_connection_alone(ago: timedelta | None) -> None:
    async def story() -> None:
        recalled = ("ESME_RINVPASWD", None if ago is None else real_now() + ago)
        async with scripted(is_bound=False, binds=3, recalled=recalled) as (carrier, _, far):
            connection = await far.connection()
            bind = await connection.next()
            await asyncio.sleep(0.2)
            assert far.count == 1
            connection.write(encode(codes.BIND_TRANSCEIVER_RESP, codes.INVALID_PASSWORD, bind.sequence))
            await until(lambda: carrier.connections[0].health is LinkHealth.REFUSED)
            await asyncio.sleep(0.2)
            assert far.count == 1
            rests = [link.rests_until for link in carrier.connections]
            assert all(one and one > real_now() + timedelta(minutes=4) for one in rests)

    asyncio.run(story())


@pytest.mark.parametrize("status", [codes.BIND_FAILED, codes.ALREADY_BOUND, codes.SYSTEM_ERROR])
def test_bind_refused_for_now_is_tried_again(status: int) -> None:
    async def story() -> None:
        async with scripted(is_bound=False) as (carrier, _, far):
            for answer in (status, status, codes.OK):
                connection = await far.connection()
                bind = await connection.next()
                connection.write(encode(codes.BIND_TRANSCEIVER_RESP, answer, bind.sequence, encode_bind_answer("gw")))
            await carrier.wait_ready()
            assert carrier.state is LinkState.BOUND
            connection.writer.transport.abort()

    asyncio.run(story())


def test_delivery_in_one_segment_with_the_bind_answer_is_taken() -> None:
    async def story() -> None:
        async with scripted(is_bound=False) as (_, sink, far):
            connection = await far.connection()
            bind = await connection.next()
            answer = encode(codes.BIND_TRANSCEIVER_RESP, 0, bind.sequence, encode_bind_answer("gw"))
            connection.write(answer, connection.delivery(b"1"))
            answered = await connection.next()
            assert (answered.command, answered.status) == (codes.DELIVER_SM_RESP, 0)
            assert [reply.text for reply in sink.replies] == ["1"]
            connection.writer.transport.abort()

    asyncio.run(story())


def test_answers_octet_by_octet_are_understood() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        sending = await sent(carrier, "slow line")
        (submit,) = await connection.submits(1)
        for octet in encode(codes.SUBMIT_SM_RESP, 0, submit.sequence, b"77\0"):
            connection.write(bytes((octet,)))
            await asyncio.sleep(0.001)
        assert await sending == [Accepted("77")]

    tell(story)


def test_senseless_frame_ends_the_connection_and_a_new_one_is_made() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        connection.write(b"\0\0\0\5garbage that is long enough")
        assert await connection.is_closed()
        again = await far.connection()
        await carrier.wait_ready()
        again.writer.transport.abort()

    tell(story)


def test_stop_says_goodbye() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        stopping = asyncio.ensure_future(carrier.stop())
        unbind = await connection.next()
        assert unbind.command == codes.UNBIND
        connection.write(encode(codes.UNBIND_RESP, 0, unbind.sequence))
        await stopping
        assert carrier.state is LinkState.STOPPED

    tell(story)


def test_carriers_unbind_is_answered_and_a_new_connection_made() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        connection.write(encode(codes.UNBIND, 0, 5))
        assert (await connection.next()).command == codes.UNBIND_RESP
        (await far.connection()).writer.transport.abort()

    tell(story)


# ---------------------------------------------------------------- keeping alive


def test_carriers_question_is_answered_even_with_a_stray_body() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        connection.write(encode(codes.ENQUIRE_LINK, 0, 9, b"stray"))
        answered = await connection.next()
        assert (answered.command, answered.sequence, answered.status) == (codes.ENQUIRE_LINK_RESP, 9, 0)

    tell(story)


def test_carrier_that_hangs_gets_nothing_more_and_is_left_after_a_while() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        sending = await sent(carrier, "into the void", "in its window", "not written yet")
        await connection.submits(2)
        for _ in range(2):
            assert (await connection.next()).command == codes.ENQUIRE_LINK
        await until(lambda: carrier.state is LinkState.SILENT)
        assert not carrier.is_connected() and not carrier.is_ready()
        assert (await carrier.send([envelope("meanwhile")]))[0] == TryLater(timedelta(milliseconds=150), "no_link")
        assert await connection.is_closed()
        lost = Uncertain("link_lost")
        assert await sending == [lost, lost, TryLater(timedelta(milliseconds=150), "link_lost_before_writing")]
        (await far.connection()).writer.transport.abort()

    tell(story, enquire_every=timedelta(milliseconds=50), window=2)


def test_carrier_that_is_heard_again_gets_texts_again() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        sending = await sent(carrier, "answered late")
        (late,) = await connection.submits(1)
        await until(lambda: carrier.state is LinkState.SILENT)
        connection.accept(late)
        await until(carrier.is_ready)
        assert carrier.state is LinkState.BOUND and far.count == 1
        assert isinstance((await sending)[0], Accepted)

    tell(story, enquire_every=timedelta(milliseconds=150))


def test_carrier_that_is_slow_with_texts_and_replies_to_questions_is_heard() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        sending = await sent(carrier, "slowly")
        (slow,) = await connection.submits(1)
        for _ in range(8):
            question = await connection.next()
            connection.write(encode(codes.ENQUIRE_LINK_RESP, 0, question.sequence))
            assert carrier.state is LinkState.BOUND
        connection.accept(slow)
        assert isinstance((await sending)[0], Accepted) and far.count == 1

    tell(story, enquire_every=timedelta(milliseconds=50))


def test_answered_questions_keep_the_connection() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        for _ in range(4):
            enquiry = await connection.next()
            connection.write(encode(codes.ENQUIRE_LINK_RESP, 0, enquiry.sequence))
        assert carrier.is_ready()
        assert far.count == 1

    tell(story, enquire_every=timedelta(milliseconds=50))


# ---------------------------------------------------------------- submitting


def test_window_is_never_exceeded() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        sending = await sent(carrier, *map(str, range(12)))
        first = await connection.submits(5)
        assert await connection.is_silent()
        assert not carrier.is_ready()
        connection.accept(*first[:2])
        second = await connection.submits(2)
        assert await connection.is_silent()
        connection.accept(*first[2:], *second)
        connection.accept(*await connection.submits(5))
        assert all(isinstance(outcome, Accepted) for outcome in await sending)

    tell(story, window=5)


def test_batch_is_written_as_one_buffer() -> None:
    async def story() -> None:
        writes: list[bytes] = []

        class Wire:
            def write(self, octets: bytes) -> None:
                writes.append(octets)

            def is_closing(self) -> bool:
                return False

            def abort(self) -> None: ...

        settings = SmppSettings("127.0.0.1", 1, "recado", "secret")
        link = Link(settings, Window(500, rate=None, now=0.0), lambda _, __: None, 1)
        link.connection_made(Wire())  # type: ignore[arg-type]
        link.data_received(encode(codes.BIND_TRANSCEIVER_RESP, 0, 1, b"gw\0"))
        carrier = SmppCarrier("wired", settings)
        incoming = Incoming(settings, Sink())
        keeper = Keeper("wired", LinkKind.TRANSCEIVER, settings, incoming, Door(), lambda: None, lambda _: None)
        keeper._task.cancel()
        carrier._keepers, keeper.link = [keeper], link
        sending = await sent(carrier, *map(str, range(300)))
        assert len(writes) == 2  # the bind and the batch
        frames = Framer().feed(writes[1])
        assert len(frames) == 300
        link.data_received(b"".join(encode(codes.SUBMIT_SM_RESP, 0, one.sequence, b"1\0") for one in frames))
        assert await sending == [Accepted("1")] * 300
        link.connection_lost(None)

    asyncio.run(story())


def test_lost_link_tells_written_from_unwritten() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        sending = await sent(carrier, "a", "b", "c", "d")
        submits = await connection.submits(3)
        connection.accept(submits[0])
        await connection.submits(1)
        connection.writer.transport.abort()
        outcomes = await sending
        assert outcomes[0] == Accepted(f"id{submits[0].sequence}")
        assert outcomes[1:] == [Uncertain("link_lost")] * 3
        (await far.connection()).writer.transport.abort()

    tell(story, window=3)


def test_text_that_was_never_written_may_go_again() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        sending = await sent(carrier, "a", "b")
        await connection.submits(1)
        connection.writer.transport.abort()
        first, second = await sending
        assert first == Uncertain("link_lost")
        assert isinstance(second, TryLater)
        (await far.connection()).writer.transport.abort()

    tell(story, window=1)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (codes.INVALID_DESTINATION, Refused("number_refused")),
        (codes.INVALID_SOURCE, Refused("sender_refused")),
        (codes.SYSTEM_ERROR, TryLater(timedelta(seconds=30), "carrier_error")),
        (codes.SUBMIT_FAILED, Refused("submit_failed")),
        (0x401, Refused("carrier_code_0x401")),
        (0x402, PersonStopped()),
    ],
)
def test_status_becomes_the_tables_outcome(status: int, outcome: Outcome) -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        sending = await sent(carrier, "hello")
        connection.refuse(*await connection.submits(1), status)
        assert await sending == [outcome]
        assert carrier.is_ready()

    tell(story, vendor_codes={0x402: PersonStopped()})


@pytest.mark.parametrize("status", [codes.THROTTLED, codes.QUEUE_FULL])
def test_throttling_halves_the_window_and_pauses(status: int) -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        sending = await sent(carrier, *map(str, range(4)))
        for submit in await connection.submits(4):
            connection.refuse(submit, status)
        outcomes = await sending
        assert all(isinstance(one, TryLater) and one.reason == "throttled" for one in outcomes)
        assert carrier.capabilities.window == 4
        assert not carrier.is_ready()
        await asyncio.wait_for(carrier.wait_ready(), 2)

    tell(story, window=8)


def test_generic_nack_refuses_the_text_it_names() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        sending = await sent(carrier, "a", "b")
        first, second = await connection.submits(2)
        connection.write(encode(codes.GENERIC_NACK, 0, first.sequence))
        connection.accept(second)
        assert await sending == [Refused("not_understood"), Accepted(f"id{second.sequence}")]

    tell(story)


def test_answer_after_the_time_is_up_is_ignored() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        sending = await sent(carrier, "late")
        (submit,) = await connection.submits(1)
        assert await sending == [Uncertain("no_answer")]
        connection.accept(submit)
        sending = await sent(carrier, "next")
        connection.accept(*await connection.submits(1))
        assert isinstance((await sending)[0], Accepted)

    tell(story, response_timeout=timedelta(milliseconds=200))


def test_answer_without_a_body_is_an_acceptance_without_ref() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        sending = await sent(carrier, "hello")
        (submit,) = await connection.submits(1)
        connection.write(encode(codes.SUBMIT_SM_RESP, 0, submit.sequence))
        assert await sending == [Accepted("")]

    tell(story)


def test_rate_is_kept() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        began = asyncio.get_running_loop().time()
        sending = await sent(carrier, *map(str, range(60)))
        for _ in range(60):
            connection.accept(await connection.next())
        await sending
        assert 0.35 < asyncio.get_running_loop().time() - began < 2.0  # 20 at once, 40 at 100 a second

    tell(story, rate=100.0)


# ---------------------------------------------------------------- long texts


def test_long_text_asks_for_one_receipt_on_its_last_part() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        sending = await sent(carrier, LONG_GSM)
        submits = await connection.submits(3)
        messages = [text_of(submit) for submit in submits]
        assert [message.registered_delivery for message in messages] == [0, 0, 1]
        assert {message.esm_class for message in messages} == {codes.ESM_UDHI}
        assert len({message.tlvs[codes.TLV_USER_MESSAGE_REFERENCE] for message in messages}) == 1
        connection.accept(*submits)
        assert await sending == [Accepted(f"id{submits[-1].sequence}")]

    tell(story)


def test_throttled_part_of_a_long_text_goes_again_by_itself() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        sending = await sent(carrier, LONG_GSM)
        submits = await connection.submits(3)
        connection.accept(submits[0], submits[2])
        connection.refuse(submits[1], codes.THROTTLED)
        (again,) = await connection.submits(1)
        assert again.body == submits[1].body
        connection.accept(again)
        assert await sending == [Accepted(f"id{submits[2].sequence}")]

    tell(story)


def test_long_text_with_a_refused_part_is_refused() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        sending = await sent(carrier, LONG_GSM, "short")
        (first,) = await connection.submits(1)
        connection.accept(first)
        (second,) = await connection.submits(1)
        connection.refuse(second, codes.INVALID_DESTINATION)
        (short,) = await connection.submits(1)  # the third part isn't sent any more
        assert text_of(short).payload == b"short"
        connection.accept(short)
        assert await sending == [Refused("number_refused_partly_taken"), Accepted(f"id{short.sequence}")]

    tell(story, window=1)


def test_long_text_half_taken_when_the_link_is_lost_is_uncertain() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        sending = await sent(carrier, LONG_GSM)
        connection.accept(*await connection.submits(1))
        await connection.submits(1)
        connection.writer.transport.abort()
        assert await sending == [Uncertain("link_lost")]
        (await far.connection()).writer.transport.abort()

    tell(story, window=1)


LATER = TryLater(timedelta(seconds=1), "throttled")


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ([Accepted("1"), Accepted("2")], Accepted("2")),
        ([LATER, TryLater(timedelta(seconds=9), "x")], TryLater(timedelta(seconds=9), "x")),
        ([Accepted("1"), LATER], Uncertain("partly_taken")),
        ([Uncertain("link_lost"), LATER], Uncertain("link_lost")),
        ([Uncertain("link_lost"), Refused("r")], Refused("r")),
        ([LATER, Refused("r")], Refused("r")),
        ([Accepted("1"), Refused("r")], Refused("r_partly_taken")),
        ([Accepted("1"), PersonStopped()], PersonStopped()),
    ],
)
def test_parts_outcomes_become_one(parts: list[Outcome], whole: Outcome) -> None:
    assert combine(parts) == whole


@pytest.mark.parametrize(
    ("sender", "address"),
    [
        ("+447700900100", Address(1, 1, "447700900100")),
        ("447700900100", Address(1, 1, "447700900100")),
        ("60070", Address(3, 0, "60070")),
        ("Harbour St", Address(5, 0, "Harbour St")),
    ],
)
def test_sender_is_numbered_by_its_look(sender: str, address: Address) -> None:
    assert sender_address(sender) == address


@pytest.mark.parametrize("sender", ["", "Harbour Street"])
def test_sender_that_no_phone_shows_is_refused(sender: str) -> None:
    with pytest.raises(EncodeError):
        sender_address(sender)


@pytest.mark.parametrize(
    ("address", "number"),
    [
        (Address(1, 1, "447700900321"), "+447700900321"),
        (Address(1, 1, "+447700900321"), "+447700900321"),
        (Address(0, 1, "447700900321"), "+447700900321"),
        (Address(0, 0, "00447700900321"), "+447700900321"),
        (Address(1, 1, "00447700900321"), "+447700900321"),
        (Address(1, 1, "07700900321"), "07700900321"),
        (Address(2, 1, "07700900321"), "07700900321"),
        (Address(0, 0, "07700900321"), "07700900321"),
        (Address(3, 0, "60070"), "60070"),
        (Address(5, 0, "Recado"), "Recado"),
    ],
)
def test_number_is_international_where_that_can_be_told(address: Address, number: str) -> None:
    assert number_of(address) == number


# ---------------------------------------------------------------- receipts and replies


def test_deliveries_are_acknowledged_together_after_the_sink() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        sink.gate.clear()
        receipt = b"id:7 sub:001 dlvrd:001 submit date:2611241030 done date:2611241031 stat:DELIVRD err:000 text:"
        tlvs = {codes.TLV_USER_MESSAGE_REFERENCE: b"\x12\x34"}
        connection.write(*(connection.delivery(receipt, 0, codes.ESM_RECEIPT, tlvs) for _ in range(3)))
        assert await connection.is_silent(0.1)
        sink.gate.set()
        answers = [await connection.next() for _ in range(3)]
        assert [(one.command, one.status) for one in answers] == [(codes.DELIVER_SM_RESP, 0)] * 3
        (stored,) = sink.receipts  # three copies in one batch are one
        assert (stored.ref, stored.state, stored.message_reference) == ("7", ReceiptState.DELIVERED, 0x1234)
        assert (stored.to, stored.sender, stored.error) == ("+447700900321", "+447700900100", "")
        assert stored.at is not None
        assert stored.at.isoformat() == "2026-11-24T10:31:00+00:00"

    tell(story)


def test_delivery_that_could_not_be_stored_is_answered_with_not_now() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        sink.failures = 1
        connection.write(connection.delivery(b"STOP"))
        assert (await connection.next()).status == codes.RECEIVER_TEMPORARY
        assert sink.events == []

    tell(story)


def test_waiting_receipts_do_not_hold_up_replies_or_other_receipts() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        stuck = asyncio.Event()
        plain = sink.__call__

        async def picky(events: Any) -> None:
            if any(isinstance(event, Receipt) and event.ref == "stuck" for event in events):
                await stuck.wait()
            await plain(events)

        carrier._incoming._receipts._sink = carrier._incoming._replies._sink = picky  # type: ignore[union-attr]
        connection.write(connection.delivery(b"id:stuck stat:DELIVRD", 0, codes.ESM_RECEIPT))
        await asyncio.sleep(0.05)
        connection.write(connection.delivery(b"id:free stat:DELIVRD", 0, codes.ESM_RECEIPT), connection.delivery(b"1"))
        assert {(await connection.next()).status for _ in range(2)} == {0}
        assert [receipt.ref for receipt in sink.receipts] == ["free"]
        stuck.set()
        await connection.next()

    tell(story)


def test_malformed_delivery_is_answered_in_its_own_type_and_the_session_lives() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        connection.write(encode(codes.DELIVER_SM, 0, 1, b"\0\1"), encode(0x103, 0, 2, b"data_sm"), encode(0xBEEF, 0, 3))
        answers = [await connection.next() for _ in range(3)]
        assert {(one.command, one.status, one.sequence) for one in answers} == {
            (codes.DELIVER_SM_RESP, codes.INVALID_LENGTH, 1),
            (codes.GENERIC_NACK, codes.INVALID_COMMAND, 2),
            (codes.GENERIC_NACK, codes.INVALID_COMMAND, 3),
        }
        connection.write(connection.delivery(b"still here"))
        await until(lambda: sink.replies)

    tell(story)


def test_too_much_unstored_is_sent_back_for_later() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        sink.gate.clear()
        connection.write(*(connection.delivery(b"%d" % number) for number in range(6)))
        answers = [await connection.next() for _ in range(2)]
        assert {one.status for one in answers} == {codes.RECEIVER_TEMPORARY}
        sink.gate.set()
        assert {(await connection.next()).status for _ in range(4)} == {codes.OK}

    tell(story, held_at_most=4)


def parts_of(connection: Connection, *parts: bytes, wide: bool = False) -> list[bytes]:
    total = len(parts)
    if wide:
        heads = [bytes((6, 8, 4, 1, 2, total, number)) for number in range(1, total + 1)]
    else:
        heads = [bytes((5, 0, 3, 9, total, number)) for number in range(1, total + 1)]
    return [connection.delivery(head + part, 0, codes.ESM_UDHI) for head, part in zip(heads, parts, strict=True)]


@pytest.mark.parametrize("wide", [False, True])
def test_reply_in_parts_is_acknowledged_when_the_whole_is_stored(wide: bool) -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        first, second, third = parts_of(connection, b"one ", b"two ", b"three", wide=wide)
        connection.write(third, first)
        assert await connection.is_silent(0.1)
        connection.write(second)
        assert {(await connection.next()).status for _ in range(3)} == {codes.OK}
        assert [(reply.text, reply.missing_parts) for reply in sink.replies] == [("one two three", 0)]
        connection.write(first)  # repeated although acknowledged: known, not stored again
        assert (await connection.next()).status == codes.OK
        assert len(sink.replies) == 1

    tell(story, join_wait=timedelta(seconds=5))


def test_reply_in_sar_parts_is_joined() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        def sar(number: int) -> dict[int, bytes]:
            return {
                codes.TLV_SAR_REFERENCE: b"\0\5",
                codes.TLV_SAR_TOTAL: b"\2",
                codes.TLV_SAR_NUMBER: bytes((number,)),
            }

        connection.write(connection.delivery(b"world", tlvs=sar(2)), connection.delivery(b"hello ", tlvs=sar(1)))
        await until(lambda: sink.replies)
        assert sink.replies[0].text == "hello world"

    tell(story)


def test_reply_with_a_missing_part_is_stored_flagged_and_follows_whole() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        first, second = parts_of(connection, b"I would like ", b"to cancel")
        connection.write(first)
        assert (await connection.next()).status == codes.OK
        connection.write(second)
        assert (await connection.next()).status == codes.OK
        assert [(reply.text, reply.missing_parts) for reply in sink.replies] == [
            ("I would like ", 1),
            ("I would like to cancel", 0),
        ]
        assert len({reply.ref for reply in sink.replies}) == 2

    tell(story, join_wait=timedelta(milliseconds=100))


def test_reply_in_parts_that_could_not_be_stored_comes_again_whole() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        sink.failures = 1
        parts = parts_of(connection, b"one ", b"two")
        connection.write(*parts)
        assert {(await connection.next()).status for _ in range(2)} == {codes.RECEIVER_TEMPORARY}
        connection.write(*parts)
        assert {(await connection.next()).status for _ in range(2)} == {codes.OK}
        assert [reply.text for reply in sink.replies] == ["one two"]

    tell(story)


def test_reply_repeated_after_a_lost_link_keeps_its_ref() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        connection.write(connection.delivery(b"1"))
        await until(lambda: sink.replies)
        connection.writer.transport.abort()
        again = await far.connection()
        again.write(again.delivery(b"1"))
        await until(lambda: len(sink.replies) == 2)
        assert sink.replies[0].ref == sink.replies[1].ref
        again.writer.transport.abort()

    tell(story)


def test_receipt_without_an_id_is_handed_on_as_unmatched() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        connection.write(connection.delivery(b"no idea", 0, codes.ESM_RECEIPT))
        await until(lambda: sink.receipts)
        assert sink.receipts[0] == Receipt(
            "", ReceiptState.ON_THE_WAY, None, to="+447700900321", sender="+447700900100"
        )

    tell(story)


def test_long_reply_in_message_payload_is_read() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Scripted, connection: Connection) -> None:
        connection.write(connection.delivery(b"word " * 100))
        await until(lambda: sink.replies)
        (reply,) = sink.replies
        assert isinstance(reply, Inbound)
        assert reply.text == "word " * 100

    tell(story)


def test_traces_of_an_envelope_in_a_batch_hold_no_password() -> None:
    assert "secret" not in repr(SmppSettings("127.0.0.1", 1, "recado", "secret"))
    assert REMI.e164 not in str(REMI)
