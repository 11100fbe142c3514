"""Carriers come and go while the others send: the accounts are looked at each few seconds.

A carrier that has refused our account waits for minutes before it asks again, or the account would get locked. A person who has
put it right shall not wait with it: it is opened anew at once, and what it had put off goes.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

import psycopg

from recado.channels.protocol import BadSettings
from recado.foundation.crypto import CannotOpen
from recado.foundation.faults import describe

from ..types import TRY
from .books import Books
from .lines import Account, Accounts, Line

log = logging.getLogger("recado.dispatch")
ACCOUNTS_EVERY = 2.0  # seconds between looks at which carriers there are
SHORTEST = 0.1  # seconds between two looks, however much there is to hear
Do = Callable[[Callable[[Books], Awaitable[int]]], Awaitable[int]]


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
        self._refused: set[int] = set()  # carriers that refused our account when they were closed
        self._news = asyncio.Event()

    async def follow(self) -> None:
        """Opens what is new, closes what is gone or changed. One that can't be opened stays alone with its texts."""
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
        """Something has changed. A carrier that a person has put right (TRY) is opened anew, unless it works."""
        number = payload.removeprefix(TRY) if payload.startswith(TRY) else ""
        for line in self._lines:
            is_stuck = line.state == "refused" or (line.state == "down" and not line.under_way)
            if number == str(line.carrier_id) and is_stuck:
                line.fingerprint = b""
        self._news.set()

    async def _compare(self, wanted: Mapping[int, Account]) -> None:
        for line in [line for line in self._lines if not line.is_closing]:
            account = wanted.get(line.carrier_id)
            if account is None or account.fingerprint != line.fingerprint:
                line.is_closing = True
                if line.state == "refused":
                    self._refused.add(line.carrier_id)
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
            if number in self._refused and await self._do(lambda books: books.hurry(number)):
                log.info("what carrier %d had put off goes now", number)
            await self._open(line)
        except Exception as error:  # tried again at each look, told once
            if self.broken.get(number) != account.fingerprint:
                self.broken[number] = account.fingerprint
                reason = str(error) if isinstance(error, BadSettings) else describe(error)
                log.error("carrier %d can't be opened, its texts wait: %s", number, reason)
            return
        self.broken.pop(number, None)
        self._refused.discard(number)
        self._lines.append(line)
        log.info("carrier %s opened", line.carrier.name)

    async def _close(self, line: Line) -> None:
        await line.close()
        self._lines.remove(line)
        self._news.set()
        log.info("carrier %s closed", line.carrier.name)
