"""The send loop begins, ends, loses its database or its name: no text leaves twice, none is left behind."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest

from recado.channels.protocol import Accepted, Envelope, Outcome, Sink
from recado.foundation.crypto import KeyFile
from recado.foundation.database import Role, connect_async, key_file
from recado.messaging.dispatch import loop, roster
from recado.messaging.dispatch.books import Books
from recado.messaging.dispatch.guard import WORKER_LOCK
from recado.messaging.dispatch.lines import Account, Link
from recado.messaging.types import EventKind
from tests import cluster, factories
from tests.factories import CARRIER, intent, send, sql
from tests.rooms.test_carriers_come_and_go import until
from tests.rooms.test_dispatch_loop import Obedient, count

pytestmark = pytest.mark.usefixtures("database")
OTHER = 2
NAME = "dispatch@test"


async def connected() -> "psycopg.AsyncConnection[Any]":
    return await connect_async(Role.DISPATCH, autocommit=True)


def dispatcher(carriers: dict[int, Obedient], **more: Any) -> loop.Dispatcher:
    given = {"worker": NAME, "connect": connected, "keyfile": key_file()} | more
    return loop.Dispatcher(carriers, **given)  # type: ignore[arg-type]


@asynccontextmanager
async def running(one: loop.Dispatcher) -> AsyncIterator[Callable[[], Any]]:
    """Runs it; what is yielded stops it and waits for its end."""
    stop = asyncio.Event()
    task = asyncio.create_task(one.run(stop))

    async def end() -> None:
        stop.set()
        await asyncio.wait_for(task, 20)

    try:
        yield end
    finally:
        await end()


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def late_claims(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Claims are committed for a while before the loop hears of them, as on a busy machine. Set at the first."""
    is_committed = asyncio.Event()
    claim = Books.claim

    async def claiming(self: Books, **given: Any) -> Any:
        claimed = await claim(self, **given)
        if claimed[0] is not None:
            is_committed.set()
            await asyncio.sleep(0.2)
        return claimed

    monkeypatch.setattr(Books, "claim", claiming)
    return is_committed


def twice(carriers: Sequence[Obedient]) -> list[bytes]:
    """Texts that left more than once."""
    got = [one.message for carrier in carriers for one in carrier.got]
    return [message for message in set(got) if got.count(message) > 1]


# ------------------------------------------------------------------------------------------------ beginning


def test_loops_that_begin_together_share_one_connection() -> None:
    opened: list[psycopg.AsyncConnection[Any]] = []

    async def opening() -> "psycopg.AsyncConnection[Any]":
        await asyncio.sleep(0.01)
        opened.append(await connected())
        return opened[-1]

    async def work(books: Books) -> Books:
        await asyncio.sleep(0)
        return books

    async def run() -> None:
        link = Link(opening, key_file())
        assert len(set(await asyncio.gather(*(link.do(work) for _ in range(4))))) == 1
        await link.close()

    asyncio.run(run())
    assert len(opened) == 1


def test_a_connection_that_broke_takes_no_newer_one_with_it() -> None:
    async def run() -> None:
        link = Link(connected, key_file())
        tries: list[Books] = []

        async def breaks_once(books: Books) -> Books:
            tries.append(books)
            if len(tries) <= 2:
                both.set() if len(tries) == 2 else await both.wait()
                if books is tries[0] and len(tries) == 2:
                    await asyncio.sleep(0.05 if asyncio.current_task() is second else 0)
                raise psycopg.OperationalError
            return books

        both = asyncio.Event()
        first = asyncio.create_task(link.do(breaks_once))
        second = asyncio.create_task(link.do(breaks_once))
        found = await asyncio.gather(first, second)
        assert found[0] is found[1] and not found[0].connection.closed
        await link.close()

    asyncio.run(run())


def test_carriers_that_begin_together_give_nothing_back_that_is_being_sent(
    clinic: UUID, late_claims: asyncio.Event
) -> None:
    other = factories.make_clinic("quay-side").id
    factories.furnish(other, "+447700900101", carrier=OTHER)
    send(clinic, *(intent(n) for n in range(60)))
    send(other, *(intent(n) for n in range(60)))
    carriers = {CARRIER: Obedient(), OTHER: Obedient()}
    opened = 0

    async def one_after_the_other() -> "psycopg.AsyncConnection[Any]":
        nonlocal opened
        opened += 1
        await asyncio.sleep(0.15 * (opened % 2))
        return await connected()

    async def run() -> None:
        async with running(dispatcher(carriers, connect=one_after_the_other)):
            await until(lambda: count(EventKind.SENT) >= 120)

    asyncio.run(run())
    assert twice(list(carriers.values())) == []
    assert count(EventKind.RETRY) == 0


# ------------------------------------------------------------------------------------------------ ending


def test_told_to_stop_just_after_a_claim_it_still_sends_what_it_claimed(
    clinic: UUID, late_claims: asyncio.Event
) -> None:
    send(clinic, *(intent(n) for n in range(100)))
    carrier = Obedient()

    async def run() -> None:
        async with running(dispatcher({CARRIER: carrier})):
            await asyncio.wait_for(late_claims.wait(), 10)

    asyncio.run(run())
    assert (count(EventKind.SENT), len(carrier.got)) == (100, 100)
    assert sql("SELECT count(*) FROM messaging_slice") == [(0,)]


class Slow(Obedient):
    """Takes half a second to answer."""

    async def send(self, batch: Sequence[Envelope]) -> list[Outcome]:
        await asyncio.sleep(0.5)
        return await super().send(batch)


def test_told_to_stop_it_waits_for_what_is_being_opened_and_answered(
    clinic: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening, open_texts = asyncio.Event(), Books.open_texts

    async def slowly(self: Books, texts: Any) -> Any:
        opening.set()
        await asyncio.sleep(0.2)
        return await open_texts(self, texts)

    monkeypatch.setattr(Books, "open_texts", slowly)
    send(clinic, *(intent(n) for n in range(100)))
    carrier = Slow()

    async def run() -> None:
        async with running(dispatcher({CARRIER: carrier})):
            await asyncio.wait_for(opening.wait(), 10)

    asyncio.run(run())
    assert (count(EventKind.SENT), len(carrier.got)) == (100, 100)
    assert sql("SELECT count(*) FROM messaging_slice") == [(0,)]


class Halting(Obedient):
    """Answers only when it is stopped: that these were not taken is then certain."""

    def __init__(self) -> None:
        super().__init__(lambda envelope: Accepted(envelope.message.hex()))
        self.halted = asyncio.Event()

    async def stop(self) -> None:
        self.halted.set()

    async def send(self, batch: Sequence[Envelope]) -> list[Outcome]:
        self.got += batch
        await self.halted.wait()
        return [self.answer(envelope) for envelope in batch]


def test_answers_that_come_with_the_end_are_written(clinic: UUID) -> None:
    send(clinic, *(intent(n) for n in range(10)))
    carrier = Halting()

    async def run() -> None:
        async with running(dispatcher({CARRIER: carrier})):
            await until(lambda: len(carrier.got) == 10)

    asyncio.run(run())
    assert count(EventKind.SENT) == 10
    assert sql("SELECT count(*) FROM messaging_slice") == [(0,)]


# ------------------------------------------------------------------------------------------------ its name


class Gated(Obedient):
    """Ready when it is told so."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()

    async def wait_ready(self) -> None:
        await self.gate.wait()


def test_who_has_lost_its_name_to_another_claims_no_more(clinic: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "LOOK_EVERY", 0.0)
    first, second = Obedient(), Gated()

    def queued_for_the_name() -> bool:
        rows = sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND NOT granted", lock)
        return bool(rows[0][0])

    def cut() -> None:
        with psycopg.connect(cluster.superuser_url()) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND granted",
                lock,
            )

    lock = (WORKER_LOCK,)

    async def run() -> None:
        async with running(dispatcher({CARRIER: first})):
            await until(lambda: first.sink is not None)
            async with running(dispatcher({CARRIER: second})):
                await until(queued_for_the_name)
                await asyncio.to_thread(cut)
                await until(lambda: second.sink is not None)
                await asyncio.to_thread(send, clinic, *(intent(n) for n in range(50)))
                await asyncio.sleep(2 * loop.IDLE_POLL)
                assert first.got == []
                second.gate.set()
                await until(lambda: count(EventKind.SENT) == 50)

    asyncio.run(run())
    assert len(second.got) == 50 and count(EventKind.UNCERTAIN) == 0


# ------------------------------------------------------------------------------------------------ faults


def test_texts_of_a_clinic_without_keys_hold_up_no_others(clinic: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = factories.make_furnished("quay-side", number="+447700900101").id
    send(lost, *(intent(n) for n in range(5)))
    send(clinic, *(intent(n) for n in range(5)))
    sql("DELETE FROM foundation_datakey WHERE clinic_id = %s", (lost,))
    one = dispatcher({CARRIER: Obedient()})

    async def run() -> None:
        async with running(one):
            await until(lambda: count(EventKind.SENT) + count(EventKind.REFUSED) == 10)
            assert one.standing()[CARRIER].under_way == 0, "the window is free again"

    asyncio.run(run())
    assert sql("SELECT DISTINCT clinic_id, reason FROM messaging_event WHERE kind = 6") == [(lost, "cannot_open")]


class Forgetful(Obedient):
    async def send(self, batch: Sequence[Envelope]) -> list[Outcome]:
        return (await super().send(batch))[1:]


def test_a_carrier_that_answers_for_too_few_leaves_all_uncertain(clinic: UUID) -> None:
    send(clinic, *(intent(n) for n in range(5)))

    async def run() -> None:
        async with running(dispatcher({CARRIER: Forgetful()})):
            await until(lambda: count(EventKind.UNCERTAIN) == 5)

    asyncio.run(run())
    assert sql("SELECT reason, texts FROM messaging_incident") == [("carrier_error", 5)]


class Broken(Obedient):
    async def start(self, sink: Sink) -> None:
        raise OSError


def test_carriers_that_change_or_can_not_start_leave_no_connection_behind(
    clinic: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster, "ACCOUNTS_EVERY", 0.02)
    made: list[Obedient] = []
    rounds, is_still = 0, False
    keyfile: KeyFile = key_file()

    def make() -> Obedient:
        made.append(Obedient())
        return made[-1]

    async def accounts() -> dict[int, Account]:
        nonlocal rounds
        rounds += not is_still
        return {CARRIER: Account(b"%d" % (rounds // 5), make), OTHER: Account(b"broken", Broken)}  # type: ignore[arg-type]

    def connections() -> int:
        return int(sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'recado dispatch'")[0][0])

    async def run() -> None:
        nonlocal is_still
        async with running(dispatcher({}, accounts=accounts, keyfile=keyfile)):
            await until(lambda: len(made) >= 2)
            await asyncio.sleep(1.2)  # longer than between two looks for receipts that wait
            before = await asyncio.to_thread(connections)
            here = len(made)
            await until(lambda: len(made) >= here + 5)
            is_still = (
                True  # what is closing while another opens is counted too, and on a busy machine there are several
            )
            await until(lambda: connections() <= before + 1)

    asyncio.run(run())
