"""Carriers come and go while the others send: the accounts are looked at each few seconds."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

import psycopg

from recado.channels.protocol import BadSettings
from recado.foundation.crypto import CannotOpen
from recado.foundation.faults import describe

from .lines import Account, Accounts, Line

log = logging.getLogger("recado.dispatch")
ACCOUNTS_EVERY = 2.0  # seconds between looks at which carriers there are


class Roster:
    """Keeps the dispatcher's lines as the accounts say. `broken`: accounts that no carrier could be made of, told once."""

    def __init__(
        self,
        lines: list[Line],
        accounts: Accounts,
        open_line: Callable[[Line], Awaitable[None]],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._lines, self._accounts, self._open, self._spawn = lines, accounts, open_line, spawn
        self.broken: dict[int, bytes] = {}

    async def follow(self) -> None:
        """Opens what is new, closes what is gone or changed. One that can't be opened stays alone with its texts."""
        while True:
            try:
                await self._compare(await self._accounts())
            except (psycopg.OperationalError, CannotOpen) as error:
                log.warning("carrier accounts can't be read (%s)", describe(error))
            await asyncio.sleep(ACCOUNTS_EVERY)

    async def _compare(self, wanted: Mapping[int, Account]) -> None:
        for line in [line for line in self._lines if not line.is_closing]:
            account = wanted.get(line.carrier_id)
            if account is None or account.fingerprint != line.fingerprint:
                line.is_closing = True
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
        log.info("carrier %s closed", line.carrier.name)
