"""Foreign SMPP peers as processes that speak JSON lines, and how a test says that one isn't there."""

import json
import queue
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

NODE = Path(__file__).parent / "node"

Event = dict[str, Any]


def need_node() -> str:
    """Where node is. Fails the test in one sentence when node or node-smpp is missing."""
    node = shutil.which("node")
    if not node:
        pytest.fail("node is not installed: apt-get install nodejs npm", pytrace=False)
    if not (NODE / "node_modules" / "smpp").is_dir():
        pytest.fail("node-smpp is not installed: sh tests/interop/install.sh", pytrace=False)
    return node


def need_kannel() -> tuple[str, str]:
    """bearerbox and smsbox. Fails the test in one sentence when Kannel is missing."""
    found = [shutil.which(name, path="/usr/sbin:/usr/local/sbin:/usr/bin") for name in ("bearerbox", "smsbox")]
    if not found[0] or not found[1]:
        pytest.fail("Kannel is not installed: apt-get install kannel", pytrace=False)
    return found[0], found[1]


class Told:
    """A process that says what happens and does what it is told, one JSON object a line."""

    def __init__(self, *command: str) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=NODE)
        self._events: queue.Queue[Event] = queue.Queue()
        self._kept: list[Event] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._events.put(json.loads(line))

    def tell(self, op: str, **order: Any) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"op": op, **order}) + "\n")
        self._process.stdin.flush()

    def wait(self, event: str, within: float = 10.0) -> Event:
        """The next event of that name; others are kept for who asks for them."""
        ends_at = time.monotonic() + within
        while True:
            for number, kept in enumerate(self._kept):
                if kept["event"] == event:
                    return self._kept.pop(number)
            try:
                self._kept.append(self._events.get(timeout=max(0.01, ends_at - time.monotonic())))
            except queue.Empty:
                raise AssertionError(f"no {event} within {within} s, but {self._kept[-5:]}") from None

    def wait_for(self, event: str, count: int, within: float = 20.0) -> list[Event]:
        return [self.wait(event, within) for _ in range(count)]

    def __enter__(self) -> "Told":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()


@contextmanager
def running(*commands: list[str], log: Path) -> Iterator[None]:
    """Daemons that end with the block; what they say goes to a file."""
    processes: list[subprocess.Popen[bytes]] = []
    with log.open("wb") as out:
        try:
            for command in commands:
                processes.append(subprocess.Popen(command, stdout=out, stderr=out))
                time.sleep(0.5)
            yield
        finally:
            for process in reversed(processes):
                process.terminate()
            for process in processes:
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
