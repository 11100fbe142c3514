"""One dispatcher of a name: who holds it may claim, and hears what is queued."""

import asyncio
import logging
from collections.abc import Callable, Sequence

import psycopg

from recado.foundation.faults import describe

from .lines import Connect

log = logging.getLogger("recado.dispatch")
WORKER_LOCK = 0x5245_4344  # with the name's hash: an advisory lock
# A server that never hears the end of a dead connection would keep the name for hours.
KEEP_ALIVE = """
SELECT set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false),
    set_config('tcp_keepalives_count', '3', false)
"""


class Guard:
    """Holds a worker's name for as long as its connection stands; `holds` says whether it does. While it doesn't, another
    process may, which takes every slice of this name for a dead one's: nothing may be claimed.

    `hear(channel, payload)` is told what comes in on `channels`, and ("", "") whenever something may have been missed.
    """

    def __init__(self, connect: Connect, name: str, channels: Sequence[str], hear: Callable[[str, str], None]) -> None:
        self.holds = asyncio.Event()
        self._connect, self._name, self._channels, self._hear = connect, name, channels, hear

    async def run(self) -> None:
        """Until cancelled; a connection that breaks is opened anew."""
        while True:
            try:
                async with await self._connect() as connection:
                    await connection.execute(KEEP_ALIVE)
                    await connection.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", (WORKER_LOCK, self._name))
                    self.holds.set()
                    for channel in self._channels:
                        await connection.execute(f"LISTEN {channel}")
                    self._hear("", "")
                    async for notice in connection.notifies():
                        self._hear(notice.channel, notice.payload)
            except psycopg.errors.LockNotAvailable:
                log.warning("another process sends as %s: waiting for it to end", self._name)
            except psycopg.OperationalError as error:
                log.warning("database away (%s)", describe(error))
                await asyncio.sleep(0.3)
            finally:
                self.holds.clear()
