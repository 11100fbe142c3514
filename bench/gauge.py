"""What processes cost: CPU by group, and memory as it is sampled. Read from /proc; Linux only."""

import os
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
EVERY = 0.5  # seconds between two looks at memory

Groups = Mapping[str, int]
"""Name of a group, and the process that it begins with: all that stem from it belong to it, unless to another group."""


def members(groups: Groups) -> dict[str, list[int]]:
    """The processes of each group, as they are now."""
    parents = {pid: parent for pid in _all() if (parent := _parent(pid)) is not None}
    owner = {pid: name for name, pid in groups.items()}
    found: dict[str, list[int]] = {name: [] for name in groups}
    for pid in parents:
        at: int | None = pid
        while at and at not in owner:
            at = parents.get(at)
        if at:
            found[owner[at]].append(pid)
    return found


def cpu(groups: Groups) -> dict[str, float]:
    """Seconds of CPU that each group has used, user and system, with that of children which have ended."""
    return {name: sum(map(_cpu, pids)) for name, pids in members(groups).items()}


def memory(groups: Groups) -> dict[str, int]:
    """Bytes that each group keeps for itself alone: without what PostgreSQL's processes share."""
    return {name: sum(map(_private, pids)) for name, pids in members(groups).items()}


def _all() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _parent(pid: int) -> int | None:
    fields = _stat(pid)
    return int(fields[1]) if fields else None


def _cpu(pid: int) -> float:
    return sum(map(int, _stat(pid)[11:15])) / _TICKS


def _private(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon:"))


class Memory:
    """Looks at the memory of groups twice a second while the block runs. `samples`: seconds, `progress()`, bytes by group."""

    def __init__(self, groups: Groups, progress: Callable[[], int] = lambda: 0) -> None:
        self._groups, self._progress = groups, progress
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.samples: list[tuple[float, int, dict[str, int]]] = []

    def __enter__(self) -> "Memory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        began = time.monotonic()
        while True:
            self.samples.append((time.monotonic() - began, self._progress(), memory(self._groups)))
            if self._done.wait(EVERY):
                return

    def peak_mb(self, upto: int | None = None, above: int = 0) -> dict[str, float]:
        """The most of each group, in MB, while `progress` stood from `above` to `upto`."""
        seen = [held for _, at, held in self.samples if above <= at and (upto is None or at <= upto)]
        return {name: round(max((held[name] for held in seen), default=0) / 1e6, 1) for name in self._groups}


def settle_down(groups: Groups, *, most: float = 30.0) -> float:
    """Waits until these processes have come to rest (under a tenth of a core), so that one measurement doesn't pay for
    another. Returns the share of a core that they still use."""
    ends_at = time.monotonic() + most
    while True:
        before, began = sum(cpu(groups).values()), time.monotonic()
        time.sleep(1)
        share = (sum(cpu(groups).values()) - before) / (time.monotonic() - began)
        if share < 0.1 or time.monotonic() > ends_at:
            return round(share, 3)
