"""The embedded PostgreSQL's life: made, started, killed, adopted, stopped. On a real server in a temporary folder."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from recado.launch.errors import CannotRun
from recado.launch.postgres import MEGABYTE, EmbeddedPostgres, running_url, shared_buffers
from recado.launch.postgres_binaries import find
from recado.launch.postgres_cluster import free_port, read_pid_file

SOURCE = Path(__file__).resolve().parents[2] / "src"
START_AND_DIE = """
import os, signal, sys
from pathlib import Path
from recado.launch.postgres import EmbeddedPostgres
EmbeddedPostgres(Path(sys.argv[1])).start()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    # Not pytest's own folder: it is closed to PostgreSQL's account, and a server outside it would be left behind.
    with tempfile.TemporaryDirectory(prefix="recado-data-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "data"


@pytest.fixture
def server(data: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(data)
    yield server
    server.stop()


def value(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def pid_of(data: Path) -> int:
    running = read_pid_file((data / "postgres").resolve())
    assert running
    return running.pid


def leave_an_orphan(data: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    done = subprocess.run([sys.executable, "-c", START_AND_DIE, str(data)], env=environment, capture_output=True)
    assert done.returncode == -signal.SIGKILL


def test_server_keeps_an_eighth_of_the_memory_within_bounds() -> None:
    machines = (512, 2048, 4096, 16_384, 65_536)
    assert [shared_buffers(memory * MEGABYTE) for memory in machines] == ["256MB", "256MB", "512MB", "2048MB", "2048MB"]


def test_server_is_durable_and_private_when_started(server: EmbeddedPostgres, data: Path) -> None:
    url = server.start()
    assert [value(url, f"SHOW {name}") for name in ("fsync", "full_page_writes", "data_checksums")] == ["on"] * 3
    assert value(url, "SHOW synchronous_commit") == "on"
    assert value(url, "SHOW listen_addresses") == "127.0.0.1"
    assert value(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert value(url, "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'recado'") == "UTF8"
    for name in ("postgres-passwords.json", "run/postgres.json"):
        assert stat.S_IMODE((data / name).stat().st_mode) == 0o600


def test_log_holds_no_values_when_a_statement_fails(server: EmbeddedPostgres, data: Path) -> None:
    url = server.start()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE people (name text PRIMARY KEY)")
        connection.execute("INSERT INTO people VALUES ('Ottoline Planted')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO people VALUES ('Ottoline Planted')")
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            connection.execute("SELECT 'Ottoline Planted'::uuid")
    log = (data / "logs" / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "DETAIL" not in log
    assert "INSERT INTO" not in log


def test_data_and_address_are_kept_when_started_again(server: EmbeddedPostgres, data: Path) -> None:
    url = server.start()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")
    before = value(url, "SELECT count(*) FROM kept")
    server.stop()
    assert running_url(data) is None
    again = EmbeddedPostgres(data)
    started = time.monotonic()
    try:
        assert again.start() == url
        assert time.monotonic() - started < 3
        assert value(url, "SELECT count(*) FROM kept") == before
    finally:
        again.stop()


def test_nothing_committed_is_lost_when_the_server_is_killed(server: EmbeddedPostgres, data: Path) -> None:
    url = server.start()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS survivors AS SELECT generate_series(1, 1000) AS n")
    os.kill(pid_of(data), signal.SIGKILL)
    give_up = time.monotonic() + 5
    while server.poll() is None and time.monotonic() < give_up:
        time.sleep(0.01)
    assert server.poll() == -signal.SIGKILL
    assert server.start() == url
    assert value(url, "SELECT count(*) FROM survivors") == 1000


def test_second_supervisor_is_refused_while_the_first_runs(server: EmbeddedPostgres, data: Path) -> None:
    url = server.start()
    with pytest.raises(CannotRun, match="Another Recado is running"):
        EmbeddedPostgres(data).start()
    assert running_url(data) == url
    assert value(url, "SELECT 1") == 1


def test_orphan_is_adopted_when_the_supervisor_was_killed(server: EmbeddedPostgres, data: Path) -> None:
    leave_an_orphan(data)
    pid = pid_of(data)
    url = server.start()
    assert server.is_adopted
    assert pid_of(data) == pid
    assert value(url, "SELECT 1") == 1
    assert server.poll() is None
    os.kill(pid, signal.SIGKILL)
    give_up = time.monotonic() + 5
    while server.poll() is None and time.monotonic() < give_up:
        time.sleep(0.01)
    assert server.poll() is not None
    assert value(server.start(), "SELECT 1") == 1
    assert not server.is_adopted


def test_orphan_is_started_anew_when_its_settings_are_of_an_older_release(server: EmbeddedPostgres, data: Path) -> None:
    leave_an_orphan(data)
    note = data / "run" / "postgres.json"
    note.write_text(json.dumps(json.loads(note.read_text()) | {"options": {"jit": "on"}}))
    pid = pid_of(data)
    assert value(server.start(), "SHOW jit") == "off"
    assert pid_of(data) != pid


def test_stale_pid_file_is_no_obstacle_when_it_names_another_process(server: EmbeddedPostgres, data: Path) -> None:
    server.start()
    server.stop()
    folder = (data / "postgres").resolve()
    stale = f"{os.getpid()}\n{folder}\n1\n5432\n\n127.0.0.1\n1 1\nready\n"
    (folder / "postmaster.pid").write_text(stale)
    assert value(server.start(), "SELECT 1") == 1


def test_another_port_is_taken_when_the_old_one_is_not_free(server: EmbeddedPostgres, data: Path) -> None:
    server.start()
    port = json.loads((data / "run" / "postgres.json").read_text())["port"]
    server.stop()
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", port))
        squatter.listen()
        url = server.start()
    assert f":{port}/" not in url
    assert value(url, "SELECT 1") == 1


def test_lost_passwords_are_told_of_when_the_file_is_missing(server: EmbeddedPostgres, data: Path) -> None:
    server.start()
    server.stop()
    passwords = data / "postgres-passwords.json"
    aside = passwords.rename(data / "aside")
    try:
        with pytest.raises(CannotRun, match="Restore it from your backup"):
            server.start()
    finally:
        server.stop()
        aside.rename(passwords)


def test_other_major_version_is_refused_when_the_folder_was_made_by_it() -> None:
    with pytest.raises(CannotRun, match="made by PostgreSQL 12"):
        find(12)


def test_free_port_is_the_preferred_one_when_nobody_listens_there() -> None:
    port = free_port()
    assert free_port(port) == port
