"""Stored calls of carriers, read: the carrier says what is in each, and it goes the way of everything that comes in.

A call is settled only after all that it said was committed. Killed in between, it is read again: a report of a text that has
that report, and an inbound text of a reference that is stored, do nothing twice. Parts of a long text keep their calls
unsettled until the text is whole, so a kill loses none of them either; a part that comes again after that is known by its
reference, or it would be taken for the beginning of another text.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from recado.channels.protocol import Inbound, Receipt, Sink, TakesCallbacks, Unreadable
from recado.foundation import arrays
from recado.foundation.clock import real_now
from recado.foundation.crypto import CannotOpen
from recado.foundation.faults import describe

from .. import storable
from ..callbacks import COLUMN, GIVE_UP_AFTER, unpacked
from .books import Books
from .confirming import Confirming
from .parts import Parts

log = logging.getLogger("recado.dispatch")

MOST = 200
LOOK_EVERY = 1.0  # seconds; NOTIFY wakes sooner
PART_WAIT = 60.0  # seconds for the missing parts of a long text

READ = """
SELECT id, raw_ct FROM messaging_callbackraw
WHERE settled_at IS NULL AND carrier = %(carrier)s AND tries < %(tries)s AND id <> ALL (%(held)s::uuid[])
ORDER BY id LIMIT %(most)s
"""
# Every dispatcher of a carrier reads its calls, so two may settle the same ones at once: both in one order.
SETTLE = """
UPDATE messaging_callbackraw c SET settled_at = %(now)s, outcome = %(outcome)s, part_ref = n.part_ref FROM (
    SELECT r.id, u.part_ref FROM messaging_callbackraw r JOIN unnest(%(ids)s::uuid[], %(parts)s) AS u (id, part_ref) ON u.id = r.id
    ORDER BY r.id FOR UPDATE OF r) n
WHERE c.id = n.id
"""
KNOWN_PART = "SELECT 1 FROM messaging_callbackraw WHERE carrier = %(carrier)s AND part_ref = %(ref)s LIMIT 1"
TRY_LATER = "UPDATE messaging_callbackraw SET tries = tries + 1, outcome = 'failed' WHERE id = %(id)s"

Do = Callable[[Callable[[Books], Awaitable[Any]]], Awaitable[Any]]
Whole = tuple[Receipt | Inbound, Sequence[UUID]]


class CallbackReader:
    """Reads one carrier's calls until cancelled."""

    def __init__(
        self, carrier_id: int, carrier: TakesCallbacks, do: Do, sink: Sink, *, part_wait: float = PART_WAIT
    ) -> None:
        self._id, self._carrier, self._do, self._sink = carrier_id, carrier, do, sink
        self._parts: Parts[UUID] = Parts(wait=part_wait)
        self._left: Counter[UUID] = Counter()  # things in a call that aren't committed yet
        self._part_refs: dict[UUID, str] = {}  # of calls that bring a part
        self.confirming = Confirming(carrier_id, carrier, do)
        self.news = asyncio.Event()

    async def run(self) -> None:
        try:
            while True:
                self.news.clear()
                if await self.look() < MOST:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self.news.wait(), LOOK_EVERY)
        finally:
            await self.confirming.stop()

    async def look(self) -> int:
        """Reads what is there, and hands on long texts whose parts didn't come in time. Returns how many calls."""
        held = [*self._left, *self.confirming.held()]
        values = {"carrier": self._id, "tries": GIVE_UP_AFTER, "most": MOST, "held": held}
        rows = await self._do(lambda books: _rows(books, READ, values))
        whole: list[Whole] = []
        done: list[UUID] = []
        now = asyncio.get_running_loop().time()
        for name, raw_ct in rows:
            items = await self._read(name, bytes(raw_ct))
            if items:
                self._left[name] += len(items)
            elif items is not None:
                done.append(name)
            for item in items or ():
                whole += self._parts.take(item, name, now)
        await self._hand_on([*whole, *self._parts.overdue(now)], done)
        return len(rows)

    async def _read(self, name: UUID, raw_ct: bytes) -> Sequence[Receipt | Inbound] | None:
        """What is in a call; None where that can't be told, or isn't over yet."""
        try:
            raw = unpacked(await self._do(lambda books: _opened(books, name, raw_ct)))
            if self.confirming.takes(name, raw):
                return None
            return await self._without_copy(name, storable.items(self._carrier.read_callback(raw)))
        except Unreadable as refusal:
            log.error("carrier %d: call %s is not as documented: %s", self._id, name, refusal)
            await self._settle([name], "unreadable")
        except CannotOpen as error:
            log.error("carrier %d: call %s does not open with this key file: %s", self._id, name, describe(error))
            await self._try_later(name)
        except Exception as error:  # a fault of ours must not hold up the other calls
            log.error("carrier %d: call %s could not be read: %s", self._id, name, describe(error))
            await self._try_later(name)
        return None

    async def _without_copy(self, name: UUID, items: Sequence[Receipt | Inbound]) -> Sequence[Receipt | Inbound]:
        """Nothing, where the call brings a part that another brought, whether its text is stored or still waits for others.
        Carriers that send parts send one a call."""
        if len(items) != 1 or not isinstance(items[0], Inbound) or items[0].part is None or not items[0].ref:
            return items
        ref = items[0].ref
        values = {"carrier": self._id, "ref": ref}
        if ref in self._part_refs.values() or await self._do(lambda books: _rows(books, KNOWN_PART, values)):
            return ()
        self._part_refs[name] = ref
        return items

    async def _hand_on(self, whole: Sequence[Whole], done: list[UUID]) -> None:
        stored = await self._stored(whole)
        failed = {name for one in whole if one not in stored for name in one[1]} if len(stored) < len(whole) else set()
        for name in failed:  # read again, with all that it says: what is stored does nothing twice
            self._left.pop(name, None)
            self._part_refs.pop(name, None)
            await self._try_later(name)
        for name in (name for _, names in stored for name in names if name not in failed):
            self._left[name] -= 1
            if self._left[name] <= 0:
                done.append(name)
        if done:
            await self._settle(done, "read")
            for name in done:
                self._left.pop(name, None)

    async def _stored(self, whole: Sequence[Whole]) -> Sequence[Whole]:
        """Hands all on together; where that fails, each by itself, so that one holds up no other. Returns those that are
        stored."""
        try:
            if whole:
                await self._sink([item for item, _ in whole])
            return whole
        except Exception as error:
            if len(whole) > 1:
                return [one for each in whole for one in await self._stored([each])]
            log.error("carrier %d: what a call says could not be stored: %s", self._id, describe(error))
        return []

    async def _try_later(self, name: UUID) -> None:
        await self._do(lambda books: _execute(books, TRY_LATER, {"id": name}))

    async def _settle(self, names: Sequence[UUID], outcome: str) -> None:
        parts = [self._part_refs.pop(name, "") for name in names]
        values = {"now": real_now(), "outcome": outcome, "ids": list(names), "parts": arrays.text_array(parts)}
        await self._do(lambda books: _execute(books, SETTLE, values))


async def _rows(books: Books, statement: Any, values: dict[str, object]) -> list[Any]:
    return await (await books.connection.execute(statement, values)).fetchall()


async def _opened(books: Books, name: UUID, raw_ct: bytes) -> bytes:
    return (await books.system_keys()).open(COLUMN, name.bytes, raw_ct)


async def _execute(books: Books, statement: Any, values: dict[str, object]) -> None:
    await books.connection.execute(statement, values)
