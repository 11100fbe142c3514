"""A carrier that hangs or answers nothing but errors: it costs the few texts that were under way, and the rest wait."""

import asyncio
from datetime import timedelta
from typing import Any, cast

import pytest

from recado.channels.over_http import HttpState
from recado.channels.protocol import Accepted, TryLater, Uncertain
from recado.foundation.phone import Phone
from tests.carriers.contract import envelope
from tests.carriers.fakes.every import KINDS
from tests.carriers.fakes.far_end import FakeCarrier
from tests.carriers.http_contract import http_world

PEOPLE = [Phone(f"+4477009004{at:02}") for at in range(40)]


@pytest.mark.parametrize("kind", ["twilio", "infobip"])
@pytest.mark.parametrize("fault", ["answer_lost", "bad_gateway", "carrier_error"])
def test_carrier_that_takes_nothing_costs_few_texts_and_the_rest_wait(
    kind: str, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def told() -> None:
        one = KINDS[kind]
        wanted: dict[str, Any] = {"connections": 4, "response_timeout": timedelta(seconds=0.4)}
        async with http_world(one.shapes(), one.make, **wanted) as world:
            carrier, fake = cast(Any, world.carrier), cast(FakeCarrier, world.far_end)

            async def send(words: str) -> list[Any]:
                await asyncio.wait_for(carrier.wait_ready(), 5)
                sent: list[Any] = await carrier.send([envelope(f"{words} {person}", person) for person in PEOPLE])
                return sent

            await fake.fault(fault)
            outcomes = await send("news")
            assert len(fake.asked) <= 4, "no more than were under way at once"
            uncertain = [one for one in outcomes if isinstance(one, Uncertain)]
            assert len(uncertain) == (len(fake.asked) if fault != "carrier_error" else 0)
            assert sum(isinstance(one, TryLater) for one in outcomes) == 40 - len(uncertain)
            assert carrier.state is HttpState.UNREACHABLE
            assert not carrier.is_connected()
            assert caplog.text.count("takes nothing now") == 1

            await asyncio.wait_for(carrier.wait_ready(), 5)
            assert carrier.is_connected(), "or no text would ever find out that it is back"
            asked = len(fake.asked)
            await send("more")
            assert len(fake.asked) == asked + 1, "one text tries"

            await fake.fault(fault, False)
            assert all(isinstance(one, Accepted) for one in await send("last"))

    asyncio.run(told())


def test_carrier_that_was_away_is_tried_again() -> None:
    async def told() -> None:
        one = KINDS["twilio"]
        async with http_world(one.shapes(), one.make) as world:
            carrier, fake = cast(Any, world.carrier), cast(FakeCarrier, world.far_end)
            fake._server.close()
            await asyncio.sleep(0)
            (outcome,) = await carrier.send([envelope("nobody there")])
            assert outcome == TryLater(timedelta(seconds=5), "no_link")
            assert not carrier.is_connected()
            await asyncio.wait_for(carrier.wait_ready(), 5)
            assert carrier.is_connected()

    asyncio.run(told())
