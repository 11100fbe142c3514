"""Carriers over HTTP and their calls when something is away: from the queue to the fake carrier and back, with the real loop,
the real door for callbacks and the real database."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import psycopg
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

import recado
from recado.api import callbacks as door
from recado.channels.protocol import Answer, RawCallback, ReceiptState
from recado.foundation.crypto import SYSTEM_CLINIC
from recado.foundation.database import Role, connect, connect_async, key_file
from recado.foundation.keys import keys_for
from recado.launch import carrier_accounts, carrier_changes, dispatching
from recado.messaging import accounts, callbacks
from recado.messaging.dispatch import roster
from recado.messaging.dispatch.loop import Dispatcher
from recado.messaging.types import EventKind
from tests import cluster
from tests.carriers.fakes.every import KINDS
from tests.carriers.fakes.far_end import HOOK, FakeCarrier, Reply, Text
from tests.factories import advance, furnish, intent, make_clinic, phone, send, sql

pytestmark = pytest.mark.usefixtures("database")
PERSON, OURS, OTHERS = phone(321), "+447700900100", "+447700900101"
SENT, DELIVERED, UNCERTAIN = EventKind.SENT, EventKind.DELIVERED, EventKind.UNCERTAIN
SETTLED_LATE = (UNCERTAIN, SENT, DELIVERED)
LONGEST_WAIT = timedelta(minutes=15)  # of a text for its next try
QUICK = {"answer_timeout": "0.3s", "again_after": "1s", "connections": "4"}
APP = Starlette(routes=[Route(door.PATH, door.callback, methods=["GET", "POST"])])


class Door:
    """The way from a fake carrier to the product's own callback address. Keeps what it was answered."""

    def __init__(self, number: int) -> None:
        self._place = f"/callbacks/{number}/"
        self.statuses: list[int] = []

    async def __call__(self, raw: RawCallback) -> Answer:
        parts = urlsplit(raw.url.replace("/callbacks/7/", self._place))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(APP), base_url="https://clinic.example") as client:
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            answer = await client.request(raw.method, path, content=raw.body, headers=dict(raw.headers))
        self.statuses.append(answer.status_code)
        if answer.status_code == 503:
            await asyncio.sleep(0.1)  # carriers don't insist at once
        return Answer(answer.status_code)


def open_account(number: int, kind: str, url: str) -> None:
    """The account of a carrier whose far end stands at this address."""
    settings = {**KINDS[kind].shapes().settings(url), **QUICK}
    settings["callback_url"] = HOOK
    kept = accounts.sealed(keys_for(SYSTEM_CLINIC), number, settings)
    with connect(Role.MAINTENANCE) as connection:
        connection.execute(
            "INSERT INTO messaging_carrieraccount (id, name, kind, settings_ct, is_active, state) "
            "VALUES (%s, %s, %s, %s, true, 'new')",
            (number, f"{kind} {number}", kind, kept),
        )
    callbacks.forget()


@asynccontextmanager
async def far_end(number: int, kind: str) -> AsyncIterator[FakeCarrier]:
    fake = FakeCarrier(KINDS[kind].shapes())
    await fake.start()
    fake.deliver = Door(number)
    await asyncio.to_thread(open_account, number, kind, fake.url)
    try:
        yield fake
    finally:
        await fake.stop()


@asynccontextmanager
async def dispatcher() -> AsyncIterator[None]:
    async def opened() -> Any:
        return await connect_async(Role.DISPATCH, autocommit=True)

    stop = asyncio.Event()
    running = asyncio.create_task(
        Dispatcher({}, worker="d@t", connect=opened, keyfile=key_file(), accounts=dispatching.accounts).run(stop)
    )
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(running, 30)


@contextmanager
def database_away() -> Iterator[None]:
    """Nobody gets in, and everybody is thrown out but the tests' own superuser."""
    name = cluster.database_name()
    with psycopg.connect(cluster.superuser_url("postgres"), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')  # type: ignore[call-overload]
        throw_out(connection)
        try:
            yield
        finally:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')  # type: ignore[call-overload]


def throw_out(connection: "psycopg.Connection[Any]") -> None:
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE %s",
        (f"{cluster.database_name()}\\_%",),
    )


async def until(true: Callable[[], Any], within: float = 60.0, *, every: timedelta | None = None) -> None:
    """Waits until it is so. `every`: how far business time goes on each second meanwhile."""
    for turn in range(int(within / 0.05)):
        if every and turn % 20 == 0:
            await asyncio.to_thread(advance, every)
        if await asyncio.to_thread(true):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"did not become so within {within} s")


def make_sender(slug: str, number: str, carrier: int) -> UUID:
    clinic = make_clinic(slug).id
    furnish(clinic, number, carrier=carrier)
    return clinic


def put(clinic: UUID, numbers: Sequence[int], words: str) -> list[UUID]:
    made = send(clinic, *(intent(at, text=f"{words} {at}") for at in numbers))
    return [one.message_id for one in made if one.message_id]


def kinds_of(messages: Sequence[UUID]) -> dict[UUID, list[int]]:
    rows = sql(
        "SELECT message, kind FROM messaging_event WHERE message = ANY (%s) ORDER BY at, kind", (list(messages),)
    )
    found: dict[UUID, list[int]] = {name: [] for name in messages}
    for name, kind in rows:
        found[name].append(kind)
    return found


def count(kind: EventKind, messages: Sequence[UUID]) -> int:
    return sum(kinds.count(kind) for kinds in kinds_of(messages).values())


def is_over(messages: Sequence[UUID]) -> bool:
    """Each left, or may have left."""
    return all({SENT, UNCERTAIN} & set(kinds) for kinds in kinds_of(messages).values())


def unread() -> int:
    return int(sql("SELECT count(*) FROM messaging_callbackraw WHERE settled_at IS NULL")[0][0])


# ---------------------------------------------------------------- calls while something is away


def test_calls_that_find_no_database_come_again_and_are_read_once() -> None:
    async def story() -> None:
        async with far_end(7, "vonage") as fake:
            clinic = await asyncio.to_thread(make_sender, "harbour", OURS, 7)
            async with dispatcher():
                await fake.fault("receipt_lost")
                sent = await asyncio.to_thread(put, clinic, range(5), "visit")
                await until(lambda: count(SENT, sent) == 5)
                await fake.fault("receipt_lost", False)
                answers = fake.deliver.statuses  # type: ignore[union-attr]
                with database_away():
                    for text in fake.taken:
                        fake.report(text, ReceiptState.DELIVERED, times=2)
                    await fake.reply(PERSON, "1")
                    await fake.reply(PERSON, "x" * 150, is_reversed=True)  # three parts
                    await until(lambda: answers.count(503) >= 10)
                    assert set(answers) == {503}
                await until(lambda: fake._owed == [0, 0])
                await until(lambda: count(DELIVERED, sent) == 5 and unread() == 0)
                assert set(answers) == {503, 200}
            assert [kinds.count(DELIVERED) for kinds in kinds_of(sent).values()] == [1] * 5
            assert sql("SELECT outcome, count(*) FROM messaging_callbackraw GROUP BY 1") == [("read", 14)]
            assert sql("SELECT count(*) FROM messaging_inboundraw") == [(2,)]

    asyncio.run(story())


def test_twice_late_and_out_of_order_are_once_in_the_books() -> None:
    async def story() -> None:
        async with far_end(7, "vonage") as fake:
            clinic = await asyncio.to_thread(make_sender, "harbour", OURS, 7)
            await fake.fault("receipt_twice")
            await fake.fault("reply_twice")
            async with dispatcher():
                twice = await asyncio.to_thread(put, clinic, range(3), "twice")
                await until(lambda: count(DELIVERED, twice) == 3)
                await fake.reply(PERSON, "2")
                await fake.reply(PERSON, "y" * 150)
                await fake.fault("receipt_lost")
                mixed = await asyncio.to_thread(put, clinic, [7], "mixed")
                await until(lambda: count(SENT, mixed) == 1)
                await fake.fault("receipt_lost", False)
                late = (ReceiptState.EXPIRED, ReceiptState.DELIVERED, ReceiptState.ON_THE_WAY)
                fake.report(fake.taken[-1], *late, times=2)
                await until(lambda: fake._owed == [0, 0] and unread() == 0)
            assert count(DELIVERED, twice) == 3
            assert sorted(kinds_of(mixed)[mixed[0]]) == sorted([SENT, EventKind.EXPIRED, DELIVERED])
            assert sql("SELECT count(*) FROM messaging_inboundraw") == [(2,)]

    asyncio.run(story())


# ---------------------------------------------------------------- the dispatcher is killed


@contextmanager
def dispatch_process() -> Iterator["subprocess.Popen[bytes]"]:
    source = str(Path(recado.__file__).parents[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "recado.launch.console", "dispatch"],
        env={**os.environ, "PYTHONPATH": source},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def wait(true: Callable[[], Any], within: float = 40.0) -> None:
    ends_at = time.monotonic() + within
    while not true():
        assert time.monotonic() < ends_at, "did not become so"
        time.sleep(0.05)


def test_dispatcher_killed_between_storing_and_settling_reads_the_call_again_and_does_nothing_twice() -> None:
    open_account(7, "vonage", "http://127.0.0.1:1")
    clinic = make_sender("harbour", OURS, 7)
    (message,) = put(clinic, [321], "visit")
    sql("DELETE FROM messaging_outbox")
    sql(
        "INSERT INTO messaging_event (clinic_id, message, at, kind, carrier, ref) VALUES (%s, %s, now(), 1, 7, 'ref1')",
        (clinic, message),
    )
    shapes, knock = KINDS["vonage"].shapes(), Door(7)
    text = Text(PERSON.e164, "x", OURS, "ref1", own=message.hex)
    for raw in (shapes.receipt(text, ReceiptState.DELIVERED, 1), shapes.reply(Reply(OURS, PERSON.e164, "1", "in1"))):
        assert asyncio.run(_told(knock, raw)) == 200

    is_waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename LIKE '%%\\_dispatch'"
    with psycopg.connect(cluster.superuser_url()) as holding:
        holding.execute("SELECT 1 FROM messaging_callbackraw FOR UPDATE")
        with dispatch_process() as first:
            wait(lambda: sql("SELECT 1 FROM messaging_inboundraw") and sql(is_waiting))
            first.send_signal(signal.SIGKILL)
            first.wait(10)
        with psycopg.connect(cluster.superuser_url("postgres"), autocommit=True) as connection:
            throw_out(connection)  # or its last statement would go on without it
        holding.rollback()
    assert unread() == 2

    with dispatch_process():
        wait(lambda: unread() == 0)
    assert sql("SELECT outcome, count(*) FROM messaging_callbackraw GROUP BY 1") == [("read", 2)]
    assert sql("SELECT ref FROM messaging_inboundraw") == [("in1",)]
    assert kinds_of([message])[message] == [SENT, DELIVERED]


async def _told(knock: Door, raw: RawCallback) -> int:
    return (await knock(raw)).status


# ---------------------------------------------------------------- a carrier is away in the middle of a campaign


@pytest.mark.parametrize(
    ("outage", "state", "said"),
    [
        ("dead", "down", "takes nothing now (no_link)"),
        pytest.param("answer_lost", "down", "takes nothing now (no_answer)", marks=pytest.mark.slow),
        pytest.param("carrier_error", "down", "takes nothing now (carrier_error)", marks=pytest.mark.slow),
        ("credentials", "refused", "refuses this account (credentials_refused)"),
    ],
)
def test_carrier_in_trouble_stops_alone_and_its_texts_wait(
    outage: str, state: str, said: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster, "ACCOUNTS_EVERY", 0.2)

    def state_of(carrier: int) -> str:
        return str(sql("SELECT state FROM messaging_carrieraccount WHERE id = %s", (carrier,))[0][0])

    async def story() -> None:
        async with far_end(7, "twilio") as fake, far_end(8, "infobip") as other:
            ill = await asyncio.to_thread(make_sender, "harbour", OURS, 7)
            well = await asyncio.to_thread(make_sender, "riverside", OTHERS, 8)
            async with dispatcher():
                before = await asyncio.to_thread(put, ill, range(20), "before")
                await until(lambda: count(SENT, before) == 20)
                await (fake.vanish() if outage == "dead" else fake.fault(outage))
                waiting = await asyncio.to_thread(put, ill, range(100, 160), "during")
                going = await asyncio.to_thread(put, well, range(200, 260), "during")
                await until(lambda: count(SENT, going) == 60)  # the other one doesn't notice
                await until(lambda: state_of(7) == state and said in caplog.text)
                assert state_of(8) == "ready"
                assert count(UNCERTAIN, waiting) <= (
                    8 if outage == "answer_lost" else 0
                )  # those under way, and few tries
                assert {kind for kinds in kinds_of(waiting).values() for kind in kinds} <= {
                    EventKind.RETRY,
                    *(SETTLED_LATE if outage == "answer_lost" else ()),
                }

                await (fake.come_back() if outage == "dead" else fake.fault(outage, False))
                if outage == "credentials":  # a person puts it right: paused meanwhile, another setting, and on
                    await asyncio.to_thread(carrier_accounts.pause, "7")
                    await asyncio.to_thread(carrier_changes.change, "7", {"window": "100"})
                    await asyncio.to_thread(carrier_accounts.resume, "7")
                await until(lambda: is_over(waiting) and state_of(7) == "ready", every=LONGEST_WAIT)
            told = kinds_of([*before, *waiting])
            assert is_over([*before, *waiting])
            assert max(Counter(text.text for text in fake.taken).values()) == 1, "sent twice"
            assert sum(UNCERTAIN in kinds for kinds in told.values()) <= (10 if outage == "answer_lost" else 0)
            assert len(other.taken) == 60

    asyncio.run(story())
