"""Every table of the database: who may do what, and that one clinic never meets another.

The tables are taken from the database and the models, so a new one is tested from the day it is made. Rows are planted
by the superuser with invented values; where a constraint wants something in particular, `WANTED` says it.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.apps import apps
from django.db.models import ForeignKey
from psycopg import sql

from recado.foundation.database import WORKING_ROLES, Role, connect, role_name
from recado.foundation.ids import new_id
from recado.foundation.policies import GLOBAL_TABLES, Guard, guards
from recado.foundation.tenancy import SET_CLINIC, TenantModel

pytestmark = pytest.mark.usefixtures("database")

OURS, THEIRS = UUID("01900000-0000-7000-8000-00000000000a"), UUID("01900000-0000-7000-8000-00000000000b")
BY_TABLE = {guard.table: guard for guard in guards()}
TENANTS = sorted(table for table, guard in BY_TABLE.items() if guard.visible is not None)
CLINIC_COLUMN = {"clinics_clinic": "id"}
WITHOUT_CLINIC_COLUMN = {"clinics_user": "one account a person; visible by membership, tested below"}

# What CHECKs and triggers want of a planted row, by table and column.
WANTED: dict[str, dict[str, Any]] = {
    "appointments_appointment": {"state": "booked"},
    "appointments_freedtime": {"state": "offering"},
    "appointments_waitentry": {"state": "waiting"},
    "appointments_timeoffer": {"state": "open"},
    "surveys_response": {"state": "visited"},
    "dialogues_run": {"state": "running"},
    "appointments_calendar": {"kind": "room"},
    "appointments_dayoff": {"first_day": "2026-12-24", "last_day": "2026-12-26"},
    "appointments_service": {"minutes": 15},
    "appointments_taken": {"minute": 1, "until": 2, "held_for": str(OURS), "expires_at": "2026-12-24T12:00:00Z"},
    "clinics_clinic": {"care_basis": "care"},
    "conversations_thread": {"state": "open"},
    "csv_files_importfile": {"state": "file"},
    "clinics_user": {"email": "ana@clinic.example"},
    "foundation_datakey": {"kind": "data"},
    "messaging_message": {"verdict": "never"},
    "messaging_outbox": {"verdict": "allow"},
    "webhooks_call": {"state": "waiting"},
}

# Unique keys that don't hold the clinic, and why nobody learns anything from them.
UNIQUE_ALONE = {
    "clinics_clinic": "the tenant itself; slug and short code stand in public addresses",
    "clinics_user": "one account a person: an e-mail address has one, in all clinics",
    "clinics_apikey": "a digest of 256 random bits",
    "messaging_link": "a digest of a random token",
    "clinics_signinlink": "a digest of 256 random bits",
    "messaging_receivingnumber": "a keyword on a shared number leads to one clinic",
}


@pytest.fixture
def superuser(superuser_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        yield connection


def rows(connection: psycopg.Connection[Any], question: str, *parameters: Any) -> list[tuple[Any, ...]]:
    return connection.execute(question.encode(), parameters).fetchall()


# ------------------------------------------------------------------------------------------------ what the catalogue says


def test_every_table_is_secured_or_says_why_not(superuser: psycopg.Connection[Any]) -> None:
    found = rows(
        superuser,
        "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, pg_partition_root(c.oid)::regclass::text"
        " FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')",
    )
    assert len(found) > 20
    for table, is_forced, root in found:
        guard = BY_TABLE.get(root or table)
        assert guard is not None, f"{table} belongs to no model and isn't in GLOBAL_TABLES"
        assert is_forced or guard.visible is None, f"row-level security isn't forced on {table}"


def test_every_global_table_gives_its_reason() -> None:
    reasons = {m._meta.db_table: getattr(m, "global_reason", "") for m in apps.get_models(include_auto_created=True)}
    for table, guard in BY_TABLE.items():
        if guard.visible is None:
            reason = GLOBAL_TABLES[table].reason if table in GLOBAL_TABLES else reasons[table]
            assert len(reason) > 15, f"{table} needs a reason for belonging to no clinic"


@pytest.mark.parametrize("role", WORKING_ROLES)
def test_roles_have_the_privileges_declared_and_no_others(superuser: psycopg.Connection[Any], role: Role) -> None:
    held = rows(
        superuser,
        """SELECT c.relname, a.privilege_type, NULL FROM pg_class c, aclexplode(c.relacl) a
           WHERE a.grantee = %s::regrole AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
           UNION ALL SELECT c.relname, a.privilege_type, t.attname
           FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid, aclexplode(t.attacl) a
           WHERE a.grantee = %s::regrole""",
        *[role_name(role, superuser.info.dbname)] * 2,
    )
    declared = {item for guard in guards() if exists(superuser, guard.table) for item in privileges(guard, role)}
    assert set(held) == declared


def privileges(guard: Guard, role: Role) -> Iterator[tuple[str, str, str | None]]:
    for privilege, columns in re.findall(r"([A-Z]+)\s*(?:\(([^)]*)\))?", guard.grants.get(role, "")):
        for column in columns.split(",") if columns else [None]:
            yield guard.table, privilege, column.strip() if column else None


def exists(connection: psycopg.Connection[Any], table: str) -> bool:
    return rows(connection, "SELECT to_regclass(%s) IS NOT NULL", table) == [(True,)]


def test_nobody_else_has_any_privilege(superuser: psycopg.Connection[Any]) -> None:
    found = rows(
        superuser,
        "SELECT c.relname, a.grantee::regrole::text FROM pg_class c, aclexplode(c.relacl) a"
        " WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner",
    )
    expected = {role_name(role, superuser.info.dbname) for role in WORKING_ROLES}
    assert {grantee for _, grantee in found} <= expected


def test_working_roles_are_nothing_special(superuser: psycopg.Connection[Any]) -> None:
    for role in WORKING_ROLES:
        name = role_name(role, superuser.info.dbname)
        found = rows(
            superuser,
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,"
            " EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid), EXISTS (SELECT FROM pg_class WHERE relowner = r.oid),"
            " has_schema_privilege(oid, 'public', 'CREATE') FROM pg_roles r WHERE rolname = %s",
            name,
        )
        assert found == [(False,) * 8], name


def test_functions_run_as_their_caller(superuser: psycopg.Connection[Any]) -> None:
    found = rows(superuser, "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace")
    assert found == []


def test_unique_keys_hold_the_clinic(superuser: psycopg.Connection[Any]) -> None:
    """They are checked past row-level security: without the clinic, one could learn by trial what another has. An id
    of ours alone is fine: who can try it knows it already."""
    for table in TENANTS:
        for name, columns, types in unique_keys(superuser, table):
            is_own_id = len(columns) == 1 and types == ["uuid"]
            assert "clinic_id" in columns or is_own_id or table in UNIQUE_ALONE, f"{name} on {table}: {columns}"


def unique_keys(superuser: psycopg.Connection[Any], table: str) -> list[tuple[Any, ...]]:
    return rows(
        superuser,
        """SELECT i.indexrelid::regclass::text, array_agg(coalesce(a.attname, 'expression')),
                  array_agg(coalesce(format_type(a.atttypid, NULL), ''))
           FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey::int[]) k
           LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k AND k > 0
           WHERE i.indrelid = to_regclass(%s) AND i.indisunique GROUP BY 1""",
        table,
    )


def references(superuser: psycopg.Connection[Any]) -> list[tuple[str, list[str], str, list[str]]]:
    """Table, its columns, the table they point at and the columns there."""
    return rows(
        superuser,
        """SELECT c.conrelid::regclass::text,
               (SELECT array_agg(a.attname::text ORDER BY o) FROM unnest(c.conkey) WITH ORDINALITY u (n, o)
                JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = n),
               c.confrelid::regclass::text,
               (SELECT array_agg(a.attname::text ORDER BY o) FROM unnest(c.confkey) WITH ORDINALITY u (n, o)
                JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = n)
           FROM pg_constraint c WHERE c.contype = 'f' AND c.conparentid = 0""",
    )


def test_references_between_rows_of_clinics_hold_the_clinic_on_both_sides(superuser: psycopg.Connection[Any]) -> None:
    for table, columns, target, theirs in references(superuser):
        if table in TENANTS and target in TENANTS and target not in WITHOUT_CLINIC_COLUMN:
            pairs = list(zip(columns, theirs, strict=True))
            assert ("clinic_id", CLINIC_COLUMN.get(target, "clinic_id")) in pairs, f"{table} {columns} -> {target}"


def test_every_foreign_key_of_a_model_is_kept_by_the_database(superuser: psycopg.Connection[Any]) -> None:
    kept = {(table, column, target) for table, columns, target, _ in references(superuser) for column in columns}
    for model in apps.get_models():
        if not issubclass(model, TenantModel):
            continue
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey):
                wanted = (model._meta.db_table, field.column, field.related_model._meta.db_table)
                assert wanted in kept, f"{wanted}: add TenantReference{wanted} to a migration"


# ------------------------------------------------------------------------------------------------ what one clinic can do


def columns_of(superuser: psycopg.Connection[Any], table: str) -> list[tuple[str, str, bool]]:
    """Name, type and whether a value is needed, of each column that isn't made by the database."""
    return rows(
        superuser,
        "SELECT attname, format_type(atttypid, NULL), attnotnull AND NOT atthasdef FROM pg_attribute"
        " WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped AND attidentity = '' AND attgenerated = ''",
        table,
    )


VALUES: dict[str, Any] = {
    "text": "x",
    "character varying": "x",
    "bytea": "\\x" + "ab" * 16,
    "boolean": False,
    "smallint": 1,
    "integer": 1,
    "bigint": 1,
    "double precision": 1,
    "numeric": 1,
    "date": date(2026, 1, 2).isoformat(),
    "timestamp with time zone": datetime(2026, 1, 2, tzinfo=UTC).isoformat(),
    "time without time zone": "09:00",
    "interval": "1 hour",
    "jsonb": {},
}


def planted(superuser: psycopg.Connection[Any], table: str, clinic: UUID) -> dict[str, Any]:
    """A made-up row of a clinic."""
    row: dict[str, Any] = {}
    for name, kind, is_needed in columns_of(superuser, table):
        if name == CLINIC_COLUMN.get(table, "clinic_id"):
            row[name] = str(clinic)
        elif name in WANTED.get(table, {}):
            row[name] = WANTED[table][name]
        elif is_needed:
            row[name] = [] if kind.endswith("[]") else str(new_id()) if kind == "uuid" else VALUES[kind]
    return row


def put(connection: psycopg.Connection[Any], table: str, row: dict[str, Any]) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, row))
    connection.execute(
        sql.SQL("INSERT INTO {0} ({1}) SELECT {1} FROM json_populate_record(NULL::{0}, %s)").format(
            sql.Identifier(table), names
        ),
        (json.dumps(row),),
    )


def plant(superuser: psycopg.Connection[Any], table: str, clinic: UUID) -> dict[str, Any]:
    """Puts a row past policies, triggers and references."""
    row = planted(superuser, table, clinic)
    superuser.execute("SET session_replication_role = replica")
    put(superuser, table, row)
    superuser.execute("SET session_replication_role = origin")
    return row


def as_app(clinic: UUID | None) -> psycopg.Connection[Any]:
    connection = connect(Role.APP)
    if clinic:
        connection.execute(SET_CLINIC, (str(clinic),))
    return connection


def may(table: str, privilege: str) -> bool:
    return privilege in BY_TABLE[table].grants.get("app", "")


@pytest.mark.parametrize("table", [table for table in TENANTS if table not in WITHOUT_CLINIC_COLUMN])
def test_rows_of_another_clinic_can_be_neither_read_nor_counted_nor_changed(
    superuser: psycopg.Connection[Any], table: str
) -> None:
    row = plant(superuser, table, THEIRS)
    column = CLINIC_COLUMN.get(table, "clinic_id")
    stored = f"SELECT count(*) FROM {table} WHERE {column} = '{THEIRS}'"
    assert rows(superuser, stored) == [(1,)]
    for clinic, seen in ((OURS, 0), (None, 0), (THEIRS, 1)):
        with as_app(clinic) as app:
            if may(table, "SELECT"):
                assert rows(app, f"SELECT count(*) FROM {table}") == [(seen,)]
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        with as_app(OURS) as app:
            try:
                assert app.execute(statement.encode()).rowcount == 0
            except psycopg.errors.InsufficientPrivilege:
                app.rollback()
    if may(table, "INSERT"):
        with as_app(OURS) as app, pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            put(app, table, row)
    assert rows(superuser, stored) == [(1,)]


def test_another_clinics_people_are_hidden_and_unchangeable(superuser: psycopg.Connection[Any]) -> None:
    row = plant(superuser, "clinics_user", THEIRS)
    superuser.execute("SET session_replication_role = replica")
    put(superuser, "clinics_membership", {**planted(superuser, "clinics_membership", THEIRS), "user_id": row["id"]})
    for clinic, seen in ((OURS, 0), (None, 0), (THEIRS, 1)):
        with as_app(clinic) as app:
            assert rows(app, "SELECT count(*) FROM clinics_user") == [(seen,)]
            for refused in (b"SELECT password FROM clinics_user", b"UPDATE clinics_user SET name = 'x'"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege), app.transaction():
                    app.execute(refused)
            app.rollback()


def test_rows_of_another_clinic_can_not_be_linked_to(superuser: psycopg.Connection[Any]) -> None:
    """The answer is the same for a row of theirs and for one that doesn't exist, so that nothing can be probed."""
    probes = 0
    for table, columns, target, theirs in references(superuser):
        if table not in TENANTS or target not in TENANTS or "clinic_id" not in columns or not may(table, "INSERT"):
            continue
        existing = plant(superuser, target, THEIRS)
        column, key = next((c, t) for c, t in zip(columns, theirs, strict=True) if c != "clinic_id")
        # a number that the database gives is not planted, but read
        there = existing.get(key) or superuser.execute(f"SELECT {key} FROM {target}".encode()).fetchall()[0][0]
        for value in (there, 10**6 if isinstance(there, int) else str(new_id())):
            with as_app(OURS) as app, pytest.raises(psycopg.errors.ForeignKeyViolation):
                put(app, table, {**planted(superuser, table, OURS), column: value})
                app.execute("SET CONSTRAINTS ALL IMMEDIATE")
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(target)))
        superuser.execute("SET session_replication_role = origin")
        probes += 1
    assert probes > 0


@pytest.mark.parametrize("role", [Role.DISPATCH, Role.MAINTENANCE])
def test_engines_reach_what_they_are_granted_and_nothing_else(superuser: psycopg.Connection[Any], role: Role) -> None:
    for table in TENANTS:
        plant(superuser, table, THEIRS)
        with connect(role) as engine:
            if "SELECT" in BY_TABLE[table].grants.get(role, ""):
                assert rows(engine, f"SELECT count(*) > 0 FROM {table}") == [(True,)]
            else:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    rows(engine, f"SELECT count(*) FROM {table}")


@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE recado_owner",
        "CREATE TABLE mine (id int)",
        "CREATE TEMP TABLE mine (id int)",
        "ALTER TABLE clinics_site DISABLE ROW LEVEL SECURITY",
        "DROP POLICY recado_app ON clinics_site",
        "SET session_replication_role = replica",
        "COPY clinics_site TO PROGRAM 'true'",
        "SELECT rolpassword FROM pg_authid",
    ],
)
def test_app_can_not_step_out_of_its_role(statement: str) -> None:
    with as_app(OURS) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(statement.encode())


def test_turning_row_security_off_shows_nothing(superuser: psycopg.Connection[Any]) -> None:
    plant(superuser, "clinics_site", THEIRS)
    with as_app(OURS) as app:
        app.execute("SET row_security = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("SELECT * FROM clinics_site")
