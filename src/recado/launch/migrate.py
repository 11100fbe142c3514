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
from recado.launch import standing
from recado.launch.errors import CannotRun
from recado.launch.standing import Standing

OLDEST_SERVER = 150000  # as the server numbers itself: 15.0
MONTHS_AHEAD = 2  # partitions made before they are needed
LOCK = 7_233_226_431  # any number, the same for every process that migrates


@dataclass(frozen=True, slots=True)
class Migrated:
    """What was done."""

    was_new: bool  # the database had no tables of ours
    applied: int  # migrations
    is_demo: bool


def standing_of(url: str) -> Standing:
    """What stands in this database. `url` is the owner's. Raises `CannotRun` if it can't be reached."""
    with _connected(url) as connection:
        return standing.look(connection)


def run() -> Migrated:
    """Migrates the database of `foundation.database.owner_url()`. One at a time: others wait.

    A new database gets a key file, if there is none. Raises KeyFileProblem where an existing database's key file is
    missing, RolesMissing with SQL for an administrator where the owner may not make roles, and `CannotRun`."""
    url = database.owner_url()
    with _connected(url) as connection:
        if connection.info.server_version < OLDEST_SERVER:
            raise CannotRun(f"PostgreSQL 15 or newer is needed; this one is {connection.info.server_version // 10000}.")
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        before = standing.look(connection)
        keyfile = KeyFile.load_or_create(key_file_path()) if before.is_new else database.key_file()
        database.ensure_roles(url, keyfile)
        applied = _migrate_tables()
        from recado.contacts.actions import complete_lookups
        from recado.conversations.actions import complete_threads
        from recado.foundation.keys import ensure_system_keys  # all need Django set up

        ensure_system_keys()
        complete_lookups()
        complete_threads()
        standing.leave_mark(connection)
        _make_partitions(connection)
    return Migrated(before.is_new, applied, before.is_demo)


def _make_partitions(connection: psycopg.Connection[Any]) -> None:
    from recado.foundation.partitions import PartitionBlocked, partition_months

    try:
        for table in _partitioned_tables(connection):
            partition_months(connection, table, MONTHS_AHEAD)
    except PartitionBlocked as blocked:
        raise CannotRun(str(blocked)) from None


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
def _connected(url: str) -> Iterator[psycopg.Connection[Any]]:
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise CannotRun(f"The database can't be reached: {str(error).partition(chr(10))[0]}") from None
    with connection:
        yield connection


def _partitioned_tables(connection: psycopg.Connection[Any]) -> list[str]:
    """All of them are partitioned by the month of their uuidv7 ids."""
    found = connection.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'p' AND relnamespace = 'public'::regnamespace ORDER BY relname"
    )
    return [str(row[0]) for row in found]
