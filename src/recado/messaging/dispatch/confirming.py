"""Carriers that want an address visited before they report to us (Amazon's SNS): their call stays unsettled until it is done.

It is tried at once and then after longer and longer pauses, for three days; a process that starts anew begins with it. An operator
sees it in `recado carrier list` and can do it by `recado carrier confirm`.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta
from typing import Any, LiteralString
from uuid import UUID

from recado.channels.protocol import Confirms, RawCallback
from recado.foundation.clock import real_now
from recado.foundation.faults import describe

from .books import Books

log = logging.getLogger("recado.dispatch")

FIRST_PAUSE, LONGEST_PAUSE = 30.0, 3600.0  # seconds
TRIED_FOR = timedelta(days=3)

IS_OPEN: LiteralString = "SELECT 1 FROM messaging_callbackraw WHERE id = %(id)s AND settled_at IS NULL"
NOTE: LiteralString = """
UPDATE messaging_callbackraw SET outcome = %(outcome)s, settled_at = %(settled_at)s WHERE id = %(id)s AND settled_at IS NULL
"""

Do = Callable[[Callable[[Books], Awaitable[Any]]], Awaitable[Any]]


class Confirming:
    """The confirmations of one carrier that are under way."""

    def __init__(self, carrier_id: int, carrier: object, do: Do) -> None:
        self._id, self._carrier, self._do = carrier_id, carrier, do
        self._tasks: dict[UUID, asyncio.Task[None]] = {}

    def held(self) -> Collection[UUID]:
        """The calls that need not be read."""
        return self._tasks.keys()

    def takes(self, name: UUID, raw: RawCallback) -> bool:
        """Whether this call asks for a confirmation; if so, it is seen to from now on."""
        if not isinstance(self._carrier, Confirms) or not (subject := self._carrier.asks_for(raw)):
            return False
        task = asyncio.create_task(self._follow(name, raw, subject, self._carrier))
        self._tasks[name] = task
        task.add_done_callback(lambda _: self._tasks.pop(name, None))
        return True

    async def settled(self) -> None:
        """Returns when nothing is under way."""
        await asyncio.gather(*self._tasks.values())

    async def stop(self) -> None:
        for task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _follow(self, name: UUID, raw: RawCallback, subject: str, carrier: Confirms) -> None:
        pause = FIRST_PAUSE
        while await self._do(lambda books: books.read(IS_OPEN, {"id": name})):
            if await self._is_done(raw, carrier):
                log.info("carrier %d: %s reports to us from now on", self._id, subject)
                return await self._note(name, "confirmed", is_over=True)
            if real_now() - raw.received_at > TRIED_FOR:
                log.error("carrier %d: %s was not confirmed in time; request it again there", self._id, subject)
                return await self._note(name, "not_confirmed", is_over=True)
            log.error(
                "carrier %d: %s waits to be confirmed and is tried again; by hand: recado carrier confirm %d",
                self._id,
                subject,
                self._id,
            )
            await self._note(name, "unconfirmed", is_over=False)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _is_done(self, raw: RawCallback, carrier: Confirms) -> bool:
        try:
            return await carrier.confirm(raw)
        except Exception as error:  # whatever it was, it isn't confirmed
            log.error("carrier %d: a confirmation failed: %s", self._id, describe(error))
            return False

    async def _note(self, name: UUID, outcome: str, *, is_over: bool) -> None:
        values = {"id": name, "outcome": outcome, "settled_at": real_now() if is_over else None}
        await self._do(lambda books: books.write(NOTE, values))
