"""smpp34, a Rust implementation with a Python face, in both roles. What it can't do is not asked of it: as a server it takes
any password, as a client it acknowledges before anybody has looked."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from socket import socket
from typing import Any

import pytest
import smpp34

from recado.channels.protocol import Accepted, ReceiptState, Refused, TryLater
from recado.channels.smpp import SmppCarrier
from recado.channels.smpp.settings import Mode
from recado.foundation.protocols.smpp.splitting import Form, Long
from recado.foundation.protocols.smpp.text import split_text, with_headers
from recado.launch.simulator.client import Address, SimulatorClient
from tests.carriers.contract import CLINIC, ELEANOR, JOANNA, LONG_GSM, LONG_POLISH, Sink, envelope, until
from tests.carriers.simulated import simulator, smpp_settings

pytestmark = [pytest.mark.interop, pytest.mark.timeout(60)]

RECEIPT = "id:{} sub:001 dlvrd:001 submit date:2611241030 done date:2611241031 stat:DELIVRD err:000 text:"


def free_port() -> int:
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Smpp34Carrier:
    """A carrier on smpp34's server: keeps what it gets, reports what asks for it, refuses what it is told to."""

    def __init__(self) -> None:
        self.port = free_port()
        self.sessions: list[Any] = []
        self.submits: list[Any] = []
        self.refusals: list[int] = []
        self._server = smpp34.Server("127.0.0.1", self.port)
        self._receipts: set[asyncio.Future[Any]] = set()

    async def run(self) -> None:
        await self._server.start()
        while True:
            event = await self._server.next()
            if isinstance(event, smpp34.Esme):
                self.sessions.append(event)
            elif isinstance(event, smpp34.SubmitSmEvent):
                self._take(event)

    def _take(self, event: Any) -> None:
        self.submits.append(event)
        if self.refusals:
            event.reject(self.refusals.pop(0))
            return
        ident = f"s{len(self.submits)}"
        event.accept(ident)
        if event.registered_delivery & 1:
            self._receipts.add(asyncio.ensure_future(self._report(event, ident)))

    async def _report(self, event: Any, ident: str) -> None:
        session = next(one for one in self.sessions if one.can_receive)
        await session.deliver_sm(
            event.source_addr,
            RECEIPT.format(ident).encode(),
            source_addr=event.destination_addr,
            source_addr_ton=1,
            source_addr_npi=1,
            dest_addr_ton=1,
            dest_addr_npi=1,
            esm_class=4,
        )

    async def stop(self) -> None:
        await self._server.stop()
        await asyncio.gather(*self._receipts, return_exceptions=True)  # those that met a session that was leaving


def against_smpp34(story: Callable[[SmppCarrier, Sink, Smpp34Carrier], Awaitable[None]], **wanted: Any) -> None:
    async def told() -> None:
        far = Smpp34Carrier()
        serving = asyncio.ensure_future(far.run())
        carrier = SmppCarrier(
            "smpp34", smpp_settings(Address("127.0.0.1", far.port, 0, "recado", "secret", "", 0), **wanted)
        )
        sink = Sink()
        await carrier.start(sink)
        try:
            await asyncio.wait_for(carrier.wait_ready(), 10)
            await story(carrier, sink, far)
        finally:
            await carrier.stop()
            serving.cancel()
            await far.stop()

    asyncio.run(told())


def test_smpp34_takes_our_texts_and_its_receipts_come_in() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Smpp34Carrier) -> None:
        outcomes = await carrier.send([envelope("Hello [you]"), envelope("Zażółć 🙂"), envelope(LONG_POLISH, JOANNA)])
        assert all(isinstance(outcome, Accepted) for outcome in outcomes)
        await until(lambda: len(sink.receipts) == 3)
        assert {receipt.state for receipt in sink.receipts} == {ReceiptState.DELIVERED}
        assert {receipt.ref for receipt in sink.receipts} == {one.ref for one in outcomes if isinstance(one, Accepted)}
        got = {bytes(submit.short_message) for submit in far.submits}  # its events come in no order
        assert {b"Hello \x1b<you\x1b>", "Zażółć 🙂".encode("utf-16-be")} <= got
        far.refusals.append(0x0B)
        assert await carrier.send([envelope("a")]) == [Refused("number_refused")]
        far.refusals.append(0x58)
        assert isinstance((await carrier.send([envelope("b")]))[0], TryLater)

    against_smpp34(story)


def test_smpp34_hears_a_transmitter_and_tells_a_receiver() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Smpp34Carrier) -> None:
        await until(lambda: any(one.can_receive for one in far.sessions))
        assert isinstance((await carrier.send([envelope("over the pair")]))[0], Accepted)
        await until(lambda: len(sink.receipts) == 1)

    against_smpp34(story, mode=Mode.PAIR)


@pytest.mark.parametrize("long", [Long.SAR, Long.UDH16])
def test_smpp34_reads_every_way_to_mark_parts(long: Long) -> None:
    async def story(carrier: SmppCarrier, sink: Sink, far: Smpp34Carrier) -> None:
        assert isinstance((await carrier.send([envelope(LONG_GSM)]))[0], Accepted)
        count = len(split_text(LONG_GSM)[1])
        assert len(far.submits) == count
        if long is Long.SAR:
            tags = [{tlv.tag: tlv.as_int() for tlv in submit.tlvs} for submit in far.submits]
            assert sorted(tag[smpp34.TLV_SAR_SEGMENT_SEQNUM] for tag in tags) == list(range(1, count + 1))
            assert {tag[smpp34.TLV_SAR_TOTAL_SEGMENTS] for tag in tags} == {count}
        else:
            heads = [bytes(submit.short_message[:3]) for submit in far.submits]
            assert heads == [b"\x06\x08\x04"] * count

    against_smpp34(story, form=Form(long=long))


def test_smpp34_as_client_of_our_simulated_carrier(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulator(tmp_path) as address:
            phones = SimulatorClient(tmp_path / "data")
            client = smpp34.Client(address.host, address.smpp_port, address.system_id, address.password)
            session = await client.connect()
            addresses = {"source_addr": CLINIC[1:], "source_addr_ton": 1, "source_addr_npi": 1, "dest_addr_ton": 1}
            answered = await session.submit_sm(ELEANOR.e164[1:], b"hello", registered_delivery=1, **addresses)
            assert answered.message_id
            receipt = await asyncio.wait_for(session.next(), 5)
            assert receipt.esm_class == 4
            coding, parts = split_text(LONG_POLISH)
            for part in with_headers(parts, 9):
                await session.submit_sm(ELEANOR.e164[1:], part, data_coding=coding, esm_class=0x40, **addresses)
            shown = await asyncio.to_thread(phones.messages, ELEANOR)
            assert [message.text for message in shown] == ["hello", LONG_POLISH]
            await asyncio.to_thread(phones.reply, ELEANOR, "2")
            reply = await asyncio.wait_for(session.next(), 5)
            assert bytes(reply.short_message) == b"2"
            await session.unbind()

    asyncio.run(story())
