"""How long a request may keep us waiting: one timer for all of them.

A timer for each (`asyncio.timeout`) took a twelfth of what a small request costs, and nearly none ever rings. All wait
equally long, so the first that began is the first to end, and a timer for that one will do.
"""

import asyncio
from types import TracebackType


class Patience:
    """Waits of tasks, each `seconds` long at most."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ends: dict[Wait, float] = {}  # on the loop's clock, in the order in which they end
        self._alarm: asyncio.TimerHandle | None = None

    def waiting(self) -> "Wait":
        """`with patience.waiting() as wait: ...`: raises TimeoutError there when it takes too long."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:  # the one before has ended, and its waits with it
            self._loop, self._ends, self._alarm = loop, {}, None
        return Wait(self, asyncio.current_task(loop))

    def begin(self, wait: "Wait") -> None:
        """This wait begins, perhaps anew."""
        assert self._loop is not None
        self._ends.pop(wait, None)
        self._ends[wait] = self._loop.time() + self._seconds
        if self._alarm is None:
            self._alarm = self._loop.call_later(self._seconds, self._ring)

    def end(self, wait: "Wait") -> None:
        self._ends.pop(wait, None)

    def _ring(self) -> None:
        assert self._loop is not None
        self._alarm = None
        while self._ends:
            wait, ends = next(iter(self._ends.items()))
            left = ends - self._loop.time()
            if left > 0:
                self._alarm = self._loop.call_later(left, self._ring)
                return
            del self._ends[wait]
            wait.give_up()


class Wait:
    """One wait, from the beginning of its block to the end."""

    __slots__ = ("_is_over", "_patience", "_task")

    def __init__(self, patience: Patience, task: "asyncio.Task[object] | None") -> None:
        self._patience, self._task, self._is_over = patience, task, False

    def __enter__(self) -> "Wait":
        self._patience.begin(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._patience.end(self)
        # Where somebody else has cancelled the task as well, it stays so.
        if self._is_over and self._task and not self._task.uncancel() and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def renew(self) -> None:
        """Something came: it begins anew."""
        self._patience.begin(self)

    def give_up(self) -> None:
        """It took too long."""
        self._is_over = True
        if self._task:
            self._task.cancel()
