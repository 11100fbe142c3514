"""What the loop holds of each carrier, and its connections to the database."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import psycopg

from recado.channels.protocol import Carrier
from recado.foundation.crypto import KeyFile
from recado.foundation.faults import describe

from .books import Books
from .callbacks import CallbackReader
from .early import Early
from .turns import Turns

log = logging.getLogger("recado.dispatch")
T = TypeVar("T")
Connect = Callable[[], Awaitable["psycopg.AsyncConnection[Any]"]]


class Link:
    """Books on a connection that is opened again when it breaks. Work is tried until it is done: each method of
    `Books` is one transaction that may be tried twice."""

    def __init__(self, connect: Connect, keyfile: KeyFile) -> None:
        self._connect, self._keyfile = connect, keyfile
        self._books: Books | None = None
        self._is_used = False
        self._opening = asyncio.Lock()

    async def do(self, work: Callable[[Books], Awaitable[T]]) -> T:
        wait = 0.05
        while True:
            try:
                return await self.once(work)
            except psycopg.OperationalError as error:
                log.warning("database away (%s): trying again in %.2f s", describe(error), wait)
                await asyncio.sleep(wait)
                wait = min(wait * 2, 2.0)

    async def once(self, work: Callable[[Books], Awaitable[T]]) -> T:
        """The work, tried once. Raises psycopg.Error."""
        books = await self._opened()
        try:
            return await work(books)
        except psycopg.OperationalError:
            await self._drop(books)  # this one only: another loop may have opened the next already
            raise

    async def _opened(self) -> Books:
        """One connection for all loops: a second one of the same worker would take what the first has just claimed for
        something that was never told, and give it back while it is being sent."""
        async with self._opening:
            if self._books is None or self._books.connection.closed:
                self._books = Books(await self._connect(), self._keyfile, is_reconnected=self._is_used)
                self._is_used = True
            return self._books

    async def _drop(self, books: Books) -> None:
        with contextlib.suppress(Exception):
            await books.connection.close()
        if self._books is books:
            self._books = None

    async def close(self) -> None:
        if self._books is not None:
            await self._drop(self._books)


@dataclass(slots=True)
class Line:
    """One carrier's texts: what waits, and what is under way."""

    carrier_id: int
    carrier: Carrier
    under_way: int = 0
    turns: Turns = field(default_factory=Turns)
    early: Early = field(default_factory=Early)
    look_at: float = 0.0  # on the loop's clock
    room: asyncio.Event = field(default_factory=asyncio.Event)
    settled: asyncio.Condition = field(default_factory=asyncio.Condition)
    fingerprint: bytes = b""  # of the account that it was opened with
    is_closing: bool = False
    is_claiming: bool = False  # what was claimed must be carried: never cancelled in between
    reader: CallbackReader | None = None
    tasks: list["asyncio.Task[None]"] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    @property
    def window(self) -> int:
        return self.carrier.capabilities.window

    @property
    def state(self) -> str:
        """As the carrier's account says it: ready, down, refused."""
        if self.carrier.is_connected():
            return "ready"
        return "refused" if str(getattr(self.carrier, "state", "")) in ("refused", "login_refused") else "down"

    async def close(self) -> None:
        """Claims no more, waits for what is under way and until its answers are in the books: receipts may wait for them that
        the carrier wants acknowledged. Then stops the carrier."""
        await within(60, lambda: not self.is_claiming)
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await within(35, lambda: self.under_way == 0 and not self.early)  # longer than an answer takes
        await self.carrier.stop()
        await self.hang_up()

    async def hang_up(self) -> None:
        """Closes the connections to the database that only this line had."""
        for link in self.links:
            await link.close()


@dataclass(frozen=True, slots=True)
class Account:
    """An active carrier account. `fingerprint` changes with anything that it is opened with."""

    fingerprint: bytes
    make: Callable[[], Carrier]


Accounts = Callable[[], Awaitable[Mapping[int, Account]]]


async def within(seconds: float, true: Callable[[], bool]) -> None:
    """Waits until it is so, that long at most."""
    clock = asyncio.get_running_loop().time
    ends = clock() + seconds
    while not true() and clock() < ends:
        await asyncio.sleep(0.01)
