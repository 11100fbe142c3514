"""A carrier over HTTP that refused our account, and a dispatcher that begins anew: nothing has changed, so nothing is tried anew."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from recado.foundation.clock import real_now
from recado.launch import carrier_accounts, carrier_changes
from recado.messaging.types import CHANNEL, REOPEN, TRY, EventKind
from tests.carriers.fakes.far_end import FakeCarrier
from tests.factories import sql
from tests.rooms.test_http_outages import OURS, count, dispatcher, far_end, make_sender, put, until

pytestmark = pytest.mark.usefixtures("database")
NUMBER = 7


def stands() -> tuple[str, bool]:
    """How the carrier is, and whether what it refused is remembered."""
    ((state, is_remembered),) = sql("SELECT state, refused_with IS NOT NULL FROM messaging_carrieraccount")
    return state, is_remembered


async def refused(fake: FakeCarrier) -> UUID:
    """A clinic whose carrier has refused the account, for longer than this test takes."""
    clinic = await asyncio.to_thread(make_sender, "harbour", OURS, NUMBER)
    await asyncio.to_thread(change, "1h")
    await fake.fault("credentials")
    async with dispatcher():
        await asyncio.to_thread(put, clinic, range(3), "visit")
        await until(lambda: stands() == ("refused", True))
    return clinic


def change(again_after: str) -> None:
    carrier_changes.change(str(NUMBER), {"again_after": again_after})


def looked_at() -> Any:
    """True once the carrier's connection was looked at, from now on."""
    begun = real_now()
    return lambda: sql("SELECT 1 FROM messaging_carrierlink WHERE at > %s", (begun,)) != []


def tell(word: str) -> None:
    sql("SELECT pg_notify(%s, %s)", (CHANNEL, f"{word}{NUMBER}"))


def test_new_dispatcher_leaves_a_refused_account_alone_until_its_time() -> None:
    async def story() -> None:
        async with far_end(NUMBER, "twilio") as fake:
            clinic = await refused(fake)
            asked = len(fake.asked)
            more = await asyncio.to_thread(put, clinic, range(10, 15), "more")
            async with dispatcher():
                await until(looked_at())
                assert stands() == ("refused", True)
                assert (len(fake.asked), count(EventKind.RETRY, more)) == (asked, 0)
            trouble = sql("SELECT trouble, rests_until > now() FROM messaging_carrierlink")
            assert trouble == [("credentials_refused", True)]

    asyncio.run(story())


@pytest.mark.parametrize("how", ["a test that goes well", "another account"])
def test_refused_account_that_was_put_right_is_tried_at_once_by_a_new_dispatcher(how: str) -> None:
    async def story() -> None:
        async with far_end(NUMBER, "twilio") as fake:
            clinic = await refused(fake)
            await fake.fault("credentials", False)
            more = await asyncio.to_thread(put, clinic, range(10, 15), "more")
            async with dispatcher():
                await until(looked_at())
                if how == "another account":
                    await asyncio.to_thread(change, "2h")
                else:
                    await asyncio.to_thread(tell, TRY)
                await until(lambda: count(EventKind.SENT, more) == 5)
                await until(lambda: stands() == ("ready", False))
            assert sql("SELECT count(*) FROM messaging_outbox") == [(0,)], "what it had put off goes with them"

    asyncio.run(story())


def test_test_that_goes_well_while_nothing_sends_is_known_to_the_next_dispatcher() -> None:
    async def story() -> None:
        async with far_end(NUMBER, "twilio") as fake:
            clinic = await refused(fake)
            assert not (await asyncio.to_thread(carrier_accounts.test, str(NUMBER), to=None, sender=None))["is_ok"]
            assert stands() == ("refused", True)
            await fake.fault("credentials", False)
            more = await asyncio.to_thread(put, clinic, range(10, 15), "more")
            assert (await asyncio.to_thread(carrier_accounts.test, str(NUMBER), to=None, sender=None))["is_ok"]
            async with dispatcher():
                await until(lambda: count(EventKind.SENT, more) == 5)
                await until(lambda: stands() == ("ready", False))
            assert sql("SELECT count(*) FROM messaging_outbox") == [(0,)], "what it had put off goes with them"

    asyncio.run(story())


def test_test_text_has_one_text_try_and_a_refusal_stands_as_it_was() -> None:
    async def story() -> None:
        async with far_end(NUMBER, "twilio") as fake:
            clinic = await refused(fake)
            asked = len(fake.asked)
            await asyncio.to_thread(put, clinic, range(10, 15), "more")
            async with dispatcher():
                await until(looked_at())
                await asyncio.to_thread(tell, REOPEN)
                await until(lambda: len(fake.asked) > asked)
                await until(looked_at())
                assert stands() == ("refused", True)
            assert len(fake.asked) == asked + 1

    asyncio.run(story())
