"""The worker process: reads inbound texts, does the steps of journeys, raises tasks, seals the audit.

A thread for each loop of `wiring.WORKERS`, each with its own connections. It looks by itself twice a second at most, and is
woken by NOTIFY: all of them by a moved clock, the one that reads by an inbound text. At 50 texts a second two dozen loops
that look at each of them cost more than reading did.
"""

import logging
import signal
import threading
from collections.abc import Callable, Iterable
from typing import Any

import psycopg
from django import db

from recado.foundation import audit
from recado.foundation.database import Role, connect
from recado.foundation.faults import describe
from recado.foundation.wiring import wired
from recado.launch.wiring import WORKERS

log = logging.getLogger("recado.worker")
POLL = 0.5  # seconds
CHANNELS: dict[str, tuple[str, ...]] = {"recado_inbound": ("inbound",), "recado_clock": tuple(WORKERS)}  # whom it wakes
SLOW = {
    "audit": 10.0,
    "incidents": 1.0,
    "snoozes": 5.0,
    "alarms": 10.0,
    "emergencies": 5.0,
    "fates": 2.0,
    "stale": 2.0,
    "drafts": 600.0,
    "webhooks_kept": 600.0,
    "joinings": 600.0,
    "requests": 600.0,
    "calls": 600.0,
    "texts": 600.0,
    "reports": 10.0,
    "bookings": 600.0,
    "numbers": 5.0,
    "surveys": 30.0,
}  # loops that need not look so often

Loop = Callable[["psycopg.Connection[Any]"], int]


class Bells:
    """One for each loop. What rings while a loop is at work is heard when it would wait."""

    def __init__(self) -> None:
        self._bells = {name: threading.Event() for name in WORKERS}

    def ring(self, names: Iterable[str] = WORKERS) -> None:
        for name in names:
            self._bells[name].set()

    def begin(self, name: str) -> None:
        """What has rung so far is about to be looked at."""
        self._bells[name].clear()

    def has_rung(self, name: str) -> bool:
        return self._bells[name].is_set()

    def wait(self, name: str, seconds: float) -> None:
        """Returns when it rings or has rung since `begin`, or after these seconds."""
        self._bells[name].wait(seconds)


def run() -> int:
    """Runs until SIGTERM or SIGINT."""
    stop, bells = threading.Event(), Bells()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threads = [threading.Thread(target=_listen, args=(stop, bells), daemon=True)]
    threads += [
        threading.Thread(target=_loop, args=(name, wired("WORKERS", name), stop, bells), name=name) for name in WORKERS
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    bells.ring()
    for thread in threads[1:]:
        thread.join(timeout=10)
    return 0


def _loop(name: str, work: Loop, stop: threading.Event, bells: Bells) -> None:
    while not stop.is_set():
        try:
            with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
                while not stop.is_set():
                    bells.begin(name)
                    if not work(maintenance) and not stop.is_set():
                        bells.wait(name, SLOW.get(name, POLL))
        except (psycopg.OperationalError, db.OperationalError, db.InterfaceError) as error:
            log.warning("%s: database away (%s)", name, describe(error))
            stop.wait(0.3)
        except Exception as error:  # a loop never ends: what failed is told and tried again
            log.error("%s failed: %s", name, describe(error))
            stop.wait(1)
        finally:
            db.connections.close_all()


def _listen(stop: threading.Event, bells: Bells) -> None:
    while not stop.is_set():
        try:
            with connect(Role.MAINTENANCE, autocommit=True) as connection:
                for channel in CHANNELS:
                    connection.execute(f"LISTEN {channel}")
                while not stop.is_set():
                    for told in connection.notifies(timeout=1, stop_after=1):
                        bells.ring(CHANNELS[told.channel])
        except psycopg.OperationalError:
            stop.wait(0.5)


def seal_audit(maintenance: "psycopg.Connection[Any]") -> int:
    """Seals what each clinic's audit has gathered. Returns 0: a new look is due after a while, not at once."""
    audit.seal_all()
    return 0
