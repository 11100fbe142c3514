"""The whole product as a person starts it: `recado up`, with a data folder and a port of its own."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from recado.launch.postgres_cluster import free_port

SOURCE = Path(__file__).resolve().parent.parent / "src"
PATIENCE = 90.0  # seconds; a start takes 4 on an idle machine of two cores


class Product:
    """Start and stop it as often as the story wants; leaving the `with` block ends what is left and removes all."""

    def __init__(self, **environment: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="recado-product-"))
        self.folder.chmod(0o711)
        self.data = self.folder / "data"
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("RECADO_", "DJANGO_"))}
        ours = {"RECADO_DATA": str(self.data), "RECADO_PORT": str(self.port), "PYTHONPATH": str(SOURCE)}
        self.environment = clean | ours | environment

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self, *arguments: str) -> dict[str, Any]:
        """Starts it and waits until it says that it runs. Returns what it says."""
        self.process = subprocess.Popen(
            [*self._console("up"), "--json", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            env=self.environment,
            start_new_session=True,
        )
        assert self.process.stdout
        said: dict[str, Any] = json.loads(self.process.stdout.readline() or "{}")
        return said

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a command beside it."""
        return subprocess.run(
            self._console(*arguments), capture_output=True, text=True, env=self.environment, stdin=subprocess.DEVNULL
        )

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ends it and returns its exit code."""
        assert self.process
        self.process.send_signal(how)
        return self.process.wait(PATIENCE)

    def pid_of(self, name: str) -> int:
        """Of `web`, `worker`, `dispatch`, `simulate-carrier` or `postgres`."""
        return int(json.loads((self.data / "run" / f"{name}.json").read_text())["pid"])

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": f"localhost:{self.port}"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def is_ready(self) -> bool:
        """True if `/readyz` says so."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.get("/readyz")[0] == 200
        return False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.process and self.process.poll() is None:
            self.stop()
        if (self.data / "run").exists():
            from recado.launch.postgres import running_url

            if running_url(self.data):  # left behind by a killed supervisor
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.pid_of("postgres"), signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _console(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "recado.launch.console", *arguments]


def wait_for(what: Callable[[], bool], patience: float = PATIENCE) -> bool:
    """Looks again and again until it is so. False if patience ends first."""
    give_up = time.monotonic() + patience
    while not what():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.05)
    return True


def is_alive(pid: int) -> bool:
    """Whether that process runs; a zombie doesn't."""
    try:
        os.kill(pid, 0)
        stat = Path(f"/proc/{pid}/stat")
        return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")
    except OSError:
        return False
