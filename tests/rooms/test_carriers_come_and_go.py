"""Carriers that are added, changed, paused or broken while the dispatcher runs: the others don't notice."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from recado.channels.protocol import BadSettings, Carrier, TryLater
from recado.foundation.database import Role, connect_async, key_file
from recado.messaging.dispatch import lines, loop, roster
from recado.messaging.dispatch.books import Books
from recado.messaging.dispatch.lines import Account
from recado.messaging.types import CHANNEL, REOPEN, TRY, EventKind
from tests.factories import CARRIER, events_of, intent, make_furnished, send, sql
from tests.rooms.test_dispatch_loop import Obedient

pytestmark = pytest.mark.usefixtures("database")


async def _connect() -> object:
    return await connect_async(Role.DISPATCH, autocommit=True)


async def until(true: Callable[[], bool]) -> None:
    for _ in range(200):
        if await asyncio.to_thread(true):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("did not become so")


class Patient(Obedient):
    """Waits for what it has told before it hangs up, as real carriers do."""

    async def stop(self) -> None:
        if self.reports:
            await asyncio.wait(self.reports, timeout=5)


class TurnsAway(Obedient):
    """Refuses our account."""

    state = "refused"

    def __init__(self) -> None:
        super().__init__(lambda envelope: TryLater(timedelta(minutes=5), "credentials_refused"))

    def is_connected(self) -> bool:
        return False


def noting(done: Callable[..., Any], ones: set[int]) -> Callable[..., Any]:
    """The same, and the connection that it is done on is noted."""

    async def do(books: Books, *given: Any, **more: Any) -> Any:
        ones.add(id(books))
        return await done(books, *given, **more)

    return do


@pytest.mark.parametrize("is_refused", [True, False])
def test_carrier_that_a_person_has_put_right_need_not_wait_until_it_is_tried_again(
    is_refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster, "ACCOUNTS_EVERY", 60)  # nothing but the news opens it anew
    clinic = make_furnished()
    (text,) = send(clinic.id, intent())
    first, second = TurnsAway() if is_refused else Obedient(), Obedient()
    made = iter([first, second])
    used: dict[str, set[int]] = {"settle": set(), "hurry": set()}
    for what, ones in used.items():
        monkeypatch.setattr(Books, what, noting(getattr(Books, what), ones))

    async def accounts() -> dict[int, Account]:
        return {CARRIER: Account(b"the same", lambda: next(made))}  # type: ignore[arg-type,return-value]

    async def run() -> None:
        stop = asyncio.Event()
        dispatcher = loop.Dispatcher({}, worker="d@t", connect=_connect, keyfile=key_file(), accounts=accounts)  # type: ignore[arg-type]
        running = asyncio.create_task(dispatcher.run(stop))
        await until(lambda: events_of(text.message_id) == [EventKind.RETRY if is_refused else EventKind.SENT])
        sql("SELECT pg_notify(%s, %s)", (CHANNEL, f"{TRY}{CARRIER}9"))
        sql("SELECT pg_notify(%s, %s)", (CHANNEL, f"{TRY}{CARRIER}"))
        if is_refused:
            await until(lambda: EventKind.SENT in events_of(text.message_id))
        else:  # it works: there is no need
            (again,) = await asyncio.to_thread(send, clinic.id, intent(text="again"))
            await until(lambda: EventKind.SENT in events_of(again.message_id))
        stop.set()
        await asyncio.wait_for(running, 20)

    asyncio.run(run())
    assert (len(first.got), len(second.got)) == ((1, 1) if is_refused else (2, 0))
    assert not used["settle"] & used["hurry"], "whatever waits, answers are settled meanwhile"
    if is_refused:
        assert used["hurry"]
        reasons = sql("SELECT reason FROM messaging_event WHERE kind = %s ORDER BY at", (int(EventKind.RETRY),))
        assert reasons == [("credentials_refused",), ("carrier_put_right",)]


async def running(accounts: Any, meanwhile: Callable[[], Any]) -> None:
    """A dispatcher runs with these accounts while something happens."""
    stop = asyncio.Event()
    dispatcher = loop.Dispatcher({}, worker="d@t", connect=_connect, keyfile=key_file(), accounts=accounts)  # type: ignore[arg-type]
    task = asyncio.create_task(dispatcher.run(stop))
    await meanwhile()
    stop.set()
    await asyncio.wait_for(task, 20)


def put_off(name: UUID) -> list[tuple[int, bool]]:
    """How often a text that waits was tried, and whether it waits for its time."""
    return sql("SELECT attempts, due > now() FROM messaging_outbox WHERE id = %s", (name,))


def test_test_text_opens_a_carrier_anew_and_what_it_had_put_off_waits_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster, "ACCOUNTS_EVERY", 60)
    clinic = make_furnished()
    (text,) = send(clinic.id, intent())
    second = Obedient()
    made = iter([TurnsAway(), second])

    async def accounts() -> dict[int, Account]:
        return {CARRIER: Account(b"the same", lambda: next(made))}  # type: ignore[arg-type,return-value]

    async def meanwhile() -> None:
        await until(lambda: events_of(text.message_id) == [EventKind.RETRY])
        sql("SELECT pg_notify(%s, %s)", (CHANNEL, f"{REOPEN}{CARRIER}"))
        await until(lambda: second.sink is not None)
        (tried,) = await asyncio.to_thread(send, clinic.id, intent(text="a test"))
        await until(lambda: EventKind.SENT in events_of(tried.message_id))

    asyncio.run(running(accounts, meanwhile))
    assert len(second.got) == 1
    assert put_off(text.message_id) == [(1, True)]


@pytest.mark.parametrize("is_changed", [True, False])
def test_what_a_carrier_put_off_goes_where_its_account_was_changed_while_no_dispatcher_ran(is_changed: bool) -> None:
    clinic = make_furnished()
    (text,) = send(clinic.id, intent())
    account = Account(b"one", TurnsAway)  # type: ignore[arg-type]

    async def accounts() -> dict[int, Account]:
        return {CARRIER: account}

    async def refused() -> None:
        kept = "SELECT state FROM messaging_carrieraccount WHERE refused_with = 'one'"
        await until(lambda: put_off(text.message_id) == [(1, True)] and sql(kept) == [("refused",)])

    async def anew() -> None:
        (other,) = await asyncio.to_thread(send, clinic.id, intent(text="another"))
        await until(lambda: EventKind.SENT in events_of(other.message_id))
        if is_changed:
            await until(lambda: EventKind.SENT in events_of(text.message_id))

    asyncio.run(running(accounts, refused))
    account = Account(b"two" if is_changed else b"one", Obedient)  # type: ignore[arg-type]
    asyncio.run(running(accounts, anew))
    assert put_off(text.message_id) == ([] if is_changed else [(1, True)])


def broken() -> Carrier:
    raise BadSettings("window", "The setting window must be a whole number.")


def test_added_changed_and_broken_carriers(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster, "ACCOUNTS_EVERY", 0.05)
    clinic = make_furnished()
    first, second = Obedient(), Obedient()
    there: dict[int, Account] = {9: Account(b"bad", broken)}

    async def accounts() -> dict[int, Account]:
        return dict(there)

    async def run() -> None:
        stop = asyncio.Event()
        dispatcher = loop.Dispatcher({}, worker="d@t", connect=_connect, keyfile=key_file(), accounts=accounts)  # type: ignore[arg-type]
        running = asyncio.create_task(dispatcher.run(stop))
        one = (await asyncio.to_thread(send, clinic.id, intent()))[0].message_id
        await asyncio.sleep(0.3)
        there[CARRIER] = Account(b"one", lambda: first)  # type: ignore[arg-type,return-value]
        await until(lambda: EventKind.SENT in events_of(one))
        there[CARRIER] = Account(b"two", lambda: second)  # type: ignore[arg-type,return-value]
        await until(lambda: second.sink is not None)
        two = (await asyncio.to_thread(send, clinic.id, intent(text="again")))[0].message_id
        await until(lambda: EventKind.SENT in events_of(two))
        assert (len(first.got), len(second.got)) == (1, 1)
        stop.set()
        await asyncio.wait_for(running, 20)

    asyncio.run(run())
    assert caplog.text.count("carrier 9 can't be opened, its texts wait: The setting window must be") == 1
    assert sql("SELECT 1 FROM messaging_slice") == []


@pytest.mark.parametrize("is_patient", [True, False])
def test_receipts_of_a_carrier_that_is_closed_while_the_database_is_slow(
    is_patient: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster, "ACCOUNTS_EVERY", 0.05)
    if not is_patient:  # the answers aren't in the books when the carrier has waited long enough
        monkeypatch.setattr(lines, "within", lambda seconds, true: asyncio.sleep(0))
    clinic = make_furnished()
    carrier = Patient(has_receipts=True, turns=1)
    there = {CARRIER: Account(b"one", lambda: carrier)}  # type: ignore[arg-type,return-value]
    settle = Books.settle

    async def accounts() -> dict[int, Account]:
        return dict(there)

    async def run() -> None:
        stop, is_well = asyncio.Event(), asyncio.Event()

        async def slow(*given: Any, **more: Any) -> Any:
            await is_well.wait()
            return await settle(*given, **more)

        monkeypatch.setattr(Books, "settle", slow)
        dispatcher = loop.Dispatcher({}, worker="d@t", connect=_connect, keyfile=key_file(), accounts=accounts)  # type: ignore[arg-type]
        running = asyncio.create_task(dispatcher.run(stop))
        for number in (1, 2):  # the second's answer waits behind the first's
            await asyncio.to_thread(send, clinic.id, intent(number))
            await until(lambda n=number: len(carrier.reports) == n)  # type: ignore[misc]
        there.clear()
        await until(lambda: all(line.is_closing for line in dispatcher.standing().values()))
        if is_patient:
            await asyncio.sleep(0.2)
            assert dispatcher.standing()  # it waits for its answers
        else:
            await until(lambda: not dispatcher.standing())
        is_well.set()
        await until(lambda: carrier.told == 2)
        await until(lambda: not dispatcher.standing())
        stop.set()
        await asyncio.wait_for(running, 20)

    asyncio.run(run())
    kinds = sql("SELECT kind, count(*) FROM messaging_event WHERE kind IN (1, 2) GROUP BY kind ORDER BY kind")
    assert kinds == [(int(EventKind.SENT), 2), (int(EventKind.DELIVERED), 2)]
