"""Starts the real product on a folder of its own, for benchmarks and for the tests that kill its processes."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Product:
    """A running `recado up`. `environment` makes a command work beside it."""

    data: Path
    url: str
    process: "subprocess.Popen[str]"
    environment: dict[str, str]

    def pids(self) -> dict[str, int]:
        """The processes by name, as they are now."""
        found = {}
        for name in ("web", "worker", "dispatch", "simulate-carrier"):
            try:
                found[name] = int(json.loads((self.data / "run" / f"{name}.json").read_text())["pid"])
            except (OSError, ValueError, KeyError):
                continue
        return found

    def postgres_pid(self) -> int:
        """The postmaster's pid."""
        return int((self.data / "postgres" / "postmaster.pid").read_text().splitlines()[0])

    def groups(self) -> dict[str, int]:
        """What the product consists of, by name, with the process that each begins with: for `bench.gauge`."""
        return {"recado": self.process.pid, **self.pids(), "postgres": self.postgres_pid()}

    def query(self, statement: str, *values: Any) -> list[Any]:
        """Rows of a statement, as the database's owner."""
        import psycopg

        from recado.foundation.database import Role, conninfo

        with psycopg.connect(conninfo(Role.OWNER), autocommit=True) as connection:
            return connection.execute(statement, values).fetchall()

    def command(self, *arguments: str) -> str:
        """Runs `recado ...` beside the product and returns what it says."""
        done = subprocess.run(
            [sys.executable, "-m", "recado.launch.console", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"recado {arguments[0]}: {done.stdout}{done.stderr}")
        return done.stdout

    def command_json(self, *arguments: str) -> Any:
        """The same with its answer read."""
        return json.loads(self.command(*arguments, "--json"))


@contextmanager
def running(data: Path, port: int, *, has_demo: bool = True, wait: float = 90) -> Iterator[Product]:
    """`recado up` on `data`, until the block ends."""
    environment = {
        **os.environ,
        "RECADO_DATA": str(data),
        "RECADO_PORT": str(port),
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }
    environment.pop("RECADO_DATABASE_URL", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "recado.launch.console", "up", "--json", *([] if has_demo else ["--no-demo"])],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        url = _address(process, wait)
        yield Product(data, url, process, environment)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def for_a_bench(port: int, *, has_demo: bool = True) -> Iterator[Product]:
    """A product on a folder that is gone afterwards; this process finds its database as a command beside it does."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ended from outside, it leaves no product behind
    with tempfile.TemporaryDirectory(prefix="recado-bench-") as folder:
        Path(folder).chmod(0o711)  # PostgreSQL runs as another account when we are root, and must pass through
        with running(Path(folder) / "data", port, has_demo=has_demo) as product:
            os.environ.update({key: product.environment[key] for key in ("RECADO_DATA", "RECADO_PORT")})
            yield product


def _address(process: "subprocess.Popen[str]", wait: float) -> str:
    ends_at = time.monotonic() + wait
    assert process.stdout is not None
    while time.monotonic() < ends_at:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError("recado up ended before it said its address")
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if "error" in said:
            raise RuntimeError(said["error"])
        if "url" in said:
            return str(said["url"])
    raise RuntimeError("recado up did not say its address")


def cpu_seconds(pid: int) -> float:
    """User and system time of a process; 0 once it has ended (its parent then counts it)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children_of(pid: int) -> list[int]:
    """The direct children of a process, as they are now."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
