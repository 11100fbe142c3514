"""The processes under the supervisor: started, watched, started again, stopped; none survives it."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LOG_LIMIT = 10_000_000  # bytes; then the log is kept as `.log.1` and begins anew
SHORTEST_REST = 0.5  # seconds before a dead process is started again; doubles with each early death
LONGEST_REST = 30.0
SETTLED = 60.0  # seconds after which a process counts as healthy again
PATIENCE = 8.0  # seconds between SIGTERM and SIGKILL
SIGNATURE = "recado.launch.console"


@dataclass
class Child:
    """One process that should always run: `recado <arguments>`."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    data: Path
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    deaths: int = field(default=0, init=False)
    started_at: float = field(default=0.0, init=False)
    rests_until: float = field(default=0.0, init=False)

    @property
    def log(self) -> Path:
        return self.data / "logs" / f"{self.name}.log"

    @property
    def note(self) -> Path:
        return self.data / "run" / f"{self.name}.json"

    def start(self) -> None:
        """Starts the process in a session of its own, so that Ctrl-C in the terminal reaches the supervisor alone."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", SIGNATURE, *self.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
                start_new_session=True,
            )
        self.started_at = time.monotonic()
        written = self.note.with_suffix(".new")  # whoever looks at a note finds it whole
        written.write_text(json.dumps({"pid": self.process.pid}))
        written.replace(self.note)

    def tend(self) -> str | None:
        """Looks after the process: notices its death and starts it again after a rest. Returns what to tell, if
        anything happened."""
        if self.process is None:
            if time.monotonic() >= self.rests_until:
                self.start()
            return None
        code = self.process.poll()
        if code is None:
            if self.deaths and time.monotonic() - self.started_at > SETTLED:
                self.deaths = 0
            return None
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)  # what it started itself would hold its port
        rest = min(LONGEST_REST, SHORTEST_REST * 2**self.deaths)
        self.process, self.deaths, self.rests_until = None, self.deaths + 1, time.monotonic() + rest
        return f"{self.name} stopped ({_how(code)}) and starts again in {rest:g} s. Its log: {self.log}"

    def restart(self) -> None:
        """Ends the process; `tend` starts it again at once."""
        stop([self])
        self.deaths, self.rests_until = 0, 0.0

    def limit_log(self) -> None:
        """Copies and empties the log: the process goes on writing at the (new) end."""
        with contextlib.suppress(OSError):
            if self.log.stat().st_size > LOG_LIMIT:
                shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
                os.truncate(self.log, 0)


def stop(children: Iterable[Child], patience: float = PATIENCE) -> None:
    """Ends these processes side by side: SIGTERM, and SIGKILL to those that don't end in time."""
    running = [child for child in children if child.process and child.process.poll() is None]
    for child in running:
        _signal(child.process, signal.SIGTERM)
    give_up = time.monotonic() + patience
    for child in running:
        assert child.process
        try:
            child.process.wait(max(0.0, give_up - time.monotonic()))
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.process.pid, signal.SIGKILL)  # with what it started itself
            child.process.wait()
    for child in children:
        child.process = None
        child.note.unlink(missing_ok=True)


def end_leftovers(data: Path, names: Iterable[str]) -> None:
    """Ends processes that a killed supervisor left behind (they end themselves, but not at once), and their notes."""
    notes = [data / "run" / f"{name}.json" for name in names]
    left = [pid for pid in map(_noted_pid, notes) if pid and is_ours(pid)]
    for how, patience in ((signal.SIGTERM, PATIENCE), (signal.SIGKILL, 2.0)):
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, how)
        give_up = time.monotonic() + patience
        while (left := [pid for pid in left if is_ours(pid)]) and time.monotonic() < give_up:
            time.sleep(0.05)
    for note in notes:
        note.unlink(missing_ok=True)


def _noted_pid(note: Path) -> int | None:
    try:
        return int(json.loads(note.read_text())["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_ours(pid: int) -> bool:
    """A process id may be anybody's by now: only a process with our command line is ours. A zombie has none."""
    if sys.platform == "linux":
        try:
            return SIGNATURE in Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace")
        except OSError:
            return False
    said = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)
    return SIGNATURE in said.stdout


def _signal(process: subprocess.Popen[bytes] | None, how: signal.Signals) -> None:
    if process:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(how)


def _how(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
