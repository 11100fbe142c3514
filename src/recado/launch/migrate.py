"""Brings a database up to date, as its owner: roles, tables, policies and grants, partitions. Safe to run again."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from recado.foundation import database
from recado.foundation.crypto import KeyFile
from recado.foundation.places import key_file_path
from recado.launch.errors import CannotRun

OLDEST_SERVER = 150000  # as the server numbers itself: 15.0
MONTHS_AHEAD = 2  # partitions made before they are needed
LOCK = 7_233_226_431  # any number, the same for every process that migrates


@dataclass(frozen=True, slots=True)
class Migrated:
    """What was done."""

    was_new: bool  # the database had no tables of ours
    applied: int  # migrations
    is_demo: bool


def is_new(url: str) -> bool:
    """True if nothing was ever migrated in this database. `url` is the owner's. Raises `CannotRun` if it can't be read."""
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
            return _is_new(connection)
    except psycopg.OperationalError as error:
        raise CannotRun(f"The database can't be reached: {_first_line(error)}") from None


def run() -> Migrated:
    """Migrates the database of `foundation.database.owner_url()`. One at a time: others wait.

    A new database gets a key file, if there is none. Raises KeyFileProblem where an existing database's key file is
    missing, RolesMissing with SQL for an administrator where the owner may not make roles, and `CannotRun`."""
    url = database.owner_url()
    with _alone(url) as connection:
        was_new = _is_new(connection)
        keyfile = KeyFile.load_or_create(key_file_path()) if was_new else database.key_file()
        database.ensure_roles(url, keyfile)
        applied = _migrate_tables()
        from recado.foundation.tenancy import partition_months  # needs Django set up

        for table in _partitioned_tables(connection):
            partition_months(connection, table, MONTHS_AHEAD)
        from recado.foundation.keys import ensure_system_keys

        ensure_system_keys()
    from recado.launch import demo

    return Migrated(was_new, applied, demo.is_demo())


def _migrate_tables() -> int:
    os.environ["RECADO_DB_ROLE"] = "owner"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recado.launch.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from recado.foundation import tenancy

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    connection.ensure_connection()
    tenancy.secure(connection.connection)
    return len(plan)


@contextmanager
def _alone(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection as the owner that holds the migration lock."""
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise CannotRun(f"The database can't be reached: {_first_line(error)}") from None
    with connection:
        if connection.info.server_version < OLDEST_SERVER:
            raise CannotRun(f"PostgreSQL 15 or newer is needed; this one is {connection.info.server_version // 10000}.")
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield connection


def _is_new(connection: psycopg.Connection[Any]) -> bool:
    row = connection.execute("SELECT to_regclass('public.django_migrations') IS NULL").fetchone()
    return bool(row and row[0])


def _partitioned_tables(connection: psycopg.Connection[Any]) -> list[str]:
    """All of them are partitioned by the month of their uuidv7 ids."""
    found = connection.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'p' AND relnamespace = 'public'::regnamespace ORDER BY relname"
    )
    return [str(row[0]) for row in found]


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
