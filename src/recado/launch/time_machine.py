"""The demo's time machine: moves business time on and stops at every due moment on the way.

It moves business time only. At each moment it waits until everything due by then is done: steps decided, texts handed
to the carrier, receipts and replies taken in. The simulated carrier's own clock moves with it, so that what it owes
comes at once in place of after its real delay.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg

from recado.foundation import business_time
from recado.foundation.database import Role, connect
from recado.foundation.places import data_folder
from recado.launch.simulator.client import SimulatorClient

ONE_AT_A_TIME = 0x5245_434B
PATIENCE = 45.0  # real seconds that one moment may take before we say that something is still under way
LOOK = 0.012  # real seconds between looks
NUDGE = timedelta(seconds=1)  # so far the clocks go at once to bring in what the carrier still owes

OPEN = """
SELECT (SELECT count(*) FROM journeys_timer WHERE held_for IS NULL AND due <= %(now)s)
    + (SELECT count(*) FROM messaging_outbox WHERE due <= %(now)s)
    + (SELECT coalesce(sum(cardinality(ids)), 0) FROM messaging_slice)
    + (SELECT count(*) FROM messaging_inboundraw WHERE settled_at IS NULL)
"""
NEXT = """
SELECT least((SELECT min(due) FROM journeys_timer WHERE held_for IS NULL AND due > %(now)s),
    (SELECT min(due) FROM messaging_outbox WHERE due > %(now)s))
"""


def advance(*, seconds: float) -> tuple[datetime, int]:
    """Moves on by so many seconds. Returns the new business time and how much due by then is not done (0: all is)."""
    with _alone() as travel:
        target = business_time.now() + timedelta(seconds=seconds)
        left = travel.settle(until=target)
        while not left:
            moment = travel.next_moment()
            if moment is None or moment > target:
                travel.move(target)
                left = travel.settle()
                break
            travel.move(moment)
            left = travel.settle(until=target)
        return business_time.now(), left


def to_next() -> tuple[datetime, int]:
    """Moves on until a text has come to a phone. Steps that turn out to be silent are done on the way."""
    with _alone() as travel:
        before = travel.texts()
        left = travel.settle()
        while not left and travel.texts() == before:
            moment = travel.next_moment()
            if moment is None:
                break
            travel.move(moment)
            left = travel.settle()
        return business_time.now(), left


@dataclass(slots=True)
class _Travel:
    connection: "psycopg.Connection[Any]"
    simulator: SimulatorClient

    def move(self, moment: datetime) -> None:
        business_time.advance_to(moment)
        self.connection.execute("SELECT pg_notify('recado_clock', '')")
        self._align()

    def _align(self) -> None:
        step = business_time.ahead() - self.simulator.offset()
        if step > timedelta(0):
            self.simulator.advance(step)

    def next_moment(self) -> datetime | None:
        row = self.connection.execute(NEXT, {"now": business_time.now()}).fetchone()
        moment: datetime | None = row[0] if row else None
        return moment

    def texts(self) -> int:
        return self.simulator.tally()["texts"]

    def settle(self, until: datetime | None = None) -> int:
        """Waits until all that is due is done and the carrier owes nothing. Returns what is left when patience ends."""
        ends_at = time.monotonic() + PATIENCE
        quiet = 0
        while True:
            left = self._open()
            owed = self.simulator.pending()
            quiet = quiet + 1 if not left and owed.is_drained else 0
            if quiet == 2:  # once more: between two looks something may have passed from one place to the next
                return 0
            if time.monotonic() > ends_at:
                return left or owed.receipts + owed.replies + owed.on_air
            if not left and not owed.is_drained:
                self._nudge(until)
            time.sleep(LOOK)

    def _open(self) -> int:
        row = self.connection.execute(OPEN, {"now": business_time.now()}).fetchone()
        return int(row[0]) if row else 0

    def _nudge(self, until: datetime | None) -> None:
        """Brings the carrier's clock on a little, and ours with it, but not past what is due next."""
        moment = min(filter(None, (business_time.now() + NUDGE, self.next_moment(), until)))
        self.move(moment)


class _alone:
    """One journey at a time: a second one waits."""

    def __enter__(self) -> _Travel:
        self._connection = connect(Role.MAINTENANCE, autocommit=True)
        self._connection.execute("SELECT pg_advisory_lock(%s)", (ONE_AT_A_TIME,))
        travel = _Travel(self._connection, SimulatorClient(data_folder()))
        travel._align()
        return travel

    def __exit__(self, *_: object) -> None:
        self._connection.close()
