"""A carrier that does exactly what a test tells it, octet by octet, on a real connection."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from recado.channels.smpp import SmppCarrier
from recado.foundation.protocols.smpp import codes
from recado.foundation.protocols.smpp.messages import (
    Address as Number,
)
from recado.foundation.protocols.smpp.messages import (
    ShortMessage,
    decode_message,
    encode_message,
)
from recado.foundation.protocols.smpp.pdus import Framer, Pdu, encode, encode_bind_answer, encode_id
from recado.launch.simulator.client import Address
from tests.carriers.contract import Sink
from tests.carriers.simulated import smpp_settings

US = Number(1, 1, "447700900100")
PERSON = Number(1, 1, "447700900321")


class Connection:
    """One client's connection, seen from the carrier."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self.writer = reader, writer
        self._framer = Framer()
        self._frames: list[Pdu] = []
        self._sequence = 1000
        self.kind = 0  # the bind's command

    async def next(self, within: float = 3.0) -> Pdu:
        """The next frame, whatever it is."""
        while not self._frames:
            chunk = await asyncio.wait_for(self._reader.read(65536), within)
            assert chunk, "the client closed the connection"
            self._frames += self._framer.feed(chunk)
        return self._frames.pop(0)

    async def submits(self, count: int) -> list[Pdu]:
        frames = [await self.next() for _ in range(count)]
        assert {frame.command for frame in frames} == {codes.SUBMIT_SM}
        return frames

    async def is_silent(self, seconds: float = 0.1) -> bool:
        try:
            await self.next(seconds)
        except TimeoutError:
            return True
        return False

    async def is_closed(self) -> bool:
        while chunk := await asyncio.wait_for(self._reader.read(65536), 5):
            self._frames += self._framer.feed(chunk)
        return True

    def write(self, *frames: bytes) -> None:
        self.writer.write(b"".join(frames))

    def accept(self, *pdus: Pdu) -> None:
        self.write(*(encode(codes.SUBMIT_SM_RESP, 0, pdu.sequence, encode_id(f"id{pdu.sequence}")) for pdu in pdus))

    def refuse(self, pdu: Pdu, status: int) -> None:
        self.write(encode(codes.SUBMIT_SM_RESP, status, pdu.sequence))

    def delivery(
        self, payload: bytes, coding: int = 0, esm_class: int = 0, tlvs: dict[int, bytes] | None = None
    ) -> bytes:
        self._sequence += 1
        message = ShortMessage(PERSON, US, payload, coding, esm_class, tlvs=tlvs or {})
        return encode(codes.DELIVER_SM, 0, self._sequence, encode_message(message))


class Scripted:
    """Connections in the order made; each is bound already unless `is_bound` is False."""

    def __init__(self, *, is_bound: bool) -> None:
        self._is_bound = is_bound
        self._made: asyncio.Queue[Connection] = asyncio.Queue()
        self.count = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.count += 1
        connection = Connection(reader, writer)
        if self._is_bound:
            bind = await connection.next()
            assert bind.command in codes.BINDS
            connection.kind = bind.command
            connection.write(encode(bind.command | codes.RESPONSE, 0, bind.sequence, encode_bind_answer("gw")))
        await self._made.put(connection)

    async def connection(self, within: float = 3.0) -> Connection:
        return await asyncio.wait_for(self._made.get(), within)


@asynccontextmanager
async def scripted(
    *, is_bound: bool = True, recalled: tuple[str, datetime | None] | None = None, **wanted: Any
) -> AsyncIterator[tuple[SmppCarrier, Sink, Scripted]]:
    """A started carrier, its sink, and the other side. `recalled`: the account was refused before."""
    far = Scripted(is_bound=is_bound)
    server = await asyncio.start_server(far, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    address = Address("127.0.0.1", port, 0, "recado", "secret", "", 0)
    carrier = SmppCarrier("scripted", smpp_settings(address, **wanted))
    sink = Sink()
    if recalled is not None:
        carrier.recall_refusal(*recalled)
    await carrier.start(sink)
    try:
        yield carrier, sink, far
    finally:
        sink.gate.set()
        server.close()
        stopping = asyncio.ensure_future(carrier.stop())
        while far._made.qsize():
            far._made.get_nowait().writer.transport.abort()
        await stopping


def text_of(pdu: Pdu) -> ShortMessage:
    return decode_message(pdu.body)
