"""Our carrier against a carrier on node-smpp, and a node-smpp client against our simulated carrier."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from recado.channels.protocol import Accepted, ReceiptState, Refused, TryLater, Uncertain
from recado.channels.smpp import LinkState, SmppCarrier
from recado.foundation.protocols.smpp.text import split_text, with_headers
from recado.launch.simulator.client import Address, SimulatorClient, read_address
from tests.carriers.contract import CLINIC, ELEANOR, JOANNA, LONG_GSM, LONG_POLISH, REMI, Sink, envelope, until
from tests.carriers.simulated import smpp_settings, started
from tests.interop.peers import NODE, Told, need_node

pytestmark = pytest.mark.interop


def against_node(story: Callable[[SmppCarrier, Sink, Told], Awaitable[None]], password: str = "secret") -> None:
    async def told() -> None:
        with Told(need_node(), str(NODE / "smsc.js")) as node:
            port = node.wait("listening")["port"]
            carrier = SmppCarrier("node", smpp_settings(Address("127.0.0.1", port, 0, "recado", password, "", 0)))
            sink = Sink()
            await carrier.start(sink)
            try:
                await story(carrier, sink, node)
            finally:
                await carrier.stop()

    asyncio.run(told())


async def bound(carrier: SmppCarrier, node: Told) -> None:
    await asyncio.wait_for(carrier.wait_ready(), 5)
    assert node.wait("bind")["is_known"] is True


def test_node_reads_our_texts_letter_for_letter() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, node: Told) -> None:
        await bound(carrier, node)
        texts = ["Hello [you], that's 20 € & ~ñ@£", "Zażółć gęślą jaźń", "emoji 🙂 too"]
        outcomes = await carrier.send([envelope(text, validity=timedelta(hours=2)) for text in texts])
        assert all(isinstance(outcome, Accepted) for outcome in outcomes)
        got = await asyncio.to_thread(node.wait_for, "submit", 3)
        assert [event["text"] for event in got] == texts
        assert [event["coding"] for event in got] == [0, 8, 8]
        assert {(event["to"], event["from"], event["ton"], event["registered"]) for event in got} == {
            (ELEANOR.e164[1:], CLINIC[1:], 1, 1)
        }
        await until(lambda: len(sink.receipts) == 3)
        assert {receipt.state for receipt in sink.receipts} == {ReceiptState.DELIVERED}
        assert [receipt.ref for receipt in sink.receipts] == ["n1", "n2", "n3"]
        answered = await asyncio.to_thread(node.wait_for, "receipt_answered", 3)
        assert {event["status"] for event in answered} == {0}

    against_node(story)


@pytest.mark.parametrize("text", [LONG_GSM, LONG_POLISH])
def test_node_reads_the_parts_of_our_long_texts(text: str) -> None:
    async def story(carrier: SmppCarrier, sink: Sink, node: Told) -> None:
        await bound(carrier, node)
        sent = envelope(text, JOANNA)
        (outcome,) = await carrier.send([sent])
        count = len(split_text(text)[1])
        got = await asyncio.to_thread(node.wait_for, "submit", count)
        assert "".join(event["text"] for event in got) == text
        reference = sent.message[-1]
        assert [event["udh"][-10:] for event in got] == [
            f"03{reference:02x}{count:02x}{number:02x}".rjust(10, "0") for number in range(1, count + 1)
        ]
        assert {event["reference"] for event in got} == {int.from_bytes(sent.message[-2:], "big")}
        assert outcome == Accepted(f"n{count}")
        await until(lambda: sink.receipts)
        await asyncio.sleep(0.2)
        assert [receipt.ref for receipt in sink.receipts] == [f"n{count}"]

    against_node(story)


def test_two_thousand_texts_come_through_node() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, node: Told) -> None:
        await bound(carrier, node)
        outcomes = await carrier.send([envelope(f"text {number}", REMI) for number in range(2000)])
        refs = [outcome.ref for outcome in outcomes if isinstance(outcome, Accepted)]
        assert len(set(refs)) == 2000
        await until(lambda: len({receipt.ref for receipt in sink.receipts}) == 2000, 30)

    against_node(story)


def test_nodes_refusals_become_outcomes() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, node: Told) -> None:
        await bound(carrier, node)
        node.tell("refuse", statuses=[0x0B, 0x58, 0x401])
        await asyncio.to_thread(node.wait, "done")
        number, throttled, vendor = await carrier.send([envelope("a"), envelope("b"), envelope("c")])
        assert (number, vendor) == (Refused("number_refused"), Refused("carrier_code_0x401"))
        assert isinstance(throttled, TryLater)

    against_node(story)


def test_link_that_node_drops_makes_texts_uncertain_and_comes_back() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, node: Told) -> None:
        await bound(carrier, node)
        node.tell("deaf", submits=1)
        await asyncio.to_thread(node.wait, "done")
        sending = asyncio.ensure_future(carrier.send([envelope("a")]))
        await asyncio.to_thread(node.wait, "submit")
        node.tell("drop")
        assert await sending == [Uncertain("link_lost")]
        await bound(carrier, node)
        assert isinstance((await carrier.send([envelope("b")]))[0], Accepted)

    against_node(story)


def test_wrong_password_is_told_by_node() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, node: Told) -> None:
        await until(lambda: carrier.state is LinkState.LOGIN_REFUSED)
        assert carrier.state_reason == "ESME_RINVPASWD"

    against_node(story, password="guess")


def test_nodes_replies_are_joined_stored_and_answered() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, node: Told) -> None:
        await bound(carrier, node)
        node.tell("reply", coding=0, parts=[{"octets": b"STOP".hex()}])
        assert (await asyncio.to_thread(node.wait, "reply_answered"))["status"] == 0
        coding, parts = split_text(LONG_POLISH)
        framed = with_headers(parts, 7)
        told = [{"udh": part[:6].hex(), "octets": part[6:].hex()} for part in reversed(framed)]
        node.tell("reply", coding=coding, parts=told)
        answered = await asyncio.to_thread(node.wait_for, "reply_answered", len(parts))
        assert {event["status"] for event in answered} == {0}
        assert [(reply.sender, reply.to, reply.text) for reply in sink.replies] == [
            (ELEANOR.e164, CLINIC, "STOP"),
            (ELEANOR.e164, CLINIC, LONG_POLISH),
        ]

    against_node(story)


def test_node_gets_our_answers_and_our_goodbye() -> None:
    async def story(carrier: SmppCarrier, sink: Sink, node: Told) -> None:
        await bound(carrier, node)
        node.tell("ask")
        assert (await asyncio.to_thread(node.wait, "answered"))["status"] == 0
        await carrier.stop()
        await asyncio.to_thread(node.wait, "unbind")
        await asyncio.to_thread(node.wait, "closed")

    against_node(story)


def test_node_as_client_of_our_simulated_carrier(tmp_path: Path) -> None:
    node = need_node()
    process = started(tmp_path)
    try:
        address, phones = read_address(tmp_path), SimulatorClient(tmp_path)
        command = (node, str(NODE / "esme.js"), str(address.smpp_port), address.system_id, address.password)
        with Told(*command) as client:
            assert client.wait("bound")["status"] == 0
            sent = [("Hello there", False), ("Zażółć 🙂", False), ("long " * 70, True)]
            for text, is_payload in sent:
                client.tell("submit", to=ELEANOR.e164[1:], text=text, payload=is_payload)
            ids = {event["id"] for event in client.wait_for("submitted", 3)}
            receipts = client.wait_for("receipt", 3)
            assert {event["id"] for event in receipts} == ids
            assert {event["state"] for event in receipts} == {2}
            assert all("stat:DELIVRD" in event["text"] for event in receipts)
            assert [message.text for message in phones.messages(ELEANOR)] == [text for text, _ in sent]
            phones.reply(ELEANOR, "Yes, 10 €")
            reply = client.wait("reply")
            assert (reply["text"], reply["from"], reply["to"]) == ("Yes, 10 €", ELEANOR.e164[1:], CLINIC[1:])
            assert phones.wait_drained(timedelta(seconds=5))
            client.tell("enquire")
            assert client.wait("answered")["status"] == 0
            client.tell("query")
            assert client.wait("queried")["status"] == 3
            client.tell("unbind")
            assert client.wait("unbound")["status"] == 0
    finally:
        process.terminate()
        process.wait(10)


def test_node_with_a_wrong_password_is_refused_by_our_simulated_carrier(tmp_path: Path) -> None:
    node = need_node()
    process = started(tmp_path)
    try:
        address = read_address(tmp_path)
        with Told(node, str(NODE / "esme.js"), str(address.smpp_port), address.system_id, "guess") as client:
            assert client.wait("bound")["status"] == 0x0E
    finally:
        process.terminate()
        process.wait(10)
