"""Row-level security and grants, made from what each model says beside its fields.

A model (or a table listed in `GLOBAL_TABLES`) declares:

- `grants`: role to privileges, as SQL has them: `{"app": "SELECT, INSERT, UPDATE (name)", "maintenance": "SELECT"}`
- `tenant_column`: the column that holds the clinic ("clinic_id"), or
- `visible_to_app`: an SQL condition in its place, where a row belongs to a clinic by a longer way
- `capability_column`: rows may also be read by who shows the value of this bytea column (a link, an API key)
- `read_by_every_clinic`: an SQL condition for rows that every clinic reads and none may write
- `global_reason`: the table belongs to no clinic, and why that is right

The app role sees rows of the clinic set for the transaction; with none set it sees nothing. The condition is a
sub-select so that it is worked out once a statement and the (clinic_id, id) index serves (docs/explain/security.md). Dispatch and
maintenance see all rows of the tables they are granted. The owner, forced, sees none.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from recado.foundation.database import WORKING_ROLES, Role, role_name

Connection = psycopg.Connection[Any]

CURRENT_CLINIC: LiteralString = "nullif(current_setting('recado.clinic', true), '')::uuid"
CURRENT_CAPABILITY: LiteralString = "decode(nullif(current_setting('recado.capability', true), ''), 'hex')"


@dataclass(frozen=True, slots=True)
class GlobalTable:
    """A table without rows of any clinic."""

    reason: str
    grants: Mapping[str, str]


GLOBAL_TABLES: dict[str, GlobalTable] = {
    "django_migrations": GlobalTable(
        "which migrations have run; read by /readyz and `recado doctor`", {"app": "SELECT", "maintenance": "SELECT"}
    ),
    "django_content_type": GlobalTable("names of models, for Django itself", {"app": "SELECT"}),
    "django_session": GlobalTable(
        "sign-ins by an unguessable key, before a clinic is known", {"accounts": "SELECT, INSERT, UPDATE, DELETE"}
    ),
    "account_emailaddress": GlobalTable(
        "unused: an account has one address, on the account itself", {"accounts": "SELECT"}
    ),
    "account_emailconfirmation": GlobalTable("unused: addresses are given by an administrator", {}),
    "mfa_authenticator": GlobalTable(
        "passkeys and one-time codes of an account, whatever clinics it works at",
        {"accounts": "SELECT, INSERT, UPDATE, DELETE"},
    ),
    "usersessions_usersession": GlobalTable(
        "where an account is signed in, so that its owner can end it", {"accounts": "SELECT, INSERT, UPDATE, DELETE"}
    ),
    "recado_throttle": GlobalTable(
        "counts of tries to sign in and codes used a moment ago, all by keyed hash: before anybody is known",
        {"accounts": "SELECT, INSERT, UPDATE, DELETE"},
    ),
    "auth_permission": GlobalTable("Django's own names of permissions; ours are code", {}),
    "auth_group": GlobalTable("unused: roles are code", {}),
    "auth_group_permissions": GlobalTable("unused: roles are code", {}),
}
"""Tables of other packages. Our own say `global_reason` on the model."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What stands before one table."""

    table: str
    grants: Mapping[str, str]
    visible: str | None  # condition for the app role; None = a global table, without row security
    checked: str | None  # condition for rows that the app role writes
    also_read: str | None  # condition of the second way to read


def guard_of(model: Any) -> Guard:
    """The guard that a model asks for. Raises ValueError where it says neither its clinic nor a reason."""
    table = str(model._meta.db_table)
    grants: Mapping[str, str] = getattr(model, "grants", {})
    if getattr(model, "global_reason", ""):
        return Guard(table, grants, None, None, None)
    if table in GLOBAL_TABLES:
        return Guard(table, GLOBAL_TABLES[table].grants, None, None, None)
    column = getattr(model, "tenant_column", "")
    visible = getattr(model, "visible_to_app", "") or (column and f"{column} = (SELECT {CURRENT_CLINIC})")
    checked = getattr(model, "writable_by_app", "") or (column and f"{column} = {CURRENT_CLINIC}")
    if not visible or not checked:
        raise ValueError(
            f"{table} has no way to its clinic: make {model.__name__} a TenantModel or give global_reason."
        )
    known = getattr(model, "capability_column", "")
    also_read = f"{known} = (SELECT {CURRENT_CAPABILITY})" if known else getattr(model, "read_by_every_clinic", "")
    return Guard(table, grants, visible, checked, also_read or None)


def guards() -> list[Guard]:
    """The guards of every table that a model makes, hidden many-to-many tables too."""
    from django.apps import apps

    models = [m for m in apps.get_models(include_auto_created=True) if not m._meta.proxy]
    made = {guard.table: guard for guard in map(guard_of, models)}
    for table, given in GLOBAL_TABLES.items():
        made.setdefault(table, Guard(table, given.grants, None, None, None))
    return [made[table] for table in sorted(made)]


def secure(connection: Connection) -> None:
    """Brings policies and grants of every table in line with the models. For the owner's connection, after the
    migrations. Idempotent; touches only what differs, so that a running product isn't stopped by it."""
    with connection.transaction():
        database = connection.info.dbname
        _close_schema(connection, database)
        existing = _existing_tables(connection)
        for guard in guards():
            if guard.table in existing:
                secure_table(connection, guard)


def secure_table(connection: Connection, guard: Guard) -> None:
    """Policies on a table and each of its partitions; grants on the table alone (partitions are reached by it)."""
    database = connection.info.dbname
    for role in WORKING_ROLES:
        _grant(connection, guard.table, role_name(role, database), guard.grants.get(role, ""))
    if guard.visible is None:
        return
    for table in _with_partitions(connection, guard.table):
        _force(connection, table)
        _make_policies(connection, table, dict(_policies(guard, database)))


def _policies(guard: Guard, database: str) -> Iterator[tuple[str, str]]:
    """Name and definition (all after ON table) of each policy of a guard."""
    for role in WORKING_ROLES:
        if not guard.grants.get(role):
            continue
        name = _quoted(role_name(role, database))
        if role is Role.APP:
            yield "recado_app", f"TO {name} USING ({guard.visible}) WITH CHECK ({guard.checked})"
            if guard.also_read:
                yield "recado_app_capability", f"FOR SELECT TO {name} USING ({guard.also_read})"
        else:
            yield f"recado_{role}", f"TO {name} USING (true) WITH CHECK (true)"


def _make_policies(connection: Connection, table: str, wanted: dict[str, str]) -> None:
    """The mark of each policy's definition is kept as its comment, so that an unchanged one needs no lock."""
    marks = {name: sha256(definition.encode()).hexdigest() for name, definition in wanted.items()}
    found = dict(
        connection.execute(
            "SELECT polname, coalesce(obj_description(oid, 'pg_policy'), '') FROM pg_policy WHERE polrelid = %s::regclass",
            (_quoted(table),),
        ).fetchall()
    )
    for name in found.keys() - {n for n, mark in marks.items() if found.get(n) == mark}:
        _run(connection, f"DROP POLICY {_quoted(name)} ON {_quoted(table)}")
    for name, definition in wanted.items():
        if found.get(name) != marks[name]:
            _run(connection, f"CREATE POLICY {_quoted(name)} ON {_quoted(table)} {definition}")
            _run(connection, f"COMMENT ON POLICY {_quoted(name)} ON {_quoted(table)} IS '{marks[name]}'")


def _force(connection: Connection, table: str) -> None:
    row = connection.execute(
        "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", (_quoted(table),)
    ).fetchone()
    if not (row and row[0]):
        _run(connection, f"ALTER TABLE {_quoted(table)} ENABLE ROW LEVEL SECURITY")
        _run(connection, f"ALTER TABLE {_quoted(table)} FORCE ROW LEVEL SECURITY")


def _grant(connection: Connection, table: str, role: str, wanted: str) -> None:
    _run(connection, f"REVOKE ALL ON {_quoted(table)} FROM {_quoted(role)}")
    if wanted:
        _run(connection, f"GRANT {wanted} ON {_quoted(table)} TO {_quoted(role)}")


def _close_schema(connection: Connection, database: str) -> None:
    """Nobody but the named roles may even connect, and none of them may make objects."""
    _run(connection, f"REVOKE ALL ON DATABASE {_quoted(database)} FROM PUBLIC")
    _run(connection, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    for role in WORKING_ROLES:
        _run(connection, f"GRANT CONNECT ON DATABASE {_quoted(database)} TO {_quoted(role_name(role, database))}")
        _run(connection, f"GRANT USAGE ON SCHEMA public TO {_quoted(role_name(role, database))}")


def _existing_tables(connection: Connection) -> set[str]:
    rows = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    )
    return {str(row[0]) for row in rows}


def _with_partitions(connection: Connection, table: str) -> list[str]:
    rows = connection.execute(
        "SELECT c.relname FROM pg_partition_tree(%s::regclass) t JOIN pg_class c ON c.oid = t.relid ORDER BY t.level",
        (_quoted(table),),
    ).fetchall()
    return [str(row[0]) for row in rows] or [table]


def _quoted(name: str) -> str:
    return sql.Identifier(name).as_string(None)


def _run(connection: Connection, statement: str) -> None:
    """Runs SQL put together from the models' own words and quoted names: nothing a user typed."""
    connection.execute(statement)
