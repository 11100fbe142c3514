"""A carrier that refused our account, and a dispatcher that begins anew: nothing has changed, so nothing is tried anew."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from recado.channels import given as givens
from recado.foundation.clock import real_now
from recado.foundation.crypto import SYSTEM_CLINIC
from recado.foundation.keys import keys_for
from recado.foundation.protocols.smpp import codes
from recado.foundation.protocols.smpp.pdus import decode_bind, encode, encode_bind_answer
from recado.launch import carrier_accounts, carrier_changes
from recado.messaging import accounts, carrier_desk
from recado.messaging.types import CHANNEL, REOPEN, TRY, EventKind
from tests.carriers.fakes.far_end import FakeCarrier
from tests.carriers.scripted import Connection
from tests.factories import sql
from tests.rooms.test_http_outages import OURS, count, dispatcher, far_end, make_sender, put, until

pytestmark = pytest.mark.usefixtures("database")
NUMBER = 7
ACCOUNT = """
INSERT INTO messaging_carrieraccount (id, name, kind, settings_ct, is_active, state) VALUES (%s, 'M', 'smpp', %s, true, 'new')
"""


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


# ------------------------------------------------------------------------------------------------ over SMPP


@contextlib.asynccontextmanager
async def refusing() -> AsyncIterator[list[str]]:
    """A carrier over SMPP that knows one password, "right", with the account of a wrong one. Yields the passwords tried."""
    tried: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(reader, writer)
        bind = await connection.next()
        tried.append(decode_bind(bind.body).password)
        status = codes.OK if tried[-1] == "right" else codes.INVALID_PASSWORD
        connection.write(encode(bind.command | codes.RESPONSE, status, bind.sequence, encode_bind_answer("gw")))
        with contextlib.suppress(Exception):
            while asked := await connection.next():
                connection.write(encode(asked.command | codes.RESPONSE, codes.OK, asked.sequence))

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    given = {"host": "127.0.0.1", "port": server.sockets[0].getsockname()[1], "system_id": "x", "password": "wrong"}
    kept = givens.plain(carrier_desk.declared("smpp"), given)
    sealed = accounts.sealed(await asyncio.to_thread(keys_for, SYSTEM_CLINIC), NUMBER, kept)
    await asyncio.to_thread(sql, ACCOUNT, (NUMBER, sealed))
    try:
        async with dispatcher():
            await until(lambda: stands() == ("refused", True))
            await until(lambda: sql("SELECT 1 FROM messaging_carrierlink WHERE rests_until > now()") != [])
        yield tried
    finally:
        server.close()


def test_new_dispatcher_tries_a_refused_password_no_sooner() -> None:
    async def story() -> None:
        async with refusing() as tried:
            for _ in range(2):
                async with dispatcher():
                    await until(looked_at())
                    assert stands() == ("refused", True)
            assert tried == ["wrong"]
            links = sql("SELECT trouble, rests_until > now() + interval '3 minutes' FROM messaging_carrierlink")
            assert links == [("ESME_RINVPASWD", True)]

    asyncio.run(story())


@pytest.mark.parametrize("how", ["a test that goes well", "another password"])
def test_account_over_smpp_that_was_put_right_is_tried_at_once(how: str) -> None:
    async def story() -> None:
        async with refusing() as tried:
            async with dispatcher():
                await until(looked_at())
                if how == "another password":
                    await asyncio.to_thread(carrier_changes.change, str(NUMBER), {"password": "right"})
                    await until(lambda: stands() == ("ready", False))
                else:
                    await asyncio.to_thread(tell, TRY)
                    await until(lambda: len(tried) == 2)
            assert tried == ["wrong", "right" if how == "another password" else "wrong"]

    asyncio.run(story())
