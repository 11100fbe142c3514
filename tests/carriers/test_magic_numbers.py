"""What the reference says of the numbers for people's own tests is what the simulated carrier does."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from recado.channels.protocol import Accepted, PersonStopped, ReceiptState, Refused, TryLater, Uncertain
from recado.channels.smpp import SmppCarrier
from recado.foundation.phone import Phone, is_fictional
from recado.launch.simulator.magic import NUMBERS, OPTED_OUT
from tests.carriers.contract import Sink, World, answered_late, envelope, until
from tests.carriers.simulated import SimulatedFarEnd, simulator, smpp_settings

REFERENCE = Path(__file__).parents[2] / "docs/reference/test-numbers.md"


def number(last: int) -> Phone:
    return Phone(f"+3363998{last:04}")


def run(folder: Path, story: Callable[[World], Awaitable[None]], **wanted: Any) -> None:
    async def told() -> None:
        async with simulator(folder) as address:
            carrier, sink = SmppCarrier("magic", smpp_settings(address, **wanted)), Sink()
            await carrier.start(sink)
            try:
                await carrier.wait_ready()
                await story(World(carrier, sink, SimulatedFarEnd(folder)))
            finally:
                await carrier.stop()

    asyncio.run(told())


def test_reference_tells_every_number_and_none_is_anybodys() -> None:
    told = REFERENCE.read_text("utf-8")
    for one in NUMBERS:
        assert f"| `{one.phone}` | {one.what} |" in told
        assert is_fictional(Phone(one.phone))


@pytest.mark.parametrize(
    ("last", "copies", "state"),
    [
        (9901, 1, ReceiptState.DELIVERED),
        (9902, 1, ReceiptState.FAILED),
        (9910, 1, ReceiptState.DELIVERED),
        (9911, 1, ReceiptState.DELIVERED),
    ],
)
def test_number_is_taken_and_reported(tmp_path: Path, last: int, copies: int, state: ReceiptState) -> None:
    async def story(world: World) -> None:
        (outcome,) = await world.carrier.send([envelope("hello", number(last))])
        assert isinstance(outcome, Accepted)
        await until(lambda: world.sink.receipts)
        assert {(receipt.ref, receipt.state) for receipt in world.sink.receipts} == {(outcome.ref, state)}

    run(tmp_path, story)


@pytest.mark.parametrize(("last", "step"), [(9903, timedelta(seconds=31)), (9904, timedelta(hours=3))])
def test_number_expires(tmp_path: Path, last: int, step: timedelta) -> None:
    async def story(world: World) -> None:
        await world.carrier.send([envelope("hello", number(last), validity=timedelta(hours=2))])
        await asyncio.sleep(0.1)
        assert world.sink.receipts == []
        await world.far_end.advance(step)
        await until(lambda: world.sink.receipts)
        assert world.sink.receipts[0].state is ReceiptState.EXPIRED

    run(tmp_path, story)


def test_number_is_throttled_three_times_and_then_taken(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        text = envelope("patience", number(9905))
        for _ in range(3):
            await world.carrier.wait_ready()
            (outcome,) = await world.carrier.send([text])
            assert isinstance(outcome, TryLater)
        await world.carrier.wait_ready()
        (outcome,) = await world.carrier.send([text])
        assert isinstance(outcome, Accepted)
        assert await world.far_end.texts(number(9905)) == ["patience"]

    run(tmp_path, story)


def test_numbers_that_are_refused(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        outcomes = await world.carrier.send([envelope("hello", number(last)) for last in (9906, 9907, 9908)])
        assert outcomes == [
            PersonStopped(),
            Refused("number_refused"),
            TryLater(timedelta(seconds=30), "carrier_error"),
        ]

    run(tmp_path, story, vendor_codes={OPTED_OUT: PersonStopped()})


def test_number_without_a_receipt(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        (outcome,) = await world.carrier.send([envelope("hello", number(9909))])
        await asyncio.sleep(0.2)
        assert isinstance(outcome, Accepted)
        assert world.sink.receipts == []

    run(tmp_path, story)


def test_number_that_answers_late(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        sending = asyncio.ensure_future(world.carrier.send([envelope("slowly", number(9912))]))
        await asyncio.sleep(0.1)
        assert not sending.done()
        assert isinstance((await answered_late(world, sending))[0], Accepted)

    run(tmp_path, story)


@pytest.mark.parametrize("last", [9913, 9914])
def test_number_whose_answer_is_lost(tmp_path: Path, last: int) -> None:
    async def story(world: World) -> None:
        (outcome,) = await world.carrier.send([envelope("perhaps", number(last))])
        assert isinstance(outcome, Uncertain)
        assert await world.far_end.texts(number(last)) == ["perhaps"]

    run(tmp_path, story, response_timeout=timedelta(milliseconds=300))
