"""Rows are read while the database works: the next chunk is made ready in a thread of its own."""

import queue
import threading
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
DEPTH = 2  # chunks held ready: one more would only cost memory


def read_ahead(items: Iterable[T]) -> Iterator[T]:
    """The same items in the same order, made up to `DEPTH` ahead. An error while making one is raised where it would
    have come. The thread must not touch the database: its connection would be another one, never closed."""
    ready: queue.Queue[tuple[T | None, BaseException | None, bool]] = queue.Queue(DEPTH)
    is_wanted = threading.Event()
    is_wanted.set()

    def put(entry: tuple[T | None, BaseException | None, bool]) -> None:
        while is_wanted.is_set():
            try:
                ready.put(entry, timeout=0.2)
                return
            except queue.Full:
                continue

    def make() -> None:
        try:
            for item in items:
                put((item, None, False))
                if not is_wanted.is_set():
                    return
            put((None, None, True))
        except BaseException as error:
            put((None, error, True))

    thread = threading.Thread(target=make, name="read ahead", daemon=True)
    thread.start()
    try:
        while True:
            item, error, is_last = ready.get()
            if error is not None:
                raise error
            if is_last:
                return
            yield item  # type: ignore[misc]
    finally:
        is_wanted.clear()
        thread.join()
