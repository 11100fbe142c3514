"""The embedded PostgreSQL: its place in the data folder, its passwords, its owner role; and throw-away ones for tests.

The server listens on 127.0.0.1 only, is durable (fsync, full_page_writes, synchronous_commit stay on) and belongs to one
supervisor at a time, held by a lock on `run/postgres.lock`. If that supervisor is killed, the server lives on and the
next start adopts it.
"""

import fcntl
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import psycopg
from psycopg import sql

from recado.launch import postgres_binaries
from recado.launch.environment import DATA, make_data_folder
from recado.launch.errors import CannotRun
from recado.launch.postgres_binaries import Account, identity
from recado.launch.postgres_cluster import SUPERUSER, Cluster, free_port

OWNER = "recado_owner"
DATABASE = "recado"
SYSTEM_PLACE = Path("/var/lib/recado")
LOG_LIMIT = 5_000_000  # bytes; the log of the run before last is dropped

MEGABYTE = 1024 * 1024


def shared_buffers(memory: int) -> str:
    """How much the server keeps of its tables, of a machine with so many bytes: an eighth of it, 256 MB to 2 GB. Each text is
    looked for and noted at a place of its own in the index of numbers: with a million and more of them that index alone fills
    256 MB, and every text then waits for a page."""
    return f"{min(max(memory // 8 // MEGABYTE, 256), 2048)}MB"


COMMON_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "256MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The log names no row's values: neither statements nor "Key (...)=(...)" details.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
}
DURABLE_OPTIONS = (
    COMMON_OPTIONS
    | {
        "max_connections": "100",
        "shared_buffers": shared_buffers(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")),
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",  # each writes every page that changes next once more, whole; 4 GB are replayed either way
        "wal_compression": "pglz",  # the wheel's build knows no lz4
        "idle_in_transaction_session_timeout": "5min",  # a forgotten transaction stops the queue's dead rows from going
        "autovacuum_naptime": "15s",
        "autovacuum_vacuum_cost_limit": "2000",
    }
)
THROWAWAY_OPTIONS = COMMON_OPTIONS | {
    "max_connections": "200",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "1GB",
    "autovacuum_naptime": "1h",
}


class EmbeddedPostgres:
    """The database of a data folder. Use from one thread: `start()`, `poll()` now and then, `stop()`."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._cluster: Cluster | None = None
        self._lock: IO[str] | None = None
        self.is_adopted = False

    def start(self) -> str:
        """Starts (or adopts) the server, makes the owner and the database if need be, and returns the owner's URL.

        Raises `CannotRun`, also if another supervisor holds this data folder."""
        make_data_folder(self.data)
        self._lock = self._lock or _take_lock(self.data)
        cluster = self._cluster = _open_cluster(self.data)
        passwords = _passwords(self.data, may_create=not cluster.exists)
        if not cluster.exists:
            cluster.create(passwords["superuser"])
        state = _read_state(self.data)
        orphan = cluster.orphan()
        self.is_adopted = bool(orphan and cluster.adopt(orphan))
        if self.is_adopted and state.get("options") != DURABLE_OPTIONS:
            cluster.stop()  # started by an older release, with other settings
            self.is_adopted = False
        port = orphan.port if orphan and self.is_adopted else free_port(state.get("port"))
        if not self.is_adopted:
            cluster.start(port)
        _ensure_owner(_url(SUPERUSER, passwords["superuser"], port, "postgres"), passwords["owner"])
        url = _url(OWNER, passwords["owner"], port, DATABASE)
        _write_state(self.data, {"url": url, "pid": cluster.pid, "port": port, "options": DURABLE_OPTIONS})
        return url

    def poll(self) -> int | None:
        """None while the server runs, else its exit code."""
        return self._cluster.poll() if self._cluster else -1

    def stop(self) -> None:
        """Stops the server (fast shutdown) and frees the data folder. Does nothing if it isn't running."""
        if self._cluster:
            self._cluster.stop()
            _write_state(self.data, {"port": _read_state(self.data).get("port")})
            self._cluster = None
        if self._lock:
            self._lock.close()
            self._lock = None


def running_url(data: Path) -> str | None:
    """The owner's URL of the server that runs on this data folder, for commands beside a running product."""
    try:
        state = _read_state(data)
    except PermissionError:
        return None
    url, pid = state.get("url"), state.get("pid")
    return str(url) if url and pid and _is_alive(int(pid)) else None


class ThrowawayCluster:
    """A PostgreSQL for tests: quick, not durable, in a temporary folder, gone with the process that started it.

    Start it from the main thread: on Linux the kernel ends it together with the thread that started it."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="recado-postgres-")) if folder is None else folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o711)
        self.port = 0
        self._password = secrets.token_urlsafe(12)
        who = postgres_binaries.account()
        binaries = postgres_binaries.usable_by(who, postgres_binaries.find(), self.folder)
        log = self.folder / "postgres.log"
        self.cluster = Cluster(self.folder / "cluster", binaries, who, THROWAWAY_OPTIONS, log, dies_with_us=True)

    def start(self) -> Self:
        """Makes and starts the cluster."""
        if not self.cluster.exists:
            self.cluster.create(self._password, is_durable=False)
        self.port = free_port()
        self.cluster.start(self.port)
        return self

    def stop(self) -> None:
        """Stops the cluster and removes its folder."""
        self.cluster.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def create_database(self, name: str) -> str:
        """Makes an empty database owned by the owner role (not a superuser) and returns the owner's URL."""
        _ensure_owner(self.superuser_url(), self._password, database=name)
        return self.owner_url(name)

    def owner_url(self, name: str) -> str:
        return _url(OWNER, self._password, self.port, name)

    def superuser_url(self, name: str = "postgres") -> str:
        return _url(SUPERUSER, self._password, self.port, name)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()


def _open_cluster(data: Path) -> Cluster:
    who = _account_for(data)
    place = _place_for(data, who)
    folder = place / "postgres"
    version = folder / "PG_VERSION"
    found = postgres_binaries.find(int(version.read_text().strip()) if version.exists() else None)
    log = data / "logs" / "postgres.log"
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.rename(log.with_suffix(".log.1"))
    return Cluster(folder, postgres_binaries.usable_by(who, found, place), who, DURABLE_OPTIONS, log)


def _account_for(data: Path) -> Account | None:
    """Whose server this is: an existing cluster's owner decides, so that a folder made by a user also opens as root."""
    folder = data / "postgres"
    if not folder.exists():
        return postgres_binaries.account()
    owner = folder.stat()
    if os.geteuid() == 0 and owner.st_uid != 0:
        return Account(_account_name(owner.st_uid), owner.st_uid, owner.st_gid)
    if owner.st_uid != os.geteuid():
        name = _account_name(owner.st_uid)
        raise CannotRun(f"The database in {data} belongs to the account {name!r}: start Recado as it, or as root.")
    return None


def _account_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _place_for(data: Path, who: Account | None) -> Path:
    """The folder that holds the cluster: the data folder, or a system folder where PostgreSQL's account can't get into
    the data folder (root's home is closed to it). Then `postgres` in the data folder is a link to it."""
    link = data / "postgres"
    if link.is_symlink():
        return link.resolve().parent
    if who is None or link.exists() or _may_enter(data, who):
        return data
    place = SYSTEM_PLACE / secrets.token_hex(4)
    try:
        SYSTEM_PLACE.mkdir(mode=0o711, exist_ok=True)
        place.mkdir(mode=0o711)
        place.chmod(0o711)
        link.symlink_to(place / "postgres")
    except OSError as error:
        raise CannotRun(
            f"As root Recado runs PostgreSQL as the account {who.name!r}, which can get neither into {data} nor into "
            f"{SYSTEM_PLACE} ({error.strerror}). Set {DATA} to a folder that it can reach, such as /srv/recado."
        ) from error
    return place


def _may_enter(folder: Path, who: Account) -> bool:
    tried = subprocess.run(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)], capture_output=True, **identity(who))
    return tried.returncode == 0


def _take_lock(data: Path) -> IO[str]:
    lock = (data / "run" / "postgres.lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise CannotRun(f"Another Recado is running on the data folder {data}: stop it, or set {DATA}.") from None
    return lock


def _passwords(data: Path, *, may_create: bool) -> dict[str, str]:
    """The superuser's and the owner's passwords: in the data folder, outside the cluster, readable by us alone."""
    path = data / "postgres-passwords.json"
    if not path.exists():
        if not may_create:
            raise CannotRun(f"{path} is missing: it holds the database's passwords. Restore it from your backup.")
        made = {"superuser": secrets.token_urlsafe(24), "owner": secrets.token_urlsafe(24)}
        _write_private(path, made)
    passwords: dict[str, str] = json.loads(path.read_text())
    return passwords


def _write_private(path: Path, content: Mapping[str, Any]) -> None:
    """Writes a file of mode 0600, whole or not at all."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
        json.dump(content, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)


def _read_state(data: Path) -> dict[str, Any]:
    try:
        state: dict[str, Any] = json.loads((data / "run" / "postgres.json").read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return state


def _write_state(data: Path, state: Mapping[str, Any]) -> None:
    _write_private(data / "run" / "postgres.json", state)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _url(user: str, password: str, port: int, database: str) -> str:
    return f"postgresql://{user}:{password}@127.0.0.1:{port}/{database}"


def _ensure_owner(superuser_url: str, password: str, database: str = DATABASE) -> None:
    """The owner may make roles and owns its database; it is no superuser, so row-level security holds for it too."""
    with psycopg.connect(superuser_url, autocommit=True, connect_timeout=10) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone():
            # Hashed here, so that the password itself never stands in a statement.
            hashed = connection.pgconn.encrypt_password(password.encode(), OWNER.encode(), b"scram-sha-256").decode()
            create = sql.SQL("CREATE ROLE {} LOGIN CREATEROLE NOSUPERUSER PASSWORD {}")
            connection.execute(create.format(sql.Identifier(OWNER), sql.Literal(hashed)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            make = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0")
            connection.execute(make.format(sql.Identifier(database), sql.Identifier(OWNER)))
