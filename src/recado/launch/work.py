"""The worker process: reads inbound texts, does the steps of journeys, raises tasks, seals the audit.

A thread for each loop of `wiring.WORKERS`, each with its own connections. It wakes on NOTIFY (an inbound text, a moved
clock) and looks by itself twice a second at most.
"""

import logging
import signal
import threading
from collections.abc import Callable
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
CHANNELS = ("recado_inbound", "recado_clock", "recado_timer")
SLOW = {
    "audit": 10.0,
    "incidents": 1.0,
    "snoozes": 5.0,
    "alarms": 10.0,
    "emergencies": 5.0,
    "fates": 2.0,
    "drafts": 600.0,
    "webhooks_kept": 600.0,
    "joinings": 600.0,
    "requests": 600.0,
    "calls": 600.0,
    "bookings": 600.0,
    "numbers": 5.0,
    "surveys": 30.0,
}  # loops that need not look so often

Loop = Callable[["psycopg.Connection[Any]"], int]


class News:
    """Wakes every loop. Counted, so that what was told while a loop was at work isn't missed."""

    def __init__(self) -> None:
        self.count = 0
        self._condition = threading.Condition()

    def tell(self) -> None:
        with self._condition:
            self.count += 1
            self._condition.notify_all()

    def wait(self, heard: int, seconds: float) -> None:
        """Returns when more was told than had been heard, or after these seconds."""
        with self._condition:
            self._condition.wait_for(lambda: self.count != heard, seconds)


def run() -> int:
    """Runs until SIGTERM or SIGINT."""
    stop, news = threading.Event(), News()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threads = [threading.Thread(target=_listen, args=(stop, news), daemon=True)]
    threads += [
        threading.Thread(target=_loop, args=(name, wired("WORKERS", name), stop, news), name=name) for name in WORKERS
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    news.tell()
    for thread in threads[1:]:
        thread.join(timeout=10)
    return 0


def _loop(name: str, work: Loop, stop: threading.Event, news: News) -> None:
    while not stop.is_set():
        try:
            with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
                while not stop.is_set():
                    heard = news.count
                    if not work(maintenance):
                        news.wait(heard, SLOW.get(name, POLL))
        except (psycopg.OperationalError, db.OperationalError, db.InterfaceError) as error:
            log.warning("%s: database away (%s)", name, describe(error))
            stop.wait(0.3)
        except Exception as error:  # a loop never ends: what failed is told and tried again
            log.error("%s failed: %s", name, describe(error))
            stop.wait(1)
        finally:
            db.connections.close_all()


def _listen(stop: threading.Event, news: News) -> None:
    while not stop.is_set():
        try:
            with connect(Role.MAINTENANCE, autocommit=True) as connection:
                for channel in CHANNELS:
                    connection.execute(f"LISTEN {channel}")
                while not stop.is_set():
                    for _ in connection.notifies(timeout=1, stop_after=1):
                        news.tell()
        except psycopg.OperationalError:
            stop.wait(0.5)


def seal_audit(maintenance: "psycopg.Connection[Any]") -> int:
    """Seals what each clinic's audit has gathered. Returns 0: a new look is due after a while, not at once."""
    audit.seal_all()
    return 0
