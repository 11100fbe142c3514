"""Mutated PDUs: nothing that a peer sends may do more than end in an answer or a closed connection.

A sample each time; the tests marked slow mutate 100,000 PDUs, always the same ones. No session that still stands may have
lost its way: after what was mutated it answers a sound question.
"""

import asyncio
import os
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from recado.channels.smpp.incoming import Incoming
from recado.channels.smpp.link import Link
from recado.channels.smpp.settings import SmppSettings
from recado.channels.smpp.window import Window
from recado.foundation.protocols.smpp import codes
from recado.foundation.protocols.smpp.joining import user_data
from recado.foundation.protocols.smpp.messages import (
    Address,
    ShortMessage,
    decode_message,
    encode_message,
    encode_submit,
)
from recado.foundation.protocols.smpp.pdus import (
    Bind,
    DecodeError,
    Framer,
    Pdu,
    decode_bind,
    decode_id,
    encode,
    encode_id,
    refusal,
)
from recado.foundation.protocols.smpp.receipts import format_receipt, read_receipt
from recado.foundation.protocols.smpp.text import decode_text, split_text, with_headers
from recado.foundation.protocols.smpp.times import decode_receipt_time
from recado.launch.simulator.server import Server
from recado.launch.simulator.session import Session
from recado.launch.simulator.settings import SimulatorSettings
from tests.carriers.contract import LONG_POLISH

MUTATIONS = int(os.environ.get("RECADO_FUZZ", "6000"))
MANY = 100_000

CLINIC = Address(1, 1, "447700900100")
PATIENT = Address(1, 1, "447700900321")


def healthy() -> list[bytes]:
    """One of each PDU that we read, on either side."""
    from datetime import UTC, datetime

    at = datetime(2026, 11, 24, tzinfo=UTC)
    receipt = format_receipt("5f", 2, submitted_at=at, done_at=at)
    tlvs = {codes.TLV_RECEIPTED_MESSAGE_ID: b"5f\0", codes.TLV_MESSAGE_STATE: b"\2"}
    coding, parts = split_text(LONG_POLISH)
    long_reply = [
        encode_message(ShortMessage(PATIENT, CLINIC, part, coding, codes.ESM_UDHI)) for part in with_headers(parts, 7)
    ]
    sar = {codes.TLV_SAR_REFERENCE: b"\0\1", codes.TLV_SAR_TOTAL: b"\2", codes.TLV_SAR_NUMBER: b"\1"}
    deliveries = [
        encode_message(ShortMessage(PATIENT, CLINIC, receipt, esm_class=4, tlvs=tlvs)),
        encode_message(ShortMessage(PATIENT, CLINIC, b"STOP")),
        encode_message(ShortMessage(PATIENT, CLINIC, b"x" * 300, tlvs=sar)),
        *long_reply,
    ]
    return [
        *(encode(codes.DELIVER_SM, 0, 9, body) for body in deliveries),
        encode(codes.SUBMIT_SM, 0, 8, encode_submit(CLINIC, PATIENT, b"Hello", data_coding=0, registered_delivery=1)),
        *(encode(codes.SUBMIT_SM, 0, 8, body) for body in long_reply),
        encode(codes.SUBMIT_SM_RESP, 0, 3, encode_id("5f")),
        encode(codes.BIND_TRANSCEIVER, 0, 1, Bind("recado", "secret").encoded()),
        encode(codes.DELIVER_SM_RESP, 0, 1, b"\0"),
        encode(codes.ENQUIRE_LINK, 0, 2),
        encode(codes.UNBIND, 0, 2),
    ]


def mutated(seed: int, count: int) -> Iterator[bytes]:
    """Frames with octets changed, cut out, doubled or set to limits; the length is put right, or sometimes not."""
    chance = random.Random(seed)
    frames = healthy()
    for _ in range(count):
        frame = bytearray(chance.choice(frames))
        for _ in range(chance.randint(1, 5)):
            while len(frame) < 16:
                frame += b"\0"
            place = chance.randrange(4, len(frame))
            kind = chance.randrange(4)
            if kind == 0:
                frame[place] = chance.randrange(256)
            elif kind == 1:
                del frame[place : place + chance.randrange(1, 12)]
            elif kind == 2:
                frame[place:place] = chance.randbytes(chance.randrange(1, 12))
            else:
                frame[place] = chance.choice((0, 1, 0x1B, 0x7F, 0x80, 0xFE, 0xFF))
        while len(frame) < 16:
            frame += b"\0"
        if chance.random() < 0.97:
            frame[:4] = len(frame).to_bytes(4, "big")
        yield bytes(frame)


COUNTS = pytest.mark.parametrize("count", [MUTATIONS, pytest.param(MANY, marks=pytest.mark.slow)])


@COUNTS
def test_mutated_pdus_decode_or_are_refused_and_nothing_else(count: int) -> None:
    decoded = 0
    for frame in mutated(1, count):
        for pdu in Framer().feed(frame):
            assert decode_id(pdu.body) is not None
            try:
                message = decode_message(pdu.body)
                decode_bind(pdu.body)
            except DecodeError:
                continue
            decoded += 1
            data = user_data(message)
            decode_text(message.data_coding, data.octets, locking=data.locking, single=data.single)
            decode_receipt_time(read_receipt(message).done_date)
            encode_again = refusal(pdu, codes.INVALID_LENGTH)
            assert encode_again == b"" or encode_again[4] & 0x80
    assert decoded > count / 20


class Wire:
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        self.written = bytearray()
        self.is_closed = False

    def write(self, octets: bytes) -> None:
        self.written += octets

    def is_closing(self) -> bool:
        return self.is_closed

    def close(self) -> None:
        self.is_closed = True

    abort = close


ENDINGS = (codes.UNBIND, codes.UNBIND_RESP)


def ends_a_session(frame: bytes) -> bool:
    """The peer says goodbye, or its length leads nowhere: what follows can't be told apart."""
    framer = Framer()
    frames = framer.feed(frame)
    return bool(framer.flaw) or len(frames) != 1 or bool(framer._rest) or frames[0].command in ENDINGS


def still_answers(peer: asyncio.Protocol, wire: Wire) -> None:
    before = len(wire.written)
    peer.data_received(encode(codes.ENQUIRE_LINK, codes.OK, 77))
    assert encode(codes.ENQUIRE_LINK_RESP, codes.OK, 77) in bytes(wire.written[before:])


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_both_sides_understand_what_comes_octet_by_octet(tmp_path: Path, size: int) -> None:
    async def story() -> None:
        heard: list[object] = []

        async def sink(events: object) -> None:
            heard.extend(events)  # type: ignore[call-overload]

        settings = SmppSettings("127.0.0.1", 1, "recado", "secret")
        incoming = Incoming(settings, sink)  # type: ignore[arg-type]
        wire, link = Wire(), Link(settings, Window(10, rate=None, now=0.0), incoming.take, 1)
        link.connection_made(wire)  # type: ignore[arg-type]
        link.data_received(encode(codes.BIND_TRANSCEIVER_RESP, 0, 1, b"gw\0"))
        server = Server(SimulatorSettings(tmp_path, password="secret", is_durable=False), "secret")
        server.take_up()
        far_wire, session = Wire(), Session(server)
        session.connection_made(far_wire)  # type: ignore[arg-type]
        session.data_received(encode(codes.BIND_TRANSCEIVER, 0, 1, Bind("recado", "secret").encoded()))
        stream = b"".join(frame for frame in healthy() if frame[4:8] != codes.UNBIND.to_bytes(4, "big"))
        for place in range(0, len(stream), size):
            link.data_received(stream[place : place + size])
            session.data_received(stream[place : place + size])
        await incoming.drain(1.0)
        assert len(heard) == 3  # a receipt, STOP, and the long reply; the SAR part waits for its other
        assert server.tally()["texts"] == 2
        still_answers(link, wire)
        still_answers(session, far_wire)
        link.connection_lost(None)
        await server.stop()

    asyncio.run(story())


def answers_are_sound(octets: bytes) -> None:
    framer = Framer()
    for pdu in framer.feed(octets):
        assert isinstance(pdu, Pdu)
    assert framer.flaw == ""


@COUNTS
def test_client_survives_mutated_pdus(count: int) -> None:
    async def story() -> None:
        stored = 0

        async def sink(events: object) -> None:
            nonlocal stored
            stored += len(events)  # type: ignore[arg-type]

        settings = SmppSettings("127.0.0.1", 1, "recado", "secret", join_wait=timedelta(milliseconds=20))
        incoming = Incoming(settings, sink)  # type: ignore[arg-type]
        for number, frame in enumerate(mutated(2, count)):
            if number % 200 == 0:
                wire, link = Wire(), Link(settings, Window(10, rate=None, now=0.0), incoming.take, number)
                link.connection_made(wire)  # type: ignore[arg-type]
                link.data_received(encode(codes.BIND_TRANSCEIVER_RESP, 0, 1, b"gw\0"))
                await asyncio.sleep(0)
            link.data_received(frame)
            is_over = ends_a_session(frame)
            if not is_over:
                assert not wire.is_closed
                still_answers(link, wire)
            if number % 200 == 199 or is_over:
                await asyncio.sleep(0)
                answers_are_sound(bytes(wire.written))
                link.connection_lost(None)
                wire, link = Wire(), Link(settings, Window(10, rate=None, now=0.0), incoming.take, number)
                link.connection_made(wire)  # type: ignore[arg-type]
                link.data_received(encode(codes.BIND_TRANSCEIVER_RESP, 0, 1, b"gw\0"))
        link.connection_lost(None)
        await asyncio.sleep(0.1)
        await incoming.drain(1.0)
        assert stored > count / 50

    asyncio.run(story())


@COUNTS
def test_simulator_survives_mutated_pdus(tmp_path: Path, count: int) -> None:
    async def story() -> None:
        settings = SimulatorSettings(tmp_path, password="secret", receipt_delay=timedelta(0), is_durable=False)
        server = Server(settings, "secret")
        server.take_up()
        wire, session, is_over = Wire(), Session(server), True
        for number, frame in enumerate(mutated(3, count)):
            if number % 200 == 0 or is_over:
                session.connection_lost(None)
                answers_are_sound(bytes(wire.written))
                wire, session = Wire(), Session(server)
                session.connection_made(wire)  # type: ignore[arg-type]
                session.data_received(encode(codes.BIND_TRANSCEIVER, 0, 1, Bind("recado", "secret").encoded()))
            session.data_received(frame)
            is_over = ends_a_session(frame)
            if not is_over:
                assert not wire.is_closed
                still_answers(session, wire)
            await asyncio.sleep(0)
        assert server.tally()["submits"] > count / 50
        await server.stop()
        again = Server(settings, "secret")
        again.take_up()
        assert again.tally()["submits"] == server.tally()["submits"]
        await again.stop()

    asyncio.run(story())
