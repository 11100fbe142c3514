"""What stands in a database before anything is done to it: nothing yet, our tables, tables of this very code.

Migrating a database that is up to date costs 1.5 s of every start. So `recado migrate` leaves a mark of what it did, as a
comment on the table of migrations, and `recado up` leaves it out where the mark is the one it would leave itself. The mark
goes with a dump; the roles, which don't, are looked for.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
import psycopg
from psycopg import sql

import recado
from recado.foundation import database
from recado.foundation.clock import real_now
from recado.foundation.crypto import KeyFileProblem

LOOK = """
SELECT to_regclass('public.django_migrations') IS NULL,
       obj_description(to_regclass('public.django_migrations'), 'pg_class'),
       to_regclass('public.launch_demomark') IS NOT NULL,
       (SELECT count(*) FROM pg_roles WHERE rolname = ANY (%s))
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """`is_current`: migrated by this very code, this month, with this key file."""

    is_new: bool
    is_current: bool
    is_demo: bool


def look(connection: psycopg.Connection[Any]) -> Standing:
    """For the owner's connection."""
    roles = [database.role_name(role, connection.info.dbname) for role in database.WORKING_ROLES]
    row = connection.execute(LOOK, [roles]).fetchone()
    assert row
    is_new, mark, has_demo_table, roles_found = row
    demo = connection.execute("SELECT EXISTS (SELECT FROM launch_demomark)").fetchone() if has_demo_table else None
    is_current = not is_new and roles_found == len(roles) and mark == _mark()
    return Standing(is_new=is_new, is_current=is_current, is_demo=bool(demo and demo[0]))


def leave_mark(connection: psycopg.Connection[Any]) -> None:
    """For the owner's connection, when everything is done."""
    connection.execute(sql.SQL("COMMENT ON TABLE django_migrations IS {}").format(sql.Literal(_mark())))


def _mark() -> str | None:
    """A digest of all that decides what `recado migrate` does: our code, Django's, the key file that the roles'
    passwords come from, and the month, because it makes the coming months' partitions."""
    try:
        key = database.key_file().derive("mark of migrations")[:8].hex()
    except KeyFileProblem:
        return None
    root = Path(recado.__file__).parent
    files = ((str(path.relative_to(root)), path.stat()) for path in sorted(root.rglob("*.py")))
    code = [f"{name} {found.st_size} {found.st_mtime_ns}" for name, found in files]
    said = "\n".join([key, django.get_version(), f"{real_now():%Y-%m}", *code])
    return f"recado {hashlib.sha256(said.encode()).hexdigest()[:32]}"
