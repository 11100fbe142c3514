"""Keys of clinics in the database: made, loaded, rotated, wrapped anew."""

import asyncio
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from recado.clinics import actions
from recado.foundation import keys
from recado.foundation.actors import OPERATOR
from recado.foundation.crypto import SYSTEM_CLINIC, KeyFile, KeyFileProblem
from recado.foundation.database import Role, connect, connect_async, key_file
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope

pytestmark = pytest.mark.usefixtures("database")
ROW = b"r" * 16


@pytest.fixture
def clinic() -> UUID:
    keys.forget_keys()
    return actions.create_clinic(slug="harbour", name="Harbour", time_zone="Europe/London", by=OPERATOR).id


def test_keys_are_there_when_a_clinic_was_made(clinic: UUID) -> None:
    ring = keys.keys_for(clinic)
    assert ring.open("a.b", ROW, ring.seal("a.b", ROW, b"Ana")) == b"Ana"
    assert keys.keys_for(clinic) is ring


def test_keys_of_another_clinic_are_had_inside_a_scope(clinic: UUID) -> None:
    with clinic_scope(new_id()):
        assert keys.keys_for(clinic).clinic_id == clinic
        assert keys.keys_for(SYSTEM_CLINIC).clinic_id == SYSTEM_CLINIC


def test_no_keys_are_had_for_a_clinic_that_is_not_there() -> None:
    with pytest.raises(keys.NoKeys):
        keys.keys_for(new_id())


def test_new_key_seals_only_when_every_process_has_it(clinic: UUID, superuser_url: str) -> None:
    sealed = keys.keys_for(clinic).seal("a.b", ROW, b"old")
    assert keys.rotate(clinic) == 2
    keys.forget_keys()
    ring = keys.keys_for(clinic)
    assert (ring.newest, ring.numbers) == (1, [1, 2])
    with psycopg.connect(superuser_url) as superuser:
        superuser.execute("UPDATE foundation_datakey SET seals_from = seals_from - %s", (timedelta(minutes=3),))
    keys.forget_keys()
    ring = keys.keys_for(clinic)
    assert ring.newest == 2
    assert ring.open("a.b", ROW, sealed) == b"old"


def test_handover_is_longer_than_keys_are_kept() -> None:
    assert keys._HANDOVER > keys.KEYS_LIVE


def test_keys_of_many_clinics_are_loaded_by_the_send_path(clinic: UUID) -> None:
    sealed = keys.keys_for(clinic).seal("a.b", ROW, b"Ana")
    with connect(Role.DISPATCH) as connection, connection.cursor() as cursor:
        found = keys.load_keys(cursor, [clinic, SYSTEM_CLINIC, new_id()], key_file())
    assert set(found) == {clinic, SYSTEM_CLINIC}
    assert found[clinic].open("a.b", ROW, sealed) == b"Ana"

    async def load() -> set[UUID]:
        async with await connect_async(Role.DISPATCH) as connection, connection.cursor() as cursor:
            return set(await keys.load_keys_async(cursor, [clinic], key_file()))

    assert asyncio.run(load()) == {clinic}


def test_keys_open_with_the_new_master_alone_when_wrapped_anew(clinic: UUID) -> None:
    file = key_file()
    number = max(file.masters) + 1
    newer = KeyFile(path=file.path, root=file.root, masters={**file.masters, number: b"m" * 32})
    alone = KeyFile(path=file.path, root=file.root, masters={number: b"m" * 32})
    assert keys.rewrap(newer) >= 4
    with connect(Role.MAINTENANCE) as connection, connection.cursor() as cursor:
        assert set(keys.load_keys(cursor, [clinic, SYSTEM_CLINIC], alone)) == {clinic, SYSTEM_CLINIC}
        with pytest.raises(KeyFileProblem):
            keys.load_keys(cursor, [clinic], file)


def test_clinic_is_unreadable_when_its_keys_are_deleted(clinic: UUID) -> None:
    with connect(Role.MAINTENANCE) as connection:
        connection.execute("DELETE FROM foundation_datakey WHERE clinic_id = %s", (clinic,))
    keys.forget_keys()
    with pytest.raises(keys.NoKeys):
        keys.keys_for(clinic)


def test_no_key_stands_in_the_database_in_the_clear(clinic: UUID, superuser_url: str) -> None:
    ring = keys.keys_for(clinic)
    with psycopg.connect(superuser_url) as superuser:
        rows = superuser.execute("SELECT row_to_json(k)::text FROM foundation_datakey k").fetchall()
    assert len(rows) >= 4
    assert not [row for (row,) in rows if ring.index_key.hex() in row]
