"""How much waits, counted aside: for metrics in memory, and for the pages where a lane is too long for them to count.

The dispatcher alone counts, and so seldom that it takes a fiftieth of the time at most: a million rows cost a second where their
pages are fresh. Nobody who looks (a scrape, a page) counts more than a little.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from recado.foundation import arrays
from recado.foundation.clock import real_now

from ..callbacks import GIVE_UP_AFTER
from ..operations import MOST
from ..types import Lane

EVERY = 5.0  # seconds between two counts of a short queue
SHARE = 50  # a count that takes a second is followed by fifty without

COUNT = "SELECT carrier, lane, clinic_id, count(*), min(due) FROM messaging_outbox GROUP BY carrier, lane, clinic_id"
CALLS = """
SELECT c.id, n.waiting, n.failed FROM messaging_carrieraccount c, LATERAL (
    SELECT count(*) AS waiting, count(*) FILTER (WHERE tries >= %s) AS failed FROM messaging_callbackraw r
    WHERE r.settled_at IS NULL AND r.carrier = c.id) n
WHERE c.removed_at IS NULL
"""
UNREAD = "SELECT count(*), min(received_at) FROM messaging_inboundraw WHERE settled_at IS NULL"
FORGET_COUNTS = "DELETE FROM messaging_queuecount"
# What another dispatcher has counted at the same moment stands.
KEEP_COUNTS = """
INSERT INTO messaging_queuecount (clinic_id, lane, waiting, at)
SELECT n.clinic_id, n.lane, n.waiting, %(now)s FROM unnest(%(clinics)s, %(lanes)s, %(waiting)s) AS n (clinic_id, lane, waiting)
ORDER BY 1, 2 ON CONFLICT DO NOTHING
"""
# In the order in which everybody writes of several carriers (watch.py): two that held one each would wait for one another. Whoever
# gives a clinic a number on a carrier waits for neither: its key stays.
NOTE_CALLS = """
UPDATE messaging_carrieraccount c SET calls_failed = n.failed FROM (
    SELECT a.id, f.failed FROM messaging_carrieraccount a JOIN unnest(%(carriers)s, %(failed)s) AS f (id, failed) ON f.id = a.id
    WHERE a.calls_failed <> f.failed ORDER BY a.id FOR NO KEY UPDATE OF a) n
WHERE c.id = n.id
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """The queue at a moment: rows and the oldest due time of each carrier and lane, and of long lanes the rows of a clinic."""

    at: datetime  # real time
    ahead: timedelta = timedelta()  # of business time
    waiting: Mapping[tuple[int, Lane], tuple[int, datetime]] = field(default_factory=dict)
    long: Mapping[tuple[UUID, Lane], int] = field(default_factory=dict)
    calls: Mapping[int, tuple[int, int]] = field(default_factory=dict)  # of each carrier: not read yet, not readable
    unread: int = 0  # inbound texts that nobody has bound to a clinic yet
    unread_since: datetime | None = None


def counted(
    at: datetime, ahead: timedelta, queue: Sequence[Any], calls: Sequence[Any], unread: tuple[int, datetime | None]
) -> Counted:
    """The rows of COUNT, CALLS and UNREAD, put together."""
    waiting: dict[tuple[int, Lane], tuple[int, datetime]] = {}
    lanes: dict[tuple[UUID, Lane], int] = {}
    for carrier, lane, clinic, count, due in queue:
        rows, oldest = waiting.get((carrier, Lane(lane)), (0, due))
        waiting[carrier, Lane(lane)] = (rows + count, min(oldest, due))
        lanes[clinic, Lane(lane)] = lanes.get((clinic, Lane(lane)), 0) + count
    long = {pair: rows for pair, rows in lanes.items() if rows >= MOST}
    return Counted(at, ahead, waiting, long, {one: (left, failed) for one, left, failed in calls}, *unread)


def long_lanes(found: Counted) -> dict[str, object]:
    """The values of KEEP_COUNTS."""
    return {
        "now": found.at,
        "clinics": arrays.uuid_array([clinic for clinic, _ in found.long]),
        "lanes": arrays.int2_array([int(lane) for _, lane in found.long]),
        "waiting": arrays.int4_array(list(found.long.values())),
    }


def failed_calls(found: Counted) -> dict[str, object]:
    """The values of NOTE_CALLS."""
    return {
        "carriers": arrays.int2_array(list(found.calls)),
        "failed": arrays.int4_array([failed for _, failed in found.calls.values()]),
    }


async def count(cursor: Any, ahead: timedelta) -> Counted:
    """Counts, and writes down what pages need of it. The caller's transaction."""
    queue = await (await cursor.execute(COUNT)).fetchall()
    calls = await (await cursor.execute(CALLS, (GIVE_UP_AFTER,))).fetchall()
    unread = await (await cursor.execute(UNREAD)).fetchone()
    found = counted(real_now(), ahead, queue, calls, unread)
    await cursor.execute(FORGET_COUNTS)
    if found.long:
        await cursor.execute(KEEP_COUNTS, long_lanes(found))
    if found.calls:
        await cursor.execute(NOTE_CALLS, failed_calls(found))
    return found


class Counting:
    """`counted`: the newest count, None before the first."""

    def __init__(self) -> None:
        self.counted: Counted | None = None

    async def run(self, count: Callable[[], Awaitable[Counted]]) -> None:
        """Counts until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            self.counted = await count()
            await asyncio.sleep(max(EVERY, SHARE * (loop.time() - began)))
