"""Who may do what in PostgreSQL: the named roles, how to connect as each, and how they come to be.

Nobody but the owner's URL is configured. The four working roles get passwords derived from the key file, so that
nothing of them is written down: `<db>_app` (screens and API, one clinic at a time), `<db>_dispatch` (the send path),
`<db>_maintenance` (across clinics, where granted), `<db>_accounts` (signing in, which comes before any clinic is known).
None is a superuser, owns a table or may bypass row security.
"""

import json
import os
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any, LiteralString, cast
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import TupleRow

from recado.foundation.crypto import KeyFile
from recado.foundation.places import database_notice, key_file_path, postgres_notice


class Role(StrEnum):
    OWNER = "owner"  # migrations, policies and partitions; nothing else
    APP = "app"
    DISPATCH = "dispatch"
    MAINTENANCE = "maintenance"
    ACCOUNTS = "accounts"  # who signs in: accounts, sessions, passkeys, codes; nothing of any patient


WORKING_ROLES = (Role.APP, Role.DISPATCH, Role.MAINTENANCE, Role.ACCOUNTS)

_ALWAYS = {
    "search_path": "public",
    "timezone": "UTC",
    "row_security": "on",
    "lock_timeout": "10s",
}
# Times out before a stuck transaction can keep dead rows at the head of the queue (docs/explain/send-path.md).
PLAN_FOR_QUEUES = {
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "plan_cache_mode": "force_generic_plan",
}
_SETTINGS: dict[Role, dict[str, str]] = {
    Role.APP: {"statement_timeout": "30s", "idle_in_transaction_session_timeout": "60s"},
    # A queue is empty when it is vacuumed, so plans made then must not be able to walk it: these five settings are the
    # difference between 38,000 and 13,000 texts a second (docs/explain/send-path.md). Never for the roles of screens and reports.
    Role.DISPATCH: {
        "statement_timeout": "60s",
        "idle_in_transaction_session_timeout": "30s",
        **PLAN_FOR_QUEUES,
    },
    Role.MAINTENANCE: {"statement_timeout": "10min", "idle_in_transaction_session_timeout": "5min"},
    Role.ACCOUNTS: {"statement_timeout": "10s", "idle_in_transaction_session_timeout": "30s"},
}


class NoDatabase(Exception):
    """No database is known here. The text says what to do."""


class RolesMissing(Exception):
    """The owner may not make roles. The text is SQL that an administrator runs once."""


class UnsafeRole(Exception):
    """A working role could see around row security. The text says what to do."""


# ------------------------------------------------------------------------------------------------ where


def owner_url() -> str:
    """The owner's URL: `RECADO_DATABASE_URL`, else the notice of the running product. Raises NoDatabase."""
    given = os.environ.get("RECADO_DATABASE_URL")
    if given:
        return given
    for notice in (database_notice(), postgres_notice()):
        try:
            return str(json.loads(notice.read_text(encoding="utf-8"))["url"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    raise NoDatabase(
        "No database is running here. Start Recado with `recado up`, or set RECADO_DATABASE_URL, "
        "or set RECADO_DATA to the data folder of a running Recado."
    )


@lru_cache(maxsize=4)
def _key_file(path: str) -> KeyFile:
    from pathlib import Path

    return KeyFile.load(Path(path))


def key_file() -> KeyFile:
    """This installation's key file, read once. Raises KeyFileProblem."""
    return _key_file(str(key_file_path()))


def role_name(role: Role, database: str) -> str:
    """The name of a working role in the server: `<db>_app`. Raises ValueError where it would be cut off."""
    name = f"{database}_{role}"
    if len(name.encode()) > 63:
        raise ValueError("The database's name is too long: 51 letters at most, so that its roles' names fit.")
    return name


def parameters(role: Role, *, url: str | None = None, keyfile: KeyFile | None = None) -> dict[str, str]:
    """libpq's parameters (host, port, dbname, user, password...) to connect as `role`."""
    found = {key: str(value) for key, value in conninfo_to_dict(url or owner_url()).items() if value is not None}
    found.setdefault("dbname", found.get("user", "recado"))
    if role is not Role.OWNER:
        found["user"] = role_name(role, found["dbname"])
        found["password"] = (keyfile or key_file()).role_password(found["user"])
    found["application_name"] = f"recado {role}"
    found.setdefault("connect_timeout", "10")
    return found


def conninfo(role: Role, *, url: str | None = None, keyfile: KeyFile | None = None) -> str:
    """The URL to connect as `role`. It holds a password: never log it."""
    given = parameters(role, url=url, keyfile=keyfile)
    database, user = quote(given.pop("dbname"), safe=""), quote(given.pop("user"), safe="")
    password = given.pop("password", "")
    secret = f":{quote(password, safe='')}" if password else ""
    rest = "&".join(f"{key}={quote(value, safe='')}" for key, value in sorted(given.items()))
    return f"postgresql://{user}{secret}@/{database}?{rest}"


def connect(role: Role, *, autocommit: bool = False) -> psycopg.Connection[TupleRow]:
    """A plain connection as `role`; `autocommit=True` to send each statement by itself."""
    return psycopg.connect(conninfo(role), autocommit=autocommit)


def connect_for_queues(role: Role) -> psycopg.Connection[TupleRow]:
    """A connection of the send path as another role than dispatch: it plans as dispatch does. Never one of the pool that
    screens use: the settings are the session's."""
    connection = connect(role)
    # Statements are prepared by `lines.Line`; where psycopg has prepared one too, its rollback forgets those of all.
    connection.prepare_threshold = None
    for name, value in {**PLAN_FOR_QUEUES, "enable_sort": "off"}.items():
        connection.execute("SELECT set_config(%s, %s, false)", (name, value))
    connection.commit()
    return connection


async def connect_async(role: Role, *, autocommit: bool = False) -> psycopg.AsyncConnection[TupleRow]:
    """The same for asyncio."""
    return await psycopg.AsyncConnection.connect(conninfo(role), autocommit=autocommit)


def plain_cursor(using: str = "default") -> psycopg.Cursor[TupleRow]:
    """A psycopg cursor in the Django connection's transaction, for hot SQL: its parameters are bound by the server,
    so the binary arrays of `foundation.arrays` work (Django's own cursor writes values into the text)."""
    from django.db import connections

    wrapper = connections[using]
    wrapper.ensure_connection()
    return psycopg.Cursor(cast("psycopg.Connection[Any]", wrapper.connection))


# ------------------------------------------------------------------------------------------------ roles


def ensure_roles(url: str, keyfile: KeyFile) -> None:
    """Makes the working roles of this database, or brings them up to date. Safe to run again.

    Raises RolesMissing where the owner has no CREATEROLE and the roles don't work yet, UnsafeRole where one of them
    is a superuser or may bypass row security.
    """
    database = parameters(Role.OWNER, url=url)["dbname"]
    with psycopg.connect(conninfo(Role.OWNER, url=url), autocommit=True) as connection:
        found = _found_roles(connection, database)
        _refuse_unsafe(found)
        statements = _role_statements(connection, database, keyfile, set(found))
        if _may_create_roles(connection):
            with connection.transaction():
                for statement in statements:
                    connection.execute(statement)
            return
        if len(found) < len(WORKING_ROLES) or not _all_sign_in(url, keyfile):
            raise RolesMissing(_letter_to_administrator(connection, database, statements))


def _found_roles(connection: psycopg.Connection[TupleRow], database: str) -> dict[str, bool]:
    """Name of each working role that exists, and whether it could see around row security."""
    names = [role_name(role, database) for role in WORKING_ROLES]
    rows = connection.execute(
        "SELECT rolname, rolsuper OR rolbypassrls OR pg_has_role(oid, current_user, 'USAGE')"
        " AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)"
        " FROM pg_roles WHERE rolname = ANY (%s)",
        (names,),
    )
    return {str(name): bool(is_unsafe) for name, is_unsafe in rows}


def _refuse_unsafe(found: Mapping[str, bool]) -> None:
    unsafe = sorted(name for name, is_unsafe in found.items() if is_unsafe)
    if unsafe:
        raise UnsafeRole(
            f"These roles could read every clinic: {', '.join(unsafe)}. As an administrator, take SUPERUSER, BYPASSRLS "
            "and membership in the owner away from them."
        )


def _may_create_roles(connection: psycopg.Connection[TupleRow]) -> bool:
    row = connection.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])


def _all_sign_in(url: str, keyfile: KeyFile) -> bool:
    try:
        for role in WORKING_ROLES:
            psycopg.connect(conninfo(role, url=url, keyfile=keyfile)).close()
    except psycopg.OperationalError:
        return False
    return True


def _role_statements(
    connection: psycopg.Connection[TupleRow], database: str, keyfile: KeyFile, existing: set[str]
) -> list[sql.Composed]:
    statements = []
    for role in WORKING_ROLES:
        name = role_name(role, database)
        # The verifier is made here, so the password itself never crosses the wire nor stands in the server's log.
        verifier = connection.pgconn.encrypt_password(
            keyfile.role_password(name).encode(), name.encode(), b"scram-sha-256"
        ).decode()
        verb: LiteralString = "ALTER" if name in existing else "CREATE"
        statements.append(
            sql.SQL("{} ROLE {} LOGIN NOINHERIT PASSWORD {}").format(sql.SQL(verb), sql.Identifier(name), verifier)
        )
        for setting, value in {**_ALWAYS, **_SETTINGS[role]}.items():
            statements.append(
                sql.SQL("ALTER ROLE {} SET {} = {}").format(sql.Identifier(name), sql.Identifier(setting), value)
            )
        statements.append(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(database), sql.Identifier(name))
        )
    return statements


def _letter_to_administrator(
    connection: psycopg.Connection[TupleRow], database: str, statements: list[sql.Composed]
) -> str:
    lines = [statement.as_string(connection) + ";" for statement in statements]
    return "\n".join(
        (
            f"-- Recado's roles for the database {database}. Run once as an administrator, then run `recado migrate`.",
            *lines,
        )
    )
