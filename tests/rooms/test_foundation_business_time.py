"""Business time: shared, ahead of real time or equal to it, and never backwards."""

from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from recado.foundation import business_time
from recado.foundation.clock import local, real_now
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from tests import factories

pytestmark = pytest.mark.usefixtures("database")


def test_business_time_is_real_time_when_nobody_moved_it() -> None:
    assert business_time.ahead() == timedelta(0)
    assert abs(business_time.now() - real_now()) < timedelta(seconds=5)


def test_business_time_is_moved_for_every_process() -> None:
    target = business_time.now() + timedelta(days=3, hours=1)
    assert business_time.advance_to(target) >= target
    with connect(Role.DISPATCH) as dispatch:
        row = dispatch.execute(business_time.READ_AHEAD).fetchone()
        moment = dispatch.execute(business_time.READ_NOW).fetchone()
    assert row == (business_time.ahead(),)
    assert moment is not None
    assert target <= moment[0] < target + timedelta(seconds=5)


def test_moving_to_the_past_changes_nothing() -> None:
    business_time.advance_to(business_time.now() + timedelta(hours=1))
    before = business_time.ahead()
    assert business_time.advance_to(real_now()) >= real_now() + before - timedelta(seconds=5)
    assert business_time.ahead() == before


@pytest.mark.parametrize(
    "statement",
    ["UPDATE foundation_clock SET ahead = interval '1 hour'", "DELETE FROM foundation_clock"],
)
def test_database_refuses_to_go_back(owner_url: str, statement: str) -> None:
    business_time.advance_to(business_time.now() + timedelta(hours=2))
    with psycopg.connect(owner_url) as owner, pytest.raises(psycopg.errors.CheckViolation, match="only forward"):
        owner.execute(statement.encode())


def test_database_refuses_a_second_clock() -> None:
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("INSERT INTO foundation_clock (id, ahead) VALUES (2, interval '0')")


def test_moment_is_told_on_the_wall_clock_of_a_place() -> None:
    moment = business_time.now()
    assert local(moment, "Asia/Jakarta") == moment
    assert local(moment, "Asia/Jakarta").utcoffset() == timedelta(hours=7)


def test_a_transaction_of_a_clinic_asks_for_the_time_once_and_time_goes_on() -> None:
    clinic = factories.make_clinic("harbour-street").id
    with clinic_scope(clinic), CaptureQueriesContext(connection) as asked:
        first, *others = [business_time.now() for _ in range(5)]
        assert [first, *others] == sorted([first, *others]) and others[-1] > first
        assert sum("clock_timestamp()" in one["sql"] for one in asked.captured_queries) == 1
        moved = business_time.advance_to(first + timedelta(days=2))
        assert business_time.now() >= moved
    business_time.advance_to(first + timedelta(days=5))
    with clinic_scope(clinic):
        assert business_time.now() >= first + timedelta(days=5)
