"""A carrier's last 24 hours, hour by hour: what became of a clinic's texts, and how long it was away. The clock is passed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import LiteralString
from uuid import UUID

from recado.foundation import arrays
from recado.foundation.database import plain_cursor

from .types import EventKind

HOURS = 24
HOUR = timedelta(hours=1)
ENDS = (EventKind.FAILED, EventKind.REFUSED, EventKind.EXPIRED)
UP = "ready"

Span = tuple[datetime, datetime, bool]  # from, to, whether it was up

BY_HOUR: LiteralString = """
SELECT e.carrier, floor(extract(epoch FROM e.at - %s) / 3600)::int, e.kind, count(*) FROM messaging_event e
WHERE e.clinic_id = %s AND e.message >= %s AND e.at >= %s AND e.kind = ANY (%s) AND e.carrier IS NOT NULL GROUP BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A carrier came or went at this moment (real time): ready, down, refused, silent."""

    at: datetime
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Hour:
    """What became of the clinic's texts in one hour (of business time), and for how long of it the carrier was known to be up
    and known to be away. What is neither isn't known."""

    begins: datetime
    accepted: int = 0
    delivered: int = 0
    failed: int = 0
    up: timedelta = timedelta(0)
    away: timedelta = timedelta(0)


def begin(now: datetime) -> datetime:
    """When the first of the hours begins."""
    return now.replace(minute=0, second=0, microsecond=0) - HOUR * (HOURS - 1)


def counts(clinic_id: UUID, since: datetime, lowest: UUID) -> dict[int, dict[tuple[int, EventKind], int]]:
    """By carrier: how many events of which kind in which hour. Call it inside `clinic_scope`."""
    kinds = arrays.int2_array([int(kind) for kind in (EventKind.SENT, EventKind.DELIVERED, *ENDS)])
    found: dict[int, dict[tuple[int, EventKind], int]] = {}
    with plain_cursor() as cursor:
        for carrier, hour, kind, count in cursor.execute(BY_HOUR, (since, clinic_id, lowest, since, kinds)):
            found.setdefault(carrier, {})[hour, EventKind(kind)] = count
    return found


def hours(
    counted: Mapping[tuple[int, EventKind], int],
    spans: Sequence[Span],
    since: datetime,
    *,
    ahead: timedelta,
) -> tuple[Hour, ...]:
    """The 24 hours from `since`. `ahead`: by how much business time, in which texts count, goes before real time."""
    ours = [(begins + ahead, ends + ahead, is_up) for begins, ends, is_up in spans]
    made = []
    for at in range(HOURS):
        begins = since + HOUR * at
        made.append(
            Hour(
                begins,
                counted.get((at, EventKind.SENT), 0),
                counted.get((at, EventKind.DELIVERED), 0),
                sum(counted.get((at, kind), 0) for kind in ENDS),
                _within(ours, begins, is_up=True),
                _within(ours, begins, is_up=False),
            )
        )
    return tuple(made)


def spans_of(changes: Sequence[Change], last_word: datetime | None, now: datetime) -> list[Span]:
    """From when to when a carrier was up or away, as far as its changes tell, the oldest first. `last_word`: the last at which
    it was ready; while it is away nobody notes that it still is, so that lasts until `now`."""
    if not changes:
        return []
    end = now if changes[-1].state != UP else max(last_word or changes[-1].at, changes[-1].at)
    ends = [one.at for one in changes[1:]] + [end]
    return [(one.at, until, one.state == UP) for one, until in zip(changes, ends, strict=True)]


def _within(spans: Sequence[Span], begins: datetime, *, is_up: bool) -> timedelta:
    ends = begins + HOUR
    parts = (min(until, ends) - max(since, begins) for since, until, was_up in spans if was_up is is_up)
    return sum((part for part in parts if part > timedelta()), timedelta())
