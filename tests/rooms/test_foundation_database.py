"""Roles: how they are found, made and refused."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from recado.foundation import database
from recado.foundation.crypto import KeyFile
from recado.foundation.database import NoDatabase, Role, RolesMissing, UnsafeRole
from tests import cluster

PLAIN = "postgresql://recado_owner:s%40cret@db.example:5433/clinic?sslmode=require"


@pytest.fixture
def keyfile(tmp_path: Path) -> KeyFile:
    return KeyFile.create(tmp_path / "keys.json")


def test_owner_url_is_the_one_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECADO_DATABASE_URL", PLAIN)
    assert database.owner_url() == PLAIN


def test_owner_url_is_found_beside_a_running_product(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("RECADO_DATABASE_URL")
    monkeypatch.setenv("RECADO_DATA", str(tmp_path))
    with pytest.raises(NoDatabase, match="recado up"):
        database.owner_url()
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "postgres.json").write_text(json.dumps({"url": PLAIN}))
    assert database.owner_url() == PLAIN


def test_roles_connect_to_the_same_place_under_their_own_names(keyfile: KeyFile) -> None:
    found = conninfo_to_dict(database.conninfo(Role.DISPATCH, url=PLAIN, keyfile=keyfile))
    assert (found["user"], found["dbname"], found["host"], found["port"]) == (
        "clinic_dispatch",
        "clinic",
        "db.example",
        "5433",
    )
    assert found["sslmode"] == "require"
    assert found["password"] == keyfile.role_password("clinic_dispatch")
    owner = conninfo_to_dict(database.conninfo(Role.OWNER, url=PLAIN, keyfile=keyfile))
    assert (owner["user"], owner["password"]) == ("recado_owner", "s@cret")


def test_url_survives_sockets_and_strange_names(keyfile: KeyFile) -> None:
    found = conninfo_to_dict(
        database.conninfo(Role.APP, url="host=/run/my/pg dbname='a b' user=o password='p/w?&'", keyfile=keyfile)
    )
    assert (found["host"], found["dbname"], found["user"]) == ("/run/my/pg", "a b", "a b_app")


def test_name_that_would_be_cut_off_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        database.role_name(Role.MAINTENANCE, "x" * 60)


# ------------------------------------------------------------------------------------------------ in a server

NAME = f"{cluster.database_name()}_roles"


@pytest.fixture
def empty() -> Iterator[str]:
    """An empty database without roles, and its owner's URL."""
    cluster.create(NAME)
    yield cluster.owner_url(NAME)
    with psycopg.connect(cluster.superuser_url("postgres"), autocommit=True) as superuser:
        superuser.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(NAME)))
        for role in (*database.WORKING_ROLES, "weak"):
            superuser.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(f"{NAME}_{role}")))


def test_roles_are_made_and_made_again(empty: str, keyfile: KeyFile) -> None:
    database.ensure_roles(empty, keyfile)
    database.ensure_roles(empty, keyfile)
    for role in database.WORKING_ROLES:
        with psycopg.connect(database.conninfo(role, url=empty, keyfile=keyfile)) as connection:
            assert connection.execute("SELECT current_user::text, current_setting('timezone')").fetchone() == (
                f"{NAME}_{role}",
                "UTC",
            )


def test_planner_is_bridled_for_the_send_path_alone(empty: str, keyfile: KeyFile) -> None:
    database.ensure_roles(empty, keyfile)
    found = {}
    for role in database.WORKING_ROLES:
        with psycopg.connect(database.conninfo(role, url=empty, keyfile=keyfile)) as connection:
            names = ("enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin", "plan_cache_mode")
            found[role] = [connection.execute("SELECT current_setting(%s)", (name,)).fetchone() for name in names]
    assert found[Role.DISPATCH] == [("off",)] * 4 + [("force_generic_plan",)]
    assert found[Role.APP] == found[Role.MAINTENANCE] == [("on",)] * 4 + [("auto",)]


def test_password_follows_the_key_file(empty: str, keyfile: KeyFile, tmp_path: Path) -> None:
    database.ensure_roles(empty, keyfile)
    stranger = KeyFile.create(tmp_path / "other.json")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(database.conninfo(Role.APP, url=empty, keyfile=stranger))
    database.ensure_roles(empty, stranger)
    psycopg.connect(database.conninfo(Role.APP, url=empty, keyfile=stranger)).close()


def test_administrator_gets_sql_when_the_owner_may_not_make_roles(empty: str, keyfile: KeyFile) -> None:
    weak = f"{NAME}_weak"
    with psycopg.connect(cluster.superuser_url(NAME), autocommit=True) as superuser:
        superuser.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'weak'").format(sql.Identifier(weak)))
        superuser.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(NAME), sql.Identifier(weak)))
        given = conninfo_to_dict(empty)
        url = f"postgresql://{weak}:weak@{given['host']}:{given['port']}/{NAME}"
        with pytest.raises(RolesMissing) as letter:
            database.ensure_roles(url, keyfile)
        assert keyfile.role_password(f"{NAME}_app") not in str(letter.value)
        superuser.execute(str(letter.value).encode())
        database.ensure_roles(url, keyfile)
        superuser.execute(sql.SQL("ALTER DATABASE {} OWNER TO recado_owner").format(sql.Identifier(NAME)))
        psycopg.connect(database.conninfo(Role.APP, url=url, keyfile=keyfile)).close()


def test_role_that_sees_around_row_security_is_refused(empty: str, keyfile: KeyFile) -> None:
    database.ensure_roles(empty, keyfile)
    with psycopg.connect(cluster.superuser_url(NAME), autocommit=True) as superuser:
        superuser.execute(sql.SQL("ALTER ROLE {} BYPASSRLS").format(sql.Identifier(f"{NAME}_app")))
        with pytest.raises(UnsafeRole, match="_app"):
            database.ensure_roles(empty, keyfile)
