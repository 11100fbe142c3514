"""How fast a carrier over HTTP may be asked: pauses and windows, without a clock."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.channels import smsapi
from recado.channels.over_http.carrier import LONGEST_SEND
from recado.channels.over_http.exchange import longest_answer
from recado.channels.over_http.pace import FIRST_PAUSE, LONGEST_UNREACHED, Pace
from recado.channels.protocol import BadSettings
from tests.carriers.fakes.every import KINDS


def test_burst_of_failures_counts_once() -> None:
    pace = Pace(20, rate=None)
    for _ in range(20):
        pace.unreached(10.0, 11.0)
    assert (pace.pause(11.0), pace.size) == (FIRST_PAUSE, 1)


def test_pause_grows_and_begins_anew_once_something_was_taken() -> None:
    pace = Pace(20, rate=None)
    now, pauses = 0.0, []
    for _ in range(9):
        now += 100.0
        pace.unreached(now - 1, now)
        pauses.append(pace.pause(now))
    assert pauses == [0.25, 0.5, 1, 2, 4, 8, 16, 30, 30]
    pace.accepted()
    pace.unreached(now + 99, now + 100)
    assert pace.pause(now + 100) == FIRST_PAUSE


@given(st.lists(st.tuples(st.sampled_from("utarp"), st.floats(0, 5)), max_size=60), st.integers(1, 50))
def test_whatever_happens_a_way_stays_open(happened: list[tuple[str, float]], limit: int) -> None:
    pace, now = Pace(limit, rate=None), 0.0
    for what, later in happened:
        written_at, now = now, now + later
        match what:
            case "u":
                pace.unreached(written_at, now)
            case "t":
                pace.throttled(written_at, now, None)
            case "a":
                pace.accepted()
            case "r":
                pace.rest_for(later, now)
            case _:
                pace.probe()
        assert 1 <= pace.size <= limit
        assert pace.pause(now) <= LONGEST_UNREACHED


@pytest.mark.parametrize(("rate", "window"), [(0, 200), (0.1, 1), (2, 10), (1000, 200)])
def test_where_a_rate_is_set_no_more_is_handed_over_than_leaves_in_five_seconds(rate: float, window: int) -> None:
    carrier = smsapi.make("s", {"token": "t", "rate": rate})
    assert carrier.capabilities.window == window, "an emergency would stand behind all of it"


@given(st.floats(0.1, 10_000))
def test_every_answer_comes_before_a_slice_is_taken_away(answer_timeout: float) -> None:
    begins_within = LONGEST_SEND - longest_answer(answer_timeout)
    assert begins_within >= 10
    assert begins_within + longest_answer(answer_timeout) < 120


ODD = {
    "window": ("0", "-5", "100001", "3000000000", "9" * 4000),
    "connections": ("0", "-1", "1001", "3000000000", "1e3"),
    "rate": ("-1", "0.001", "1e11", "nan", "inf"),
    "answer_timeout": ("0s", "0.01s", "11min", "99999999d", "-3s"),
    "again_after": ("0s", "25h", "99999999d", timedelta(days=999_999_999)),
    "batch": ("0", "-1", "1001"),
    "max_messages": ("0", "-1", "256"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_no_carrier_takes_a_figure_that_the_dispatcher_could_not_count_with(kind: str) -> None:
    settings = KINDS[kind].shapes().settings("http://127.0.0.1:9")
    declared = {one.name for one in KINDS[kind].module.SETTINGS if one.kind in ("int", "float", "duration")} - {"sim"}
    assert declared <= set(ODD), "every figure has a range"
    for name in declared:
        for odd in ODD[name]:
            with pytest.raises(BadSettings) as refused:
                KINDS[kind].make("odd", {**settings, name: odd})
            assert refused.value.setting == name
    KINDS[kind].make("even", {**settings, "rate": "0", "window": "100000", "connections": "1000", "again_after": "1d"})
