"""The SMSC simulator of Jasmin, written on another SMPP codec (smpp.pdu): a carrier that takes texts, and those that break the
rules as Jasmin's authors have met them. No session of ours may end wrongly, and nothing is called sent that nobody took."""

import asyncio
import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from recado.channels import smpp
from recado.channels.protocol import Accepted, Inbound, Outcome, ReceiptState, Refused, Uncertain
from tests.carriers.contract import LONG_POLISH, Sink, envelope, until

SERVE = Path(__file__).parent / "jasmin" / "serve.py"
HOME = Path(__file__).parents[2] / ".bench" / "jasmin-simulator"
IS_HERE = (HOME / "smsc_simulator.py").is_file()

pytestmark = [
    pytest.mark.interop,
    pytest.mark.timeout(60),
    # Issue 4 wants it where it runs: of all peers it alone is taken out of a package's source.
    pytest.mark.skipif(not IS_HERE, reason="Jasmin's simulator is not installed: sh tests/interop/jasmin/install.sh"),
]

LOST, UNANSWERED, NO_WORD = Uncertain("link_lost"), Uncertain("no_answer"), Accepted("")


@contextmanager
def simulated(kind: str) -> Iterator[subprocess.Popen[str]]:
    command = [str(HOME / "bin" / "python"), str(SERVE), kind]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def settings(process: "subprocess.Popen[str]") -> dict[str, object]:
    assert process.stdout
    port = process.stdout.readline().strip()
    waits = {"response_timeout": "1s", "connect_timeout": "1s"}
    return {"host": "127.0.0.1", "port": port, "system_id": "recado", "password": "fiction", **waits}


async def played(process: "subprocess.Popen[str]", story: Callable[[Any, Sink], Any]) -> None:
    carrier, sink = smpp.make("jasmin", settings(process)), Sink()
    await carrier.start(sink)
    try:
        await story(carrier, sink)
    finally:
        await asyncio.wait_for(carrier.stop(), 10)


def test_texts_are_taken_and_reported_each_under_its_own_number() -> None:
    async def story(carrier: Any, sink: Sink) -> None:
        await asyncio.wait_for(carrier.wait_ready(), 5)
        outcomes = await carrier.send([envelope("hello"), envelope(LONG_POLISH)])
        refs = [one.ref for one in outcomes if isinstance(one, Accepted)]
        assert len(set(refs)) == 2 and all(refs)
        await until(lambda: {one.ref for one in sink.receipts} >= set(refs))
        assert {one.state for one in sink.receipts} == {ReceiptState.DELIVERED}

    with simulated("Reporting") as process:
        asyncio.run(played(process, story))
        assert process.stdout
        taken = [json.loads(process.stdout.readline()) for _ in range(2)]
    assert taken[0]["to"] == taken[1]["to"] and max(one["octets"] for one in taken) > 100


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("HappySMSC", NO_WORD),
        ("EnquireLinkEchoSMSC", NO_WORD),
        ("UnbindNoResponseSMSC", NO_WORD),
        ("OutbindSMSC", NO_WORD),
        ("NoResponseOnSubmitSMSC", UNANSWERED),
        ("GenericNackNoSeqNumOnSubmitSMSC", UNANSWERED),
        ("GenericNackWithSeqNumOnSubmitSMSC", Refused("not_understood")),
        ("ErrorOnSubmitSMSC", Refused("carrier_code_0x43")),
        ("UnbindOnSubmitSMSC", LOST),
        ("CommandLengthTooLongSMSC", UNANSWERED),
        ("InvalidCommandIdSMSC", UNANSWERED),
        ("NonFatalParseErrorSMSC", UNANSWERED),
    ],
)
def test_what_it_does_with_a_text_is_what_becomes_of_it(kind: str, outcome: Outcome) -> None:
    async def story(carrier: Any, sink: Sink) -> None:
        await asyncio.wait_for(carrier.wait_ready(), 5)
        assert await asyncio.wait_for(carrier.send([envelope("hello")]), 10) == [outcome]
        assert sink.events == []

    with simulated(kind) as process:
        asyncio.run(played(process, story))


@pytest.mark.parametrize(
    "kind", ["BindErrorSMSC", "BindErrorGenericNackSMSC", "CommandLengthTooShortSMSC", "DeliverSMBeforeBoundSMSC"]
)
def test_a_carrier_that_lets_nobody_in_takes_nothing(kind: str) -> None:
    async def story(carrier: Any, sink: Sink) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(carrier.wait_ready(), 2)
        assert not carrier.is_connected() and sink.events == []

    with simulated(kind) as process:
        asyncio.run(played(process, story))


@pytest.mark.parametrize("kind", ["DeliverSMSMSC", "DeliverSMAndUnbindSMSC"])
def test_what_comes_right_behind_the_bind_is_heard(kind: str) -> None:
    async def story(carrier: Any, sink: Sink) -> None:
        await until(lambda: sink.events)
        first = sink.events[0]
        assert isinstance(first, Inbound) and first.text == "test"

    with simulated(kind) as process:
        asyncio.run(played(process, story))
