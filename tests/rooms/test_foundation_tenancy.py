"""The scope of a clinic: what it shows, and that it ends."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from recado.clinics import actions
from recado.clinics.models import Clinic, Site
from recado.clinics.types import ClinicSettings, Refused
from recado.foundation import partitions
from recado.foundation.actors import OPERATOR
from recado.foundation.clock import real_now
from recado.foundation.database import Role, connect, plain_cursor
from recado.foundation.ids import new_id
from recado.foundation.tenancy import WrongClinic, capability, clinic_scope, current_clinic, partition_months, secure

pytestmark = pytest.mark.usefixtures("database")


def clinic(slug: str) -> ClinicSettings:
    return actions.create_clinic(slug=slug, name=slug.title(), time_zone="Europe/London", by=OPERATOR)


def setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", (name,))
        row: tuple[Any, ...] = cursor.fetchone()
    return str(row[0])


def test_nothing_is_seen_when_no_clinic_is_set() -> None:
    clinic("harbour")
    assert Clinic.objects.count() == 0


def test_own_rows_are_seen_when_in_scope() -> None:
    harbour, quay = clinic("harbour"), clinic("quay")
    with clinic_scope(harbour.id):
        assert [c.slug for c in Clinic.objects.all()] == ["harbour"]
        assert not Clinic.objects.filter(id=quay.id).exists()


def test_scope_ends_with_its_block() -> None:
    harbour = clinic("harbour")
    with clinic_scope(harbour.id):
        assert current_clinic() == harbour.id
    assert current_clinic() is None
    assert setting("recado.clinic") == ""


def test_scope_ends_within_a_larger_transaction() -> None:
    harbour = clinic("harbour")
    with transaction.atomic():
        with clinic_scope(harbour.id):
            assert Clinic.objects.count() == 1
        assert setting("recado.clinic") == ""
        assert Clinic.objects.count() == 0


def test_scope_ends_when_an_error_leaves_it() -> None:
    harbour = clinic("harbour")
    with transaction.atomic():
        with pytest.raises(ProgrammingError):
            with clinic_scope(harbour.id), connection.cursor() as cursor:
                cursor.execute("SELECT nonsense")
        assert Clinic.objects.count() == 0
    assert current_clinic() is None


def test_scope_nests_in_the_same_clinic_and_keeps_the_outer_when_the_inner_fails() -> None:
    harbour = clinic("harbour")
    with clinic_scope(harbour.id):
        actions.add_site(clinic_id=harbour.id, name="Quayside", by=OPERATOR)
        with pytest.raises(Refused):
            actions.add_site(clinic_id=harbour.id, name="quayside", by=OPERATOR)
        actions.add_site(clinic_id=harbour.id, name="Hill", by=OPERATOR)
        assert current_clinic() == harbour.id
    with clinic_scope(harbour.id):
        assert {site.name for site in Site.objects.all()} == {"Quayside", "Hill"}


def test_scope_of_another_clinic_is_refused_inside() -> None:
    harbour, quay = clinic("harbour"), clinic("quay")
    with clinic_scope(harbour.id), pytest.raises(WrongClinic):
        with clinic_scope(quay.id):
            pass


def test_rows_of_another_clinic_are_refused_when_written() -> None:
    harbour, quay = clinic("harbour"), clinic("quay")
    with clinic_scope(harbour.id), pytest.raises(ProgrammingError, match="row-level security"):
        Site(id=new_id(), clinic_id=quay.id, name="Theirs").save(force_insert=True)


def test_capability_ends_with_its_block_and_gives_back_the_one_before() -> None:
    with transaction.atomic():
        with capability(b"one"):
            with capability(b"two"):
                assert setting("recado.capability") == b"two".hex()
            assert setting("recado.capability") == b"one".hex()
        assert setting("recado.capability") == ""


def test_connection_shows_nothing_of_the_clinic_when_it_is_used_again() -> None:
    harbour = clinic("harbour")
    with clinic_scope(harbour.id):
        Clinic.objects.get()
    with plain_cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM clinics_clinic").fetchone() == (0,)


def test_owner_sees_no_rows() -> None:
    clinic("harbour")
    with connect(Role.OWNER) as owner:
        assert owner.execute("SELECT count(*) FROM clinics_clinic").fetchone() == (0,)


def test_policies_are_left_alone_when_nothing_changed() -> None:
    question = "SELECT oid, polname FROM pg_policy ORDER BY oid"
    with connect(Role.OWNER) as owner:
        before = owner.execute(question).fetchall()
        secure(owner)
        assert owner.execute(question).fetchall() == before


def test_policy_is_put_right_when_somebody_changed_its_mark() -> None:
    with connect(Role.OWNER) as owner:
        owner.execute("DROP POLICY recado_app ON clinics_site")
        owner.execute("CREATE POLICY open_door ON clinics_site USING (true)")
        secure(owner)
        names = owner.execute("SELECT polname FROM pg_policy WHERE polrelid = 'clinics_site'::regclass").fetchall()
        assert names == [("recado_app",)]


def test_months_are_partitioned_ahead(owner_url: str) -> None:
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE test_months (id uuid, clinic_id uuid) PARTITION BY RANGE (id)")
        try:
            made = partition_months(owner, "test_months", 2)
            assert len(made) == 4
            assert partition_months(owner, "test_months", 2) == []
            owner.execute("INSERT INTO test_months VALUES (%s)", (new_id(),))
            where = owner.execute("SELECT tableoid::regclass::text FROM test_months").fetchone()
            assert where == (f"test_months_{real_now():%Y_%m}",)
            owner.execute("INSERT INTO test_months VALUES (%s)", (UUID(int=(1 << 128) - 1),))
            assert owner.execute("SELECT count(*) FROM test_months_default").fetchone() == (1,)
        finally:
            owner.execute("DROP TABLE test_months")


def test_months_that_already_have_rows_in_the_default_partition_are_told(owner_url: str) -> None:
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE test_months (id uuid) PARTITION BY RANGE (id)")
        try:
            owner.execute("CREATE TABLE test_months_default PARTITION OF test_months DEFAULT")
            owner.execute("INSERT INTO test_months VALUES (%s)", (new_id(),))
            with pytest.raises(partitions.PartitionBlocked, match="test_months_default"):
                partition_months(owner, "test_months", 0)
        finally:
            owner.execute("DROP TABLE test_months")
