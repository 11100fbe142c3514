"""Ids: rising, unpredictable enough, and a month is a range of them."""

import threading
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.foundation.ids import id_time, lowest_id_at, new_id, new_ids

moments = st.datetimes(datetime(1990, 1, 1), datetime(2500, 1, 1), timezones=st.just(UTC))


def test_ids_are_version_7_of_the_standard() -> None:
    made = [UUID(bytes=raw) for raw in new_ids(5000)]
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}


def test_ids_rise_when_made_one_by_one_and_in_batches() -> None:
    made = [new_id().bytes, *new_ids(3000), new_id().bytes, *new_ids(1), *new_ids(40_000), new_id().bytes]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_ids_rise_when_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = new_id()
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000_000_000_000)
    assert new_id() > before
    assert new_ids(10)[0] > before.bytes


def test_ids_differ_when_threads_make_them() -> None:
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.extend(new_ids(2000))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 16_000


def test_no_ids_when_none_are_asked_for() -> None:
    assert new_ids(0) == []


def test_ids_are_refused_when_more_than_a_counter_holds() -> None:
    with pytest.raises(ValueError, match="30 million"):
        new_ids(30_000_001)


def test_id_tells_its_time_when_just_made() -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    assert before <= id_time(new_id()) <= datetime.now(UTC) + timedelta(seconds=1)


@given(moments)
def test_bound_lies_between_milliseconds(moment: datetime) -> None:
    bound = lowest_id_at(moment)
    assert id_time(bound) == moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert id_time(bound.bytes) == id_time(bound)
    assert lowest_id_at(moment + timedelta(milliseconds=1)) > bound
    assert UUID(int=bound.int + (1 << 80) - 1) < lowest_id_at(moment + timedelta(milliseconds=1))


@given(moments, moments)
def test_bounds_are_in_order_of_their_times(one: datetime, other: datetime) -> None:
    if one <= other:
        assert lowest_id_at(one) <= lowest_id_at(other)
