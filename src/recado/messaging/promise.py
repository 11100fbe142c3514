"""The published promise, as it was kept: texts handed over within 10 seconds of being due, by day (UTC) and lane.

The dispatcher adds what its meter counted (dispatch/meter.py) each few seconds; a process that is killed between loses
those seconds of the figure, never a text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import LiteralString, Protocol

from recado.foundation import arrays, business_time
from recado.foundation.database import plain_cursor

from .types import Lane

ADD_PROMISE: LiteralString = """
INSERT INTO messaging_promise AS p (day, lane, handed, in_time)
SELECT %(day)s, n.lane, n.handed, n.in_time FROM unnest(%(lanes)s, %(handed)s, %(in_time)s) AS n (lane, handed, in_time)
ON CONFLICT (day, lane) DO UPDATE SET handed = p.handed + EXCLUDED.handed, in_time = p.in_time + EXCLUDED.in_time
"""
PROMISES: LiteralString = "SELECT day, lane, handed, in_time FROM messaging_promise WHERE day > %s ORDER BY day, lane"


class Counted(Protocol):
    """Of texts handed over: how many, and how many of them in time."""

    @property
    def handed(self) -> int: ...
    @property
    def in_time(self) -> int: ...


def promise_parameters(taken: Mapping[Lane, Counted], now: datetime) -> dict[str, object]:
    """The values of ADD_PROMISE for what `Meter.take_promise` returned at a moment of business time. Leave the statement
    out where nothing was taken."""
    lanes = sorted(taken)
    return {
        "day": now.astimezone(UTC).date(),
        "lanes": arrays.int2_array([int(lane) for lane in lanes]),
        "handed": arrays.int8_array([taken[lane].handed for lane in lanes]),
        "in_time": arrays.int8_array([taken[lane].in_time for lane in lanes]),
    }


@dataclass(frozen=True, slots=True)
class Promise:
    """How the promise was kept on one day in one lane."""

    day: date
    lane: Lane
    handed: int
    in_time: int


def promise_of(days: int = 30) -> list[Promise]:
    """The last days on which anything left, today's too, the oldest first: of the whole installation."""
    since = business_time.now().astimezone(UTC).date() - timedelta(days=days)
    with plain_cursor() as cursor:
        rows = cursor.execute(PROMISES, (since,)).fetchall()
    return [Promise(day, Lane(lane), handed, in_time) for day, lane, handed, in_time in rows]
