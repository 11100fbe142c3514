"""Statements that travel together on libpq's pipeline (`foundation.lines`)."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest

from recado.foundation.asking import Ask, Together, Work
from recado.foundation.database import Role, connect_for_queues
from recado.foundation.lines import Line


@pytest.fixture
def line(database: None) -> Iterator[tuple[Line, psycopg.Connection[Any]]]:
    connection = connect_for_queues(Role.APP)
    try:
        yield Line(connection), connection
    finally:
        connection.close()


def test_statements_answer_in_their_order_when_parameters_have_names_or_none(
    line: tuple[Line, psycopg.Connection[Any]],
) -> None:
    asked, _ = line
    with asked.trip() as trip:
        trip.ask("SELECT %(a)s::int, %(b)s::text, %(a)s::int + 1", {"a": 3, "b": "50 %"})
        trip.ask("SET LOCAL statement_timeout = 1000")
        trip.ask("SELECT %s::bytea, '100 %%'", (b"\x00\xff",))
        trip.ask("SELECT n FROM generate_series(1, 3) AS n")
    assert asked.rows == [[(3, "50 %", 4)], [], [(b"\x00\xff", "100 %")], [(1,), (2,), (3,)]]


def test_transaction_is_begun_once_when_trips_follow_one_another(line: tuple[Line, psycopg.Connection[Any]]) -> None:
    asked, connection = line
    for _ in range(2):
        with asked.trip() as trip:
            trip.ask("SELECT pg_current_xact_id()::text")
        first = asked.rows
    with asked.trip() as trip:
        trip.ask("SELECT pg_current_xact_id()::text")
    assert asked.rows == first
    connection.commit()
    with asked.trip() as trip:
        trip.ask("SELECT pg_current_xact_id()::text")
    assert asked.rows != first


def test_first_error_is_raised_and_the_line_goes_on_when_the_transaction_was_rolled_back(
    line: tuple[Line, psycopg.Connection[Any]],
) -> None:
    asked, connection = line
    with pytest.raises(psycopg.errors.DivisionByZero), asked.trip() as trip:
        trip.ask("SELECT 1")
        trip.ask("SELECT 1 / %s::int", (0,))
        trip.ask("SELECT nothing FROM nowhere")
    connection.rollback()
    with asked.trip() as trip:
        trip.ask("SELECT 1 / %s::int", (1,))
    assert asked.rows == [[(1,)]]


def test_prepared_statements_stand_when_a_transaction_was_rolled_back(
    line: tuple[Line, psycopg.Connection[Any]],
) -> None:
    asked, connection = line
    for _ in range(8):
        with asked.trip() as trip:
            trip.ask("SELECT %s::int", (1,))
        connection.execute("SELECT 1")
        connection.rollback()
    assert asked.rows == [[(1,)]]


def test_what_was_sent_is_let_go_when_the_caller_fails_on_the_way(line: tuple[Line, psycopg.Connection[Any]]) -> None:
    asked, connection = line
    with pytest.raises(KeyError), asked.trip() as trip:
        trip.ask("SELECT 1")
        raise KeyError("on the way")
    connection.rollback()
    with asked.trip() as trip:
        trip.ask("SELECT 2")
    assert asked.rows == [[(2,)]]


def test_more_goes_out_than_the_socket_holds_when_answers_are_large_too(
    line: tuple[Line, psycopg.Connection[Any]],
) -> None:
    asked, _ = line
    with asked.trip() as trip:
        for _ in range(40):
            trip.ask("SELECT %s::text", ("x" * 200_000,))
    assert [len(text) for ((text,),) in asked.rows] == [200_000] * 40


def test_lost_connection_is_an_operational_error_when_the_server_ends_it(
    line: tuple[Line, psycopg.Connection[Any]], superuser_url: str
) -> None:
    asked, connection = line
    with asked.trip() as trip:
        trip.ask("SELECT 1")
    connection.commit()
    with psycopg.connect(superuser_url) as superuser:
        superuser.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))
    with pytest.raises(psycopg.OperationalError), asked.trip() as trip:
        trip.ask("SELECT 1")
    assert connection.broken


def test_work_of_no_clinic_goes_first_and_each_clinic_is_set_when_they_travel_together(database: None) -> None:
    def named() -> Work[str]:
        (((name,),),) = yield [Ask("SELECT coalesce(current_setting('recado.clinic', true), '')")]
        return str(name)

    one, other = UUID(int=1), UUID(int=2)
    with connect_for_queues(Role.APP) as connection:
        found = Together(connection).run([(None, named()), (one, named()), (one, named()), (other, named())])
        connection.rollback()
    assert found == ["", str(one), str(one), str(other)]
