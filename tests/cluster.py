"""The database of the tests: one throw-away cluster a session, one database a pytest-xdist worker.

The controlling process starts the cluster while it reads `conftest.py`, before it starts workers, and tells them of it
by the environment. The database itself is made and migrated when the first test asks for it.
"""

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql

from recado.foundation.crypto import KeyFile
from recado.launch.postgres import ThrowawayCluster

SERVER = "RECADO_TEST_SERVER"  # the superuser's URL, owner's URL and so on, for workers
KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def prepare() -> None:
    """Points this process at its database (which may not exist yet) and sets Django up as the app role."""
    if SERVER not in os.environ:
        cluster = ThrowawayCluster().start()
        atexit.register(cluster.stop)
        os.environ[SERVER] = json.dumps({"superuser": cluster.superuser_url("{}"), "owner": cluster.owner_url("{}")})
        cluster.create_database("recado_test_first")  # makes the owner role once, before workers race for it
    data = Path(tempfile.mkdtemp(prefix="recado-tests-"))
    atexit.register(shutil.rmtree, data, ignore_errors=True)
    os.environ["RECADO_DATA"] = str(data)
    os.environ["RECADO_DATABASE_URL"] = owner_url()
    os.environ["DJANGO_SETTINGS_MODULE"] = "recado.launch.settings"
    for name in ("RECADO_KEY_FILE", "RECADO_PUBLIC_URL", "RECADO_PORT", "RECADO_ALLOWED_HOSTS", "RECADO_DB_ROLE"):
        os.environ.pop(name, None)
    KeyFile.create(data / "keys.json")
    import django

    django.setup()


def database_name() -> str:
    return f"recado_test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


def owner_url(name: str | None = None) -> str:
    """The owner's URL, as an operator would give it."""
    return str(json.loads(os.environ[SERVER])["owner"]).format(name or database_name())


def superuser_url(name: str | None = None) -> str:
    """For tests that look around row security or break things on purpose."""
    return str(json.loads(os.environ[SERVER])["superuser"]).format(name or database_name())


def create(name: str) -> None:
    """An empty database of the owner, in place of one of that name."""
    with psycopg.connect(superuser_url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER recado_owner").format(sql.Identifier(name)))


def create_migrated() -> None:
    """This process's database, made by the very command that operators use."""
    create(database_name())
    console = [sys.executable, "-m", "recado.launch.console", "migrate", "--json"]
    source = Path(__file__).resolve().parent.parent / "src"
    done = subprocess.run(console, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(source)})
    if done.returncode:
        raise RuntimeError(f"recado migrate failed: {done.stdout}{done.stderr}")


class Cleaner:
    """Empties the tables between tests. Keeps one superuser's connection, so that cleaning costs a few milliseconds."""

    def __init__(self) -> None:
        self._connection = psycopg.connect(superuser_url(), autocommit=True)
        self._connection.execute("SET lock_timeout = '10s'")
        # Tables that only grow refuse TRUNCATE to everyone; so triggers are off here, and only here.
        self._connection.execute("SET session_replication_role = replica")
        # What the migrations themselves put in, such as the business clock: the superuser sees past row security.
        with psycopg.connect(superuser_url(), autocommit=True) as superuser:
            self._first_rows = {table: _rows(superuser, table) for table in self._written() if table not in KEPT}

    def clean(self) -> None:
        """Puts the database back as it was after the migrations."""
        tables = self._written() - KEPT
        if not tables:
            return
        names = sql.SQL(", ").join(map(sql.Identifier, sorted(tables)))
        self._connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(names))
        if any(self._first_rows.values()):
            with psycopg.connect(superuser_url(), autocommit=True) as superuser:
                for table, rows in self._first_rows.items():
                    _put_back(superuser, table, rows)

    def close(self) -> None:
        self._connection.close()

    def _written(self) -> set[str]:
        """Tables that have ever been written to since they were last emptied: an empty one has no pages."""
        found = self._connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND pg_relation_size(oid) > 0"
        )
        return {str(row[0]) for row in found}


def _rows(connection: psycopg.Connection[tuple[object, ...]], table: str) -> list[str]:
    query = sql.SQL("SELECT row_to_json(t)::text FROM {} t").format(sql.Identifier(table))
    return [str(row[0]) for row in connection.execute(query)]


def _put_back(connection: psycopg.Connection[tuple[object, ...]], table: str, rows: list[str]) -> None:
    for row in rows:
        put = sql.SQL("INSERT INTO {0} SELECT * FROM json_populate_record(NULL::{0}, %s)").format(sql.Identifier(table))
        connection.execute(put, [row])
