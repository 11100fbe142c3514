"""Carriers come and go while the others send: the accounts are looked at each few seconds.

A carrier that has refused our account waits for minutes before it asks again, or the account would get locked. A person who has
put it right shall not wait with it: it is opened anew at once, and what it had put off goes. Who only sends a test text has it
opened anew and no more: were the account still wrong, all that it had put off would be refused once more.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, LiteralString, Protocol, TypeVar

import psycopg

from recado.channels.protocol import BadSettings
from recado.foundation.crypto import CannotOpen
from recado.foundation.faults import describe

from ..types import REOPEN, TRY
from .books import Books
from .lines import Account, Accounts, Line

log = logging.getLogger("recado.dispatch")
ACCOUNTS_EVERY = 2.0  # seconds between looks at which carriers there are
SHORTEST = 0.1  # seconds between two looks, however much there is to hear
REFUSED: LiteralString = "SELECT id, refused_with FROM messaging_carrieraccount WHERE refused_with IS NOT NULL"
T = TypeVar("T")


class Do(Protocol):
    """Has work done on a connection to the database."""

    async def __call__(self, work: Callable[[Books], Awaitable[T]]) -> T: ...


class Roster:
    """Keeps the dispatcher's lines as the accounts say. `broken`: accounts that no carrier could be made of, told once."""

    def __init__(
        self,
        lines: list[Line],
        accounts: Accounts,
        open_line: Callable[[Line], Awaitable[None]],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        do: Do,
    ) -> None:
        self._lines, self._accounts, self._open, self._spawn, self._do = lines, accounts, open_line, spawn, do
        self.broken: dict[int, bytes] = {}
        self._refused: dict[int, bytes] = {}  # carriers until they are ready, and the fingerprint that they refused
        self._tried: set[int] = set()  # to be opened anew
        self._right: set[int] = set()  # that a test found right since they refused
        self._news = asyncio.Event()

    async def follow(self) -> None:
        """Opens what is new, closes what is gone or changed. One that can't be opened stays alone with its texts."""
        rows = await self._do(lambda books: books.read(REFUSED))
        self._refused = {number: bytes(account) for number, account in rows}
        while True:
            try:
                await self._compare(await self._accounts())
            except (psycopg.OperationalError, CannotOpen) as error:
                log.warning("carrier accounts can't be read (%s)", describe(error))
            await asyncio.sleep(min(SHORTEST, ACCOUNTS_EVERY))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), ACCOUNTS_EVERY)
            self._news.clear()

    def hear(self, payload: str) -> None:
        """Something has changed. A carrier that a person has put right (TRY), or tries (REOPEN), is opened anew, unless it
        works."""
        word, _, number = payload.partition(":")
        if f"{word}:" in (TRY, REOPEN):
            for line in [line for line in self._lines if str(line.carrier_id) == number]:
                self._try(line, is_right=f"{word}:" == TRY)
        self._news.set()

    def _try(self, line: Line, *, is_right: bool) -> None:
        if line.state == "refused" or (line.state == "down" and not line.under_way):
            self._note_refusal(line)
            if not line.is_closing:  # which is opened anew anyhow
                self._tried.add(line.carrier_id)
            if is_right and line.carrier_id in self._refused:
                self._right.add(line.carrier_id)

    def _note_refusal(self, line: Line) -> None:
        if line.state == "refused":
            self._refused[line.carrier_id] = line.fingerprint
        elif line.state == "ready":
            self._refused.pop(line.carrier_id, None)

    async def _compare(self, wanted: Mapping[int, Account]) -> None:
        for line in [line for line in self._lines if not line.is_closing]:
            self._note_refusal(line)
            account = wanted.get(line.carrier_id)
            is_same = account is not None and account.fingerprint == line.fingerprint
            if not is_same or line.carrier_id in self._tried:
                line.is_closing = True
                self._tried.discard(line.carrier_id)
                self._spawn(self._close(line))
        there = {line.carrier_id for line in self._lines}
        for number in set(self.broken) - set(wanted):
            del self.broken[number]
        for number, account in wanted.items():
            if number not in there:
                await self._add(number, account)

    async def _add(self, number: int, account: Account) -> None:
        try:
            line = Line(number, account.make(), fingerprint=account.fingerprint)
            if number in self._right or self._refused.get(number, account.fingerprint) != account.fingerprint:
                if await self._do(lambda books: books.hurry(number)):
                    log.info("what carrier %d had put off goes now", number)
                self._right.discard(number)
                self._refused.pop(number, None)
            await self._open(line)
        except Exception as error:  # tried again at each look, told once
            if self.broken.get(number) != account.fingerprint:
                self.broken[number] = account.fingerprint
                reason = str(error) if isinstance(error, BadSettings) else describe(error)
                log.error("carrier %d can't be opened, its texts wait: %s", number, reason)
            return
        self.broken.pop(number, None)
        self._lines.append(line)
        log.info("carrier %s opened", line.carrier.name)

    async def _close(self, line: Line) -> None:
        await line.close()
        self._lines.remove(line)
        self._news.set()
        log.info("carrier %s closed", line.carrier.name)
