"""One PostgreSQL cluster in a folder: made by initdb, run as our direct child, stopped, or adopted as an orphan.

Why not `pg_ctl`: a postmaster that was killed as somebody else's child stays a zombie until that somebody reaps it, and
until then a restart fails with "lock file postmaster.pid already exists". As the parent we reap at once.
"""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from recado.launch.errors import CannotRun
from recado.launch.postgres_binaries import Account, Binaries, identity

SUPERUSER = "postgres"
READY_LINE = 7  # of postmaster.pid, counted from 0: "starting", "stopping", "ready" or "standby"
RECOVERY_PATIENCE = 15 * 60.0  # seconds; replaying 4 GB of log after a crash may take minutes on a slow disk
RESTART_PATIENCE = 6.0  # seconds; a killed predecessor's children need a moment to let go of shared memory


@dataclass(frozen=True, slots=True)
class Running:
    """A postmaster as its pid file describes it."""

    pid: int
    port: int


@dataclass
class Cluster:
    """`folder` may not exist yet. `options` are PostgreSQL settings, given on the command line at each start."""

    folder: Path
    binaries: Binaries
    account: Account | None
    options: Mapping[str, str]
    log: Path
    dies_with_us: bool = False  # for throw-away clusters: a killed test run must leave nothing behind
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _adopted: int | None = field(default=None, init=False)

    @property
    def exists(self) -> bool:
        return (self.folder / "PG_VERSION").exists()

    def create(self, password: str, *, is_durable: bool = True) -> None:
        """Runs initdb with this password of the superuser. Half-made clusters of an interrupted start are thrown away."""
        fresh = self.folder.with_name(f"{self.folder.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        password_file = fresh.with_name(f"{fresh.name}.password")
        password_file.unlink(missing_ok=True)
        password_file.touch(mode=0o600)
        password_file.write_text(f"{password}\n")
        if self.account:
            for path in (fresh, password_file):
                os.chown(path, self.account.uid, self.account.gid)
        arguments = [self.binaries.program("initdb"), "-D", str(fresh), "-U", SUPERUSER, f"--pwfile={password_file}"]
        arguments += ["--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions", *self._locale()]
        arguments += ["--data-checksums"] if is_durable else ["--no-sync"]
        made = subprocess.run(arguments, capture_output=True, text=True, env=_environment(), **identity(self.account))
        password_file.unlink(missing_ok=True)
        if made.returncode:
            raise CannotRun(f"PostgreSQL's initdb failed in {fresh}: {_reason(made.stderr)}")
        fresh.rename(self.folder)

    def start(self, port: int) -> None:
        """Starts the server and waits until it serves. Raises `CannotRun` with the last line of its log."""
        self._drop_stale_pid_file()
        give_up = time.monotonic() + RESTART_PATIENCE
        while not self._try_start(port):
            if time.monotonic() > give_up:
                raise CannotRun(f"PostgreSQL doesn't start: {_tail(self.log)} (more in {self.log})")
            time.sleep(0.2)

    def adopt(self, running: Running) -> bool:
        """Takes over a server whose supervisor was killed, and waits until it serves: it may be in the middle of its
        recovery. False if it ended meanwhile."""
        self._adopted = running.pid
        return self._serves_in_time()

    def orphan(self) -> Running | None:
        """The server that runs on this folder without being our child, if there is one."""
        running = read_pid_file(self.folder)
        return running if running and self._is_server(running.pid) else None

    def poll(self) -> int | None:
        """None while the server runs, else its exit code (-1 for an adopted one)."""
        if self._child:
            return self._child.poll()
        if self._adopted and self._is_server(self._adopted):
            return None
        return -1

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else self._adopted

    def stop(self, first: signal.Signals = signal.SIGINT) -> None:
        """Stops the server: SIGINT is PostgreSQL's fast shutdown, which loses nothing. Patience ends in SIGKILL, which
        loses nothing either and costs a recovery at the next start."""
        for how, patience in ((first, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            if self.pid is None or self.poll() is not None:
                break
            try:
                os.kill(self.pid, how)
            except ProcessLookupError:
                break
            self._wait_gone(patience)
        self._child = self._adopted = None

    def _try_start(self, port: int) -> bool:
        arguments = [self.binaries.program("postgres"), "-D", str(self.folder), "-p", str(port)]
        arguments += [part for name, value in self.options.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment(),
                start_new_session=True,  # Ctrl-C in the terminal must not reach it before it reaches our own processes
                preexec_fn=die_with_parent if self.dies_with_us and sys.platform == "linux" else None,
                **identity(self.account),
            )
        return self._serves_in_time()

    def _serves_in_time(self) -> bool:
        give_up = time.monotonic() + RECOVERY_PATIENCE
        while self.poll() is None and time.monotonic() < give_up:
            running = read_pid_file(self.folder, wanted="ready")
            if running and running.pid == self.pid:
                return True
            time.sleep(0.01)
        return False

    def _wait_gone(self, patience: float) -> None:
        give_up = time.monotonic() + patience
        while self.poll() is None and time.monotonic() < give_up:
            time.sleep(0.01)

    def _locale(self) -> list[str]:
        """Byte order for sorting, whatever the host's language. Names are encrypted: the product sorts them itself."""
        if self.binaries.major >= 17:
            return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        return ["--locale=C"]

    def _drop_stale_pid_file(self) -> None:
        """After a power cut or in a restarted container the noted pid may belong to anybody by now, and PostgreSQL
        would refuse to start."""
        running = read_pid_file(self.folder)
        if running and not self._is_server(running.pid):
            (self.folder / "postmaster.pid").unlink(missing_ok=True)

    def _is_server(self, pid: int) -> bool:
        """Is that process alive (no zombie) and a PostgreSQL on this folder?"""
        if sys.platform == "linux":
            try:
                return Path(os.readlink(f"/proc/{pid}/cwd")) == self.folder.resolve()
            except OSError:
                return False
        said = subprocess.run(["ps", "-o", "stat=,command=", "-p", str(pid)], capture_output=True, text=True)
        return "postgres" in said.stdout and not said.stdout.lstrip().startswith("Z")


def read_pid_file(folder: Path, wanted: str | None = None) -> Running | None:
    """What postmaster.pid says, if it is whole and (with `wanted`) its state is that word."""
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
        state = lines[READY_LINE].strip() if len(lines) > READY_LINE else ""
        return Running(int(lines[0]), int(lines[3])) if wanted is None or state == wanted else None
    except (OSError, ValueError, IndexError):
        return None


def free_port(preferred: int | None = None) -> int:
    """A port on 127.0.0.1 that nobody listens on: the preferred one if it is free."""
    for port in (preferred, 0):
        if port is None:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise CannotRun("This machine has no free port on 127.0.0.1.")


def die_with_parent(how: signal.Signals = signal.SIGQUIT) -> None:
    """Linux only: the kernel sends this process `how` when the thread that started it ends. Survives `exec`."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, int(how))


def _environment() -> dict[str, str]:
    """Nothing of ours: no language, no PG* variables, no secrets."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _reason(text: str) -> str:
    """The line that says what went wrong; tidying up comes after it."""
    return next((line.strip() for line in text.splitlines() if "error:" in line or "FATAL:" in line), _last_line(text))


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


def _tail(log: Path) -> str:
    with log.open("rb") as text:
        text.seek(max(0, log.stat().st_size - 2000))
        return _last_line(text.read().decode("utf-8", "replace"))
