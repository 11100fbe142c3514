"""Business time: when things are due, may be said and expire. Real time plus one offset, kept in the database.

Every process and command shares it; it moves only forward (a trigger sees to that), and SQL gets it as a value. It is
what the demo's time machine moves. Leases, time-outs, sign-in and audit use real time: `foundation.clock.real_now`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, LiteralString

from django.db import connections

READ_AHEAD: LiteralString = "SELECT ahead FROM foundation_clock"
"""For plain connections: business time = real time + this interval."""

READ_NOW: LiteralString = "SELECT clock_timestamp() + ahead FROM foundation_clock"
"""For plain connections: business time by the database's own clock, the same on every machine."""

# Kept as hours and seconds, never as days: a day isn't 24 hours in every zone.
_ADVANCE: LiteralString = """
UPDATE foundation_clock
SET ahead = greatest(ahead, make_interval(secs => extract(epoch FROM %s::timestamptz - clock_timestamp())::float8))
RETURNING clock_timestamp() + ahead
"""


_standing: ContextVar[datetime | None] = ContextVar("recado_business_moment", default=None)


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """What is done in here is done at this moment of business: the demo's past, made by the product's own actions. It holds
    for this thread only; SQL that reads the clock by itself is not touched."""
    token = _standing.set(moment)
    try:
        yield
    finally:
        _standing.reset(token)


_asked: ContextVar[list[tuple[str, datetime, float]] | None] = ContextVar("recado_business_asked", default=None)


@contextmanager
def asked_once() -> Iterator[None]:
    """In here the database is asked for the time once; from then on it is that moment and what has gone by since. For the length
    of a transaction, which `tenancy.clinic_scope` sees to: a sixth of all statements of the worker asked what time it is. Another
    process that moves the clock meanwhile is heard of in the next transaction."""
    token = _asked.set([])
    try:
        yield
    finally:
        _asked.reset(token)


def now(using: str = "default") -> datetime:
    """The present moment of business, aware, in UTC. One query of 40 us, in a transaction of a clinic the first time only."""
    standing = _standing.get()
    if standing is not None:
        return standing
    asked = _asked.get()
    for name, moment, at in asked or ():
        if name == using:
            return moment + timedelta(seconds=monotonic() - at)
    told: datetime = _one(READ_NOW, (), using)
    if asked is not None:
        asked.append((using, told, monotonic()))
    return told


def ahead(using: str = "default") -> timedelta:
    """How far business time is ahead of real time."""
    found: timedelta = _one(READ_AHEAD, (), using)
    return found


def advance_to(moment: datetime, using: str = "default") -> datetime:
    """Moves business time forward to `moment` and returns the new now. A moment already past changes nothing."""
    reached: datetime = _one(_ADVANCE, (moment,), using)
    asked = _asked.get()
    if asked is not None:
        asked.clear()
    return reached


def _one(statement: str, parameters: tuple[Any, ...], using: str) -> Any:
    with connections[using].cursor() as cursor:
        cursor.execute(statement, parameters)
        row: tuple[Any, ...] | None = cursor.fetchone()
    if row is None:
        raise LookupError("The business clock has no row: run `recado migrate`.")
    return row[0]
