"""The simulated carrier itself: what it refuses, what it owes until it is acknowledged, what survives a restart."""

import asyncio
import json
import socket
import stat
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from recado.channels.protocol import Accepted, Refused, Uncertain
from recado.channels.smpp import LinkState, SmppCarrier
from recado.foundation.phone import Phone
from recado.foundation.protocols.smpp import codes
from recado.foundation.protocols.smpp.messages import Address as Number
from recado.foundation.protocols.smpp.messages import encode_submit
from recado.foundation.protocols.smpp.pdus import Bind, Framer, Pdu, encode
from recado.foundation.protocols.smpp.text import split_text, with_headers
from recado.launch.simulator import connection_settings
from recado.launch.simulator.client import (
    Address,
    Pending,
    SimulatorClient,
    SimulatorRefused,
    SimulatorUnreachable,
    wait_for_address,
)
from recado.launch.simulator.faults import Fault
from recado.launch.simulator.settings import SimulatorSettings
from tests.carriers.certificates import contexts
from tests.carriers.contract import CLINIC, ELEANOR, LONG_GSM, REMI, Sink, envelope, until
from tests.carriers.simulated import simulator, smpp_settings, started

T = TypeVar("T")

US = Number(1, 1, "447700900100")
THEM = Number(1, 1, "447700900321")


async def call(method: Callable[..., T], *arguments: Any, **named: Any) -> T:
    """The client blocks, the simulator is in this loop: so from a thread."""
    return await asyncio.to_thread(method, *arguments, **named)


async def bound(address: Address, sink: Sink, **wanted: Any) -> SmppCarrier:
    carrier = SmppCarrier("simulated", smpp_settings(address, **wanted))
    await carrier.start(sink)
    await asyncio.wait_for(carrier.wait_ready(), 5)
    return carrier


class Probe:
    """A bare SMPP client: writes octets, reads frames, acknowledges nothing."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._framer = Framer()
        self._frames: list[Pdu] = []

    async def __aenter__(self) -> "Probe":
        self._reader, self._writer = await asyncio.open_connection(self._address.host, self._address.smpp_port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.transport.abort()

    async def bind(self, command: int = codes.BIND_TRANSCEIVER, password: str | None = None) -> Pdu:
        credentials = Bind(self._address.system_id, self._address.password if password is None else password)
        return await self.ask(encode(command, 0, 1, credentials.encoded()))

    async def ask(self, *frames: bytes) -> Pdu:
        self._writer.write(b"".join(frames))
        return await self.next()

    async def next(self, within: float = 3.0) -> Pdu:
        while not self._frames:
            self._frames += self._framer.feed(await asyncio.wait_for(self._reader.read(65536), within))
        return self._frames.pop(0)


def submit(text: bytes = b"hi", to: str = "447700900321", sequence: int = 5) -> bytes:
    return encode(
        codes.SUBMIT_SM, 0, sequence, encode_submit(US, Number(1, 1, to), text, data_coding=0, registered_delivery=1)
    )


# ---------------------------------------------------------------- what it refuses


def test_wrong_password_is_refused_and_counted(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulator(tmp_path) as address, Probe(address) as probe:
            answered = await probe.bind(password="wrong")
            assert (answered.command, answered.status) == (codes.BIND_TRANSCEIVER_RESP, codes.INVALID_PASSWORD)
            carrier = SmppCarrier("simulated", smpp_settings(address, password="guess"))
            await carrier.start(Sink())
            await until(lambda: carrier.state is LinkState.LOGIN_REFUSED)
            await carrier.stop()
            client = SimulatorClient(tmp_path / "data")
            assert (await call(client.tally))["refused_binds"] == 2

    asyncio.run(story())


def test_requests_are_refused_in_their_own_type(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulator(tmp_path) as address, Probe(address) as probe:
            assert (await probe.ask(submit()))[:2] == (codes.SUBMIT_SM_RESP, codes.WRONG_BIND_STATE)
            assert (await probe.bind()).status == codes.OK
            assert (await probe.bind()).status == codes.ALREADY_BOUND
            cut = encode(codes.SUBMIT_SM, 0, 6, b"\0\1")
            assert (await probe.ask(cut))[:2] == (codes.SUBMIT_SM_RESP, codes.INVALID_LENGTH)
            nobody = await probe.ask(submit(to="4477x"))
            assert nobody[:2] == (codes.SUBMIT_SM_RESP, codes.INVALID_DESTINATION)
            assert (await probe.ask(encode(0x103, 0, 8)))[:2] == (codes.GENERIC_NACK, codes.INVALID_COMMAND)
            assert (await probe.ask(encode(codes.ENQUIRE_LINK, 0, 9)))[:2] == (codes.ENQUIRE_LINK_RESP, codes.OK)
            assert (await probe.ask(submit()))[:2] == (codes.SUBMIT_SM_RESP, codes.OK)

    asyncio.run(story())


def test_receiver_may_not_submit_and_transmitter_gets_no_deliveries(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulator(tmp_path) as address, Probe(address) as receiver, Probe(address) as transmitter:
            assert (await receiver.bind(codes.BIND_RECEIVER)).status == codes.OK
            assert (await transmitter.bind(codes.BIND_TRANSMITTER)).status == codes.OK
            assert (await receiver.ask(submit())).status == codes.WRONG_BIND_STATE
            assert (await transmitter.ask(submit())).status == codes.OK
            assert (await receiver.next()).command == codes.DELIVER_SM
            with pytest.raises(TimeoutError):
                await transmitter.next(0.1)

    asyncio.run(story())


def test_only_loopback_is_served(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="loopback"):
        SimulatorSettings(tmp_path, host="0.0.0.0")


def test_control_wants_its_token(tmp_path: Path) -> None:
    def ask(address: Address, line: bytes) -> dict[str, Any]:
        with socket.create_connection((address.host, address.control_port), 3) as connection:
            connection.sendall(line + b"\n")
            answer: dict[str, Any] = json.loads(connection.makefile("rb").readline())
            return answer

    async def story() -> None:
        async with simulator(tmp_path) as address:
            for line in (b'{"token": "guess", "op": "phones"}', b"nonsense", b'{"op": "phones"}', b"[]"):
                assert (await call(ask, address, line))["ok"] is False
            known = json.dumps({"token": address.token, "op": "explode"}).encode()
            assert (await call(ask, address, known))["error"] == "no such op"

    asyncio.run(story())


def test_files_are_private(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulator(tmp_path):
            for file in ("run/simulator.json", "simulator/journal.jsonl"):
                assert stat.S_IMODE((tmp_path / "data" / file).stat().st_mode) == 0o600

    asyncio.run(story())


def test_second_simulator_over_one_folder_is_refused(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulator(tmp_path):
            with pytest.raises(RuntimeError, match="already runs"):
                async with simulator(tmp_path):
                    pass

    asyncio.run(story())


def test_client_says_when_nothing_runs(tmp_path: Path) -> None:
    client = SimulatorClient(tmp_path)
    with pytest.raises(SimulatorUnreachable):
        client.phones()
    with pytest.raises(SimulatorUnreachable):
        connection_settings(tmp_path, within=timedelta(0))


# ---------------------------------------------------------------- what it owes


def test_receipt_is_sent_again_until_acknowledged(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulator(tmp_path, resend_after=timedelta(milliseconds=100)) as address:
            client = SimulatorClient(tmp_path / "data")
            async with Probe(address) as deaf:
                await deaf.bind()
                await deaf.ask(submit())
                first, second = await deaf.next(), await deaf.next()
                assert first.body == second.body
                assert first.sequence != second.sequence
                assert (await call(client.pending)).receipts == 1
            sink = Sink()
            carrier = await bound(address, sink)
            await until(lambda: sink.receipts)
            assert await call(client.wait_drained, timedelta(seconds=3))
            await carrier.stop()
            assert (await call(client.tally))["receipts_acknowledged"] == 1

    asyncio.run(story())


def test_replies_wait_for_a_client_that_receives(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulator(tmp_path) as address:
            client = SimulatorClient(tmp_path / "data")
            ident = await call(client.reply, ELEANOR, "hello?", to=CLINIC)
            assert (await call(client.messages, ELEANOR))[0].state == "sending"
            assert not await call(client.wait_drained, timedelta(seconds=0.1))
            sink = Sink()
            carrier = await bound(address, sink)
            await until(lambda: sink.replies)
            assert await call(client.wait_drained, timedelta(seconds=3))
            assert (sink.replies[0].text, sink.replies[0].to, sink.replies[0].ref) == ("hello?", CLINIC, ident)
            assert (await call(client.messages, ELEANOR))[0].state == "sent"
            await carrier.stop()

    asyncio.run(story())


def test_reply_without_anybody_to_send_it_to_is_refused(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulator(tmp_path) as address:
            client = SimulatorClient(tmp_path / "data")
            with pytest.raises(SimulatorRefused, match="no text has arrived"):
                await call(client.reply, ELEANOR, "who?")
            carrier = await bound(address, Sink())
            await carrier.send([envelope("from a name", sender="Harbour St")])
            with pytest.raises(SimulatorRefused, match="a name can't be answered"):
                await call(client.reply, ELEANOR, "thanks")
            with pytest.raises(SimulatorRefused, match="empty"):
                await call(client.reply, ELEANOR, "", to=CLINIC)
            await carrier.stop()

    asyncio.run(story())


def test_pending_leaves_out_what_a_fault_withholds(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulator(tmp_path) as address:
            client = SimulatorClient(tmp_path / "data")
            carrier = await bound(address, Sink())
            await call(client.switch, Fault.PHONE_OFF, True, phone=ELEANOR)
            await call(client.switch, Fault.RECEIPT_LOST, True, phone=REMI)
            await carrier.send([envelope("held"), envelope("unreported", REMI)])
            assert await call(client.pending) == Pending(0, 0, 0, 1)
            assert (await call(client.pending)).is_drained
            await carrier.stop()

    asyncio.run(story())


def test_time_machine_makes_due_what_lies_on_its_way(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulator(tmp_path, receipt_delay=timedelta(hours=3)) as address:
            client = SimulatorClient(tmp_path / "data")
            sink = Sink()
            carrier = await bound(address, sink)
            await carrier.send([envelope("takes its time")])
            before = await call(client.now)
            await call(client.advance, timedelta(hours=2))
            await asyncio.sleep(0.1)
            assert sink.receipts == []
            after = await call(client.advance, timedelta(hours=1, minutes=1))
            await until(lambda: sink.receipts)
            assert timedelta(0) <= after - before - timedelta(hours=3, minutes=1) < timedelta(minutes=1)
            assert await call(client.offset) == timedelta(hours=3, minutes=1)
            with pytest.raises(SimulatorRefused, match="forward"):
                await call(client.advance, timedelta(seconds=-1))
            await carrier.send([envelope("in the new time")])
            shown = await call(client.messages, ELEANOR)
            assert shown[1].at - shown[0].at >= timedelta(hours=3)
            await carrier.stop()

    asyncio.run(story())


def test_what_is_due_soon_after_a_jump_is_not_forgotten(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulator(tmp_path, receipt_delay=timedelta(hours=1)) as address:
            client = SimulatorClient(tmp_path / "data")
            sink = Sink()
            carrier = await bound(address, sink)
            await carrier.send([envelope("soon")])
            await call(client.advance, timedelta(minutes=59, seconds=59.5))
            await until(lambda: sink.receipts, 3.0)
            await carrier.stop()

    asyncio.run(story())


# ---------------------------------------------------------------- what it shows and counts


def test_phone_shows_and_tally_counts_every_copy_that_reached_the_carrier(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulator(tmp_path) as address:
            client = SimulatorClient(tmp_path / "data")
            carrier = await bound(address, Sink())
            await carrier.send([envelope("once"), envelope("twice"), envelope("twice"), envelope(LONG_GSM, REMI)])
            shown = await call(client.messages, ELEANOR)
            assert [(message.text, message.direction) for message in shown] == [
                ("once", "in"),
                ("twice", "in"),
                ("twice", "in"),
            ]
            tally = await call(client.tally)
            counted = ("submits", "texts", "shown", "distinct", "repeated", "phones")
            assert [tally[name] for name in counted] == [6, 4, 4, 3, 1, 2]
            assert await call(lambda: sorted(client.dump())) == sorted(
                [(ELEANOR.e164, "once", 1), (ELEANOR.e164, "twice", 2), (REMI.e164, LONG_GSM, 1)]
            )
            assert {one.phone: one.unread for one in await call(client.phones)} == {ELEANOR: 3, REMI: 1}
            await call(client.mark_read, ELEANOR)
            assert {one.phone: one.unread for one in await call(client.phones)} == {ELEANOR: 0, REMI: 1}
            await carrier.stop()

    asyncio.run(story())


def test_phone_keeps_its_newest_texts_and_the_count_stays_exact(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulator(tmp_path) as address:
            client = SimulatorClient(tmp_path / "data")
            carrier = await bound(address, Sink())
            await carrier.send([envelope(str(number)) for number in range(450)])
            shown = await call(client.messages, ELEANOR)
            assert [message.text for message in shown] == [str(number) for number in range(250, 450)]
            assert (await call(client.tally))["distinct"] == 450
            await carrier.stop()

    asyncio.run(story())


def test_reset_starts_over_and_keeps_the_clock(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulator(tmp_path, receipt_delay=timedelta(hours=1)) as address:
            client = SimulatorClient(tmp_path / "data")
            sink = Sink()
            carrier = await bound(address, sink)
            await carrier.send([envelope("before")])
            await call(client.switch, Fault.PHONE_OFF, True, phone=REMI)
            await call(client.advance, timedelta(minutes=5))
            await call(client.reset)
            assert await call(client.phones) == []
            assert await call(client.faults) == (set(), {})
            assert (await call(client.pending)).is_drained
            assert await call(client.offset) == timedelta(minutes=5)
            await call(client.advance, timedelta(hours=2))
            assert isinstance((await carrier.send([envelope("after", REMI)]))[0], Accepted)
            assert [message.text for message in await call(client.messages, REMI)] == ["after"]
            assert sink.receipts == []
            await carrier.stop()

    asyncio.run(story())


def test_half_a_long_text_stays_on_air(tmp_path: Path) -> None:
    async def story() -> None:
        parts = with_headers(split_text(LONG_GSM)[1], 7)
        frames = [
            encode(codes.SUBMIT_SM, 0, n, encode_submit(US, THEM, part, data_coding=0, esm_class=codes.ESM_UDHI))
            for n, part in enumerate(parts, 2)
        ]
        client = SimulatorClient(tmp_path / "data")
        async with simulator(tmp_path) as address, Probe(address) as probe:
            await probe.bind()
            await probe.ask(frames[2])
            assert (await call(client.pending)).on_air == 1
            assert await call(client.messages, ELEANOR) == []
        async with simulator(tmp_path) as address, Probe(address) as probe:
            await probe.bind()
            await probe.ask(frames[0])
            await probe.ask(frames[1])
            assert [message.text for message in await call(client.messages, ELEANOR)] == [LONG_GSM]
            assert (await call(client.pending)).is_drained

    asyncio.run(story())


# ---------------------------------------------------------------- what survives


def test_restart_keeps_phones_faults_clock_and_all_that_is_owed(tmp_path: Path) -> None:
    async def story() -> None:
        client = SimulatorClient(tmp_path / "data")
        async with simulator(tmp_path, receipt_delay=timedelta(seconds=1)) as first:
            deaf = Sink()
            deaf.gate.clear()
            carrier = await bound(first, deaf)
            await call(client.switch, Fault.PHONE_OFF, True, phone=REMI)
            outcomes = await carrier.send([envelope("kept"), envelope("held", REMI)])
            await call(client.reply, ELEANOR, "1")
            await call(client.advance, timedelta(hours=1))
            tally = await call(client.tally)
            carrier._keepers[0]._task.cancel()  # as if killed: nothing was acknowledged
            carrier._keepers[0].link.abort("killed")  # type: ignore[union-attr]
        async with simulator(tmp_path) as second:
            assert (second.smpp_port, second.password) == (first.smpp_port, first.password)
            assert [one.text for one in await call(client.messages, ELEANOR)] == ["kept", "1"]
            assert await call(client.faults) == (set(), {REMI: {Fault.PHONE_OFF}})
            assert await call(client.offset) == timedelta(hours=1)
            again = await call(client.tally)
            counted = ("submits", "texts", "shown", "distinct", "replies")
            assert [again[name] for name in counted] == [tally[name] for name in counted]
            sink = Sink()
            carrier = await bound(second, sink)
            await until(lambda: sink.receipts and sink.replies)
            await call(client.switch, Fault.PHONE_OFF, False, phone=REMI)
            await until(lambda: len(sink.receipts) == 2)
            assert {receipt.ref for receipt in sink.receipts} == {
                outcome.ref for outcome in outcomes if isinstance(outcome, Accepted)
            }
            assert await call(client.wait_drained, timedelta(seconds=3))
            await carrier.stop()
        async with simulator(tmp_path):
            assert (await call(client.pending)).is_drained
            assert (await call(client.messages, ELEANOR))[1].state == "sent"

    asyncio.run(story())


def test_killed_simulator_has_every_text_that_it_answered(tmp_path: Path) -> None:
    async def story() -> None:
        client = SimulatorClient(tmp_path)
        outcomes: dict[str, object] = {}
        sink = Sink()
        process = await call(started, tmp_path)
        carrier = SmppCarrier("simulated", smpp_settings(await call(wait_for_address, tmp_path, timedelta(seconds=5))))
        await carrier.start(sink)
        await carrier.wait_ready()

        async def send() -> None:
            for start in range(0, 3000, 100):
                await carrier.wait_ready()
                texts = [f"text {number}" for number in range(start, start + 100)]
                answers = await carrier.send([envelope(text) for text in texts])
                outcomes.update(zip(texts, answers, strict=True))
                await asyncio.sleep(0.01)

        sending = asyncio.ensure_future(send())
        await until(lambda: len(outcomes) >= 800)
        process.kill()
        process.wait()
        process = await call(started, tmp_path)
        await asyncio.wait_for(sending, 30)
        try:
            accepted = {text for text, outcome in outcomes.items() if isinstance(outcome, Accepted)}
            uncertain = {text for text, outcome in outcomes.items() if isinstance(outcome, Uncertain)}
            arrived = await call(lambda: Counter({text: count for _, text, count in client.dump()}))
            assert accepted <= set(arrived)
            assert set(arrived) <= accepted | uncertain
            assert set(arrived.values()) == {1}
            await until(lambda: len({receipt.ref for receipt in sink.receipts}) == len(arrived), 15)
            assert await call(client.wait_drained, timedelta(seconds=10))
        finally:
            await carrier.stop()
            process.terminate()
            process.wait(10)
        assert process.returncode == 0

    asyncio.run(story())


# ---------------------------------------------------------------- TLS


def test_texts_travel_over_tls_with_certificates_on_both_sides(tmp_path: Path) -> None:
    async def story() -> None:
        server, client = contexts(tmp_path)
        async with simulator(tmp_path, tls=server) as address:
            sink = Sink()
            carrier = await bound(address, sink, tls=client)
            assert isinstance((await carrier.send([envelope(LONG_GSM)]))[0], Accepted)
            await until(lambda: sink.receipts)
            await carrier.stop()
            plain = SmppCarrier("plain", smpp_settings(address))
            await plain.start(Sink())
            await asyncio.sleep(0.2)
            assert not plain.is_ready()
            await plain.stop()

    asyncio.run(story())


def test_unknown_phone_has_no_messages(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulator(tmp_path) as address:
            carrier = await bound(address, Sink())
            (outcome,) = await carrier.send([envelope("hi", Phone("+12"))])
            assert isinstance(outcome, Refused)
            assert await call(SimulatorClient(tmp_path / "data").messages, REMI) == []
            await carrier.stop()

    asyncio.run(story())
