"""Django's own reading and asking, faster: the same moments, the same rows."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4

import psycopg
import pytest
from django.core.exceptions import EmptyResultSet
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.datetime import TimestamptzLoader

from recado.clinics.models import Clinic
from recado.foundation.postgresql.base import Moments

TIMESTAMPTZ = 1184
READER, LONG_WAY = Moments(TIMESTAMPTZ), TimestamptzLoader(TIMESTAMPTZ)


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)), st.integers(-12, 14))
def test_a_moment_is_read_as_psycopg_reads_it(moment: datetime, hours: int) -> None:
    said = f"{moment.replace(tzinfo=timezone(timedelta(hours=hours)))!s}"[
        :-3
    ].encode()  # PostgreSQL says +00, not +00:00
    assert READER.load(said) == LONG_WAY.load(said)
    if not hours:
        assert READER.load(said).tzinfo is UTC


@pytest.mark.parametrize("said", [b"infinity", b"-infinity", b"0044-03-15 00:00:00+00 BC", b"12026-01-01 00:00:00+00"])
def test_what_no_calendar_of_python_knows_is_an_error_that_says_so(said: bytes) -> None:
    with pytest.raises(psycopg.DataError, match="timestamp too"):
        READER.load(said)


@pytest.mark.usefixtures("database")
def test_django_reads_moments_so() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT TIMESTAMPTZ '2026-11-30 22:49:39.5+02'")
        (found,) = cursor.fetchone()
        assert isinstance(connection.connection.adapters.get_loader(TIMESTAMPTZ, 0)(TIMESTAMPTZ), Moments)
    assert found == datetime(2026, 11, 30, 20, 49, 39, 500_000, UTC)
    assert found.tzinfo is UTC


def test_many_ids_are_one_parameter() -> None:
    ids = [uuid4() for _ in range(1000)]
    for many in (ids, tuple(ids), set(ids), frozenset(ids)):
        said, parameters = Clinic.objects.filter(id__in=many).query.sql_with_params()
        assert "= ANY(%s::uuid[])" in said
        (array,) = parameters
        assert {UUID(one) for one in array.strip("{}").split(",")} == set(ids)


def test_a_set_that_grows_afterwards_is_asked_for_as_it_was() -> None:
    many = {uuid4()}
    found = Clinic.objects.filter(id__in=many)
    many.add(uuid4())
    assert len(found.query.sql_with_params()[1][0].split(",")) == 1


def test_ids_that_are_written_out_and_none_at_all_stay_djangos() -> None:
    one = uuid4()
    said, parameters = Clinic.objects.filter(id__in=[str(one), None]).query.sql_with_params()
    assert "IN (%s)" in said
    assert parameters == (one,)
    assert "IN (SELECT" in str(Clinic.objects.filter(id__in=Clinic.objects.filter(slug="a").values("id")).query)
    with pytest.raises(EmptyResultSet):
        Clinic.objects.filter(id__in=[]).query.sql_with_params()
