"""`recado up`: starts PostgreSQL and every process of the product, keeps them running, stops them in order."""

import errno
import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from recado.launch import children, first_run, lifeline, migrate, room
from recado.launch.children import SIGNATURE, Child
from recado.launch.environment import DATA, DATABASE_URL, DEMO_STAYS_HERE, LOOPBACK, PORT, make_data_folder
from recado.launch.errors import CannotRun
from recado.launch.postgres import EmbeddedPostgres

TICK = 0.2  # seconds between looks at the processes
HOUSEKEEPING = 60.0  # seconds between looks at the logs' sizes
UPKEEP = 24 * 3600.0  # seconds between runs of `recado migrate`, which makes the coming months' partitions
WEB_PATIENCE = 60.0
POSTGRES_REST = 2.0
NAMES = ("web", "simulate-carrier", "dispatch", "worker")


@dataclass
class Supervisor:
    """`run()` blocks until SIGINT, SIGTERM or SIGHUP. Raises `CannotRun` with what to do."""

    data: Path
    port: int
    host: str
    wants_demo: bool
    as_json: bool = False
    _children: list[Child] = field(default_factory=list, init=False)
    _postgres: EmbeddedPostgres | None = field(default=None, init=False)
    _lock: IO[str] | None = field(default=None, init=False)
    _url: str = field(default="", init=False)
    _asked_to_stop: threading.Event = field(default_factory=threading.Event, init=False)
    _is_in_a_hurry: bool = field(default=False, init=False)
    _is_full: bool = field(default=False, init=False)

    def run(self) -> int:
        """Starts everything, watches it, stops everything. Returns the exit code."""
        make_data_folder(self.data)
        self._take_lock()
        self._listen_to_signals()
        try:
            children.end_leftovers(self.data, NAMES)
            refuse_taken_port(self.host, self.port)
            self._start_postgres()
            is_demo = self._prepare_database()
            if not self._asked_to_stop.is_set():
                self._start_children(is_demo=is_demo)
                self._announce(is_demo=is_demo)
            self._watch()
        except CannotRun as reason:
            full = room.complaint(self.data)
            raise CannotRun(f"{str(reason).rstrip('.')}. {full}") if full else reason from None
        finally:
            self._stop()
        return 0

    def _say(self, line: str) -> None:
        if not self.as_json:
            print(line, flush=True)

    def _take_lock(self) -> None:
        self._lock = (self.data / "run" / "recado.lock").open("a")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            address = _read_json(self.data / "run" / "address.json").get("url", "its address is not known yet")
            raise CannotRun(
                f"Recado is already running on the data folder {self.data} ({address}). Stop it, or set {DATA}."
            ) from None

    def _listen_to_signals(self) -> None:
        def on_signal(number: int, frame: object) -> None:
            self._is_in_a_hurry = self._asked_to_stop.is_set()
            self._asked_to_stop.set()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, on_signal)

    def _start_postgres(self) -> None:
        given = os.environ.get(DATABASE_URL)
        if given:
            self._say("PostgreSQL: the one of RECADO_DATABASE_URL")
            self._url = given
            self._leave_notice(given)
            return
        self._database_notice.unlink(missing_ok=True)
        self._postgres = EmbeddedPostgres(self.data)
        self._url = self._postgres.start()
        found = " (found running, and taken over)" if self._postgres.is_adopted else ""
        self._say(f"PostgreSQL: running, its data in {self.data / 'postgres'}{found}")

    @property
    def _database_notice(self) -> Path:
        return self.data / "run" / "database.json"

    def _leave_notice(self, url: str) -> None:
        """So that a command beside us finds the external database: for our own account's eyes only."""
        self._database_notice.unlink(missing_ok=True)
        descriptor = os.open(self._database_notice, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"url": url}, file)

    def _prepare_database(self) -> bool:
        """Migrates, and loads the demo into a new database. Returns whether this database is a demo.

        The wish for a demo is noted before the first migration: an interrupted first start finds it again."""
        wish = self.data / "run" / "demo-wanted"
        found = migrate.standing_of(self._url)
        if found.is_new and self.wants_demo:
            wish.touch()
        if not found.is_current:
            applied = self._command("migrate")["applied"]
            if applied:
                self._say(f"Database: {applied} migrations applied")
        if not wish.exists() or self._asked_to_stop.is_set():
            return found.is_demo
        self._command("demo-load")
        wish.unlink()
        self._say("Demo: the invented Harbour Street Clinic was loaded")
        return True

    def _command(self, name: str) -> dict[str, Any]:
        """Runs `recado <name> --json` to its end and returns what it says."""
        arguments = [sys.executable, "-m", SIGNATURE, name, "--json"]
        with (self.data / "logs" / f"{name}.log").open("ab") as log:
            done = subprocess.run(
                arguments, stdout=subprocess.PIPE, stderr=log, env=self._environment(), start_new_session=True
            )
        try:
            said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        except (IndexError, ValueError):
            said = {}
        if done.returncode or not said:
            raise CannotRun(said.get("error") or f"`recado {name}` failed. Its log: {log.name}")
        return said

    def _environment(self) -> dict[str, str]:
        changed = {DATA: str(self.data), PORT: str(self.port), lifeline.SUPERVISED: "1", "PYTHONUNBUFFERED": "1"}
        source = str(Path(__file__).resolve().parents[2])  # so that a child finds `recado` however we were started
        path = os.pathsep.join(part for part in (source, os.environ.get("PYTHONPATH")) if part)
        return {**os.environ, **changed, "PYTHONPATH": path}

    def _start_children(self, *, is_demo: bool) -> None:
        if is_demo and self.host not in LOOPBACK:
            raise CannotRun(DEMO_STAYS_HERE)
        # The web pages first: they take longest, and a person waits for them.
        programs: dict[str, list[str]] = {"web": ["web", "--host", self.host, "--port", str(self.port)]}
        if is_demo:
            programs["simulate-carrier"] = ["simulate-carrier"]
        programs |= {"dispatch": ["dispatch"], "worker": ["worker"]}
        for name, arguments in programs.items():
            child = Child(name, arguments, self._environment(), self.data)
            child.start()
            self._children.append(child)

    def _announce(self, *, is_demo: bool) -> None:
        address = f"http://localhost:{self.port}"
        web = next(child for child in self._children if child.name == "web")
        give_up = time.monotonic() + WEB_PATIENCE
        while not is_serving(self.host, self.port) and not self._asked_to_stop.wait(0.05):
            if time.monotonic() > give_up or (web.process and web.process.poll() is not None):
                raise CannotRun(f"The web pages don't come up. Their log: {web.log}")
        if self._asked_to_stop.is_set():
            return
        _write_json(self.data / "run" / "address.json", {"url": address, "port": self.port, "pid": os.getpid()})
        self._say(f"Running: {', '.join(child.name for child in self._children)}. Ctrl-C stops everything.")
        enter = self._ways_in(address) if is_demo else {}
        if is_demo:
            self._say(f"Simulated phones: {address}/handset/")
            self._say("Enter the demo, each link once (the sign-in page has buttons too):")
            for role, way in enter.items():
                self._say(f"  {role.replace('_', ' '):16} {way}")
        token = first_run.make_way()
        begin = f"{address}/first-run/{token}" if token else ""
        if begin:
            self._say("Nobody works here yet. Begin with this link; it works until the clinic is made:")
        said = json.dumps({"url": address, "is_demo": is_demo, "enter": enter, "first_run": begin})
        print(said if self.as_json else begin or address, flush=True)

    def _ways_in(self, address: str) -> dict[str, str]:
        return {role: f"{address}/enter/{token}" for role, token in self._command("demo-ways-in").items()}

    def _watch(self) -> None:
        tidied_at = kept_up_at = time.monotonic()
        while not self._asked_to_stop.wait(TICK):
            self._tend_postgres()
            for child in self._children:
                news = child.tend()
                if news:
                    self._say(news)
            if time.monotonic() - tidied_at > HOUSEKEEPING:
                tidied_at = time.monotonic()
                for child in self._children:
                    child.limit_log()
                self._look_for_room()
            if time.monotonic() - kept_up_at > UPKEEP:
                kept_up_at = time.monotonic()
                self._keep_up()

    def _look_for_room(self) -> None:
        """Says once that the disk is full, and once that it isn't any more: everything goes on by itself then."""
        full = room.complaint(self.data)
        if bool(full) != self._is_full:
            self._is_full = bool(full)
            self._say(full or "There is room on the disk again.")

    def _keep_up(self) -> None:
        try:
            self._command("migrate")
        except CannotRun as reason:
            self._say(f"The daily upkeep of the database failed and is tried again tomorrow: {reason}")

    def _tend_postgres(self) -> None:
        if self._postgres is None or self._postgres.poll() is None:
            return
        self._say("PostgreSQL stopped and is started again; nothing that was committed is lost.")
        try:
            url = self._postgres.start()
        except CannotRun as reason:
            self._say(f"{reason} It is tried again.")
            self._asked_to_stop.wait(POSTGRES_REST)
            return
        if url != self._url:  # its old port was taken meanwhile
            self._url = url
            for child in self._children:
                child.restart()

    def _stop(self) -> None:
        """Web pages, workers and dispatcher first, so that what is under way gets its answer; then the simulated
        carrier, then PostgreSQL. A second Ctrl-C doesn't wait for anybody."""
        patience = 0.5 if self._is_in_a_hurry else children.PATIENCE
        self._say("Stopping.")
        last = [child for child in self._children if child.name == "simulate-carrier"]
        children.stop([child for child in self._children if child not in last], patience)
        children.stop(last, patience)
        if self._postgres:
            self._postgres.stop()
        (self.data / "run" / "address.json").unlink(missing_ok=True)
        self._database_notice.unlink(missing_ok=True)
        if self._lock:
            self._lock.close()
        self._say("Stopped.")


def refuse_taken_port(host: str, port: int) -> None:
    """Raises `CannotRun` if another program listens on that port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                why = "is taken by another program" if error.errno == errno.EADDRINUSE else "needs more rights"
                raise CannotRun(f"Port {port} {why}. Choose another: {PORT}={port + 1} make run") from None
            raise CannotRun(f"This machine can't listen on {host}: {error.strerror}.") from None


def is_serving(host: str, port: int) -> bool:
    """True if our web pages answer there."""
    connection = http.client.HTTPConnection("127.0.0.1" if host in ("0.0.0.0", "") else host, port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    except http.client.HTTPException:
        return False
    finally:
        connection.close()


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return content


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content))
