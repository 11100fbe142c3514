"""Carriers come and go while the others send: the accounts are looked at each few seconds.

A carrier that has refused our account waits for minutes before it asks again, or the account would get locked. A person who has
put it right shall not wait with it: it is opened anew at once, and what it had put off goes. Who only sends a test text has it
opened anew and no more: were the account still wrong, all that it had put off would be refused once more.

Nor does a new dispatcher make a wrong account right: what was refused is remembered with the account, and the carrier goes on as it
was (`RecallsRefusal`).
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString, Protocol, TypeVar

import psycopg

from recado.channels.protocol import BadSettings, RecallsRefusal
from recado.foundation.crypto import CannotOpen
from recado.foundation.faults import describe

from ..types import REOPEN, TRY
from .books import Books
from .lines import Account, Accounts, Line
from .watch import reason_of

log = logging.getLogger("recado.dispatch")
ACCOUNTS_EVERY = 2.0  # seconds between looks at which carriers there are
SHORTEST = 0.1  # seconds between two looks, however much there is to hear
# With what stands of the connection that was to try next.
REFUSED: LiteralString = """
SELECT c.id, c.refused_with, coalesce(l.trouble, ''), l.rests_until FROM messaging_carrieraccount c LEFT JOIN LATERAL (
    SELECT trouble, rests_until FROM messaging_carrierlink WHERE carrier = c.id
    ORDER BY rests_until DESC NULLS LAST, at DESC LIMIT 1) l ON true
WHERE c.refused_with IS NOT NULL
"""
T = TypeVar("T")


class Do(Protocol):
    """Has work done on a connection to the database."""

    async def __call__(self, work: Callable[[Books], Awaitable[T]]) -> T: ...


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a carrier has refused: the fingerprint of the account, why, and until when it isn't tried again."""

    account: bytes
    reason: str
    until: datetime | None = None


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
        self._refused: dict[int, Refusal] = {}  # of carriers until they are ready
        self._tried: set[int] = set()  # to be opened anew
        self._right: set[int] = set()  # that a test found right since they refused
        self._news = asyncio.Event()

    async def recall(self) -> None:
        """Reads what carriers have refused before, and must be done before anything is written of them anew."""
        rows = await self._do(lambda books: books.read(REFUSED))
        self._refused = {number: Refusal(bytes(account), reason, until) for number, account, reason, until in rows}

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
            self._refused[line.carrier_id] = Refusal(line.fingerprint, reason_of(line.carrier))
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
            refusal = self._refused.get(number)
            if number in self._right or (refusal and refusal.account != account.fingerprint):
                if await self._do(lambda books: books.hurry(number)):
                    log.info("what carrier %d had put off goes now", number)
                self._right.discard(number)
                self._refused.pop(number, None)
            elif refusal and isinstance(line.carrier, RecallsRefusal):
                line.carrier.recall_refusal(refusal.reason, refusal.until)
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
