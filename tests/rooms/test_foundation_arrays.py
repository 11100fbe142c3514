"""Binary arrays: what PostgreSQL reads from them is what was put in."""

import asyncio
import struct
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recado.foundation import arrays
from recado.foundation.database import Role, connect, connect_async, plain_cursor
from recado.foundation.ids import new_id

in_database = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)


def stored(array: arrays.BinaryArray) -> Any:
    with plain_cursor() as cursor:
        row = cursor.execute("SELECT %s", (array,)).fetchone()
    assert row is not None
    return row[0]


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.none() | values, max_size=8)


@pytest.mark.usefixtures("database")
@in_database
@given(
    some(st.binary(max_size=5000)),
    some(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=200)),
    some(st.uuids()),
    some(st.booleans()),
)
def test_values_come_back_as_they_were(
    blobs: list[bytes | None], texts: list[str | None], uuids: list[UUID | None], flags: list[bool | None]
) -> None:
    assert stored(arrays.bytea_array(blobs)) == blobs
    assert stored(arrays.text_array(texts)) == texts
    assert stored(arrays.uuid_array(uuids)) == uuids
    assert stored(arrays.uuid_array([v and v.bytes for v in uuids])) == uuids
    assert stored(arrays.bool_array(flags)) == flags


@pytest.mark.usefixtures("database")
@in_database
@given(
    some(st.integers(-(2**15), 2**15 - 1)),
    some(st.integers(-(2**31), 2**31 - 1)),
    some(st.integers(-(2**63), 2**63 - 1)),
    some(st.dates(date(1, 1, 1))),
    some(st.datetimes(datetime(1900, 1, 1), datetime(3000, 1, 1), timezones=st.just(UTC))),
)
def test_numbers_and_times_come_back_as_they_were(
    small: list[int | None],
    middle: list[int | None],
    large: list[int | None],
    days: list[date | None],
    times: list[datetime | None],
) -> None:
    assert stored(arrays.int2_array(small)) == small
    assert stored(arrays.int4_array(middle)) == middle
    assert stored(arrays.int8_array(large)) == large
    assert stored(arrays.date_array(days)) == days
    assert stored(arrays.timestamptz_array(times)) == times


@pytest.mark.usefixtures("database")
def test_times_of_any_zone_are_the_same_moment() -> None:
    moment = datetime(2026, 7, 1, 9, 30, tzinfo=timezone(timedelta(hours=2)))
    assert stored(arrays.timestamptz_array([moment, moment])) == [moment, moment]


@pytest.mark.usefixtures("database")
def test_lists_of_different_lengths_travel_as_text() -> None:
    with plain_cursor() as cursor:
        rows = cursor.execute(
            "SELECT x::bigint[] FROM unnest(%s) x", (arrays.int8_lists([[1, 2**40], [], [-3]]),)
        ).fetchall()
    assert rows == [([1, 2**40],), ([],), ([-3],)]


@pytest.mark.usefixtures("database")
def test_arrays_of_a_batch_are_rows_on_plain_and_async_connections() -> None:
    ids = [new_id() for _ in range(3)]
    parameters = (arrays.uuid_array(ids), arrays.text_array(["a", None, "c"]))
    with connect(Role.APP) as connection:
        rows = connection.execute("SELECT * FROM unnest(%s, %s)", parameters).fetchall()
    assert rows == list(zip(ids, ["a", None, "c"], strict=True))

    async def ask() -> list[Any]:
        async with await connect_async(Role.DISPATCH) as connection:
            return await (await connection.execute("SELECT * FROM unnest(%s, %s)", parameters)).fetchall()

    assert asyncio.run(ask()) == rows


def test_values_of_the_wrong_kind_are_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        arrays.uuid_array([b"short"])
    with pytest.raises(struct.error):
        arrays.int2_array([40_000])
    with pytest.raises(TypeError):
        arrays.timestamptz_array([datetime(2026, 1, 1)])
