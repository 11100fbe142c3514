"""When a silent carrier is asked, distrusted and given up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.channels.smpp.hearing import Hearing, Step


def hearing(idle: float = 30.0, patience: float = 30.0) -> Hearing:
    return Hearing(idle=idle, patience=patience, now=0.0)


def lived(one: Hearing, until: float, owed_since: float | None = None) -> list[tuple[float, Step]]:
    """What it does, looked at each second with nothing heard."""
    steps = []
    for second in range(int(until) + 1):
        owed = owed_since if owed_since is not None and owed_since <= second else None
        step = one.look(float(second), owed)
        if step is not Step.NOTHING:
            steps.append((float(second), step))
        if step is Step.GIVE_UP:
            break
    return steps


def test_owed_silence_is_asked_about_after_5_s_distrusted_after_10_given_up_after_30() -> None:
    one = hearing()
    assert lived(one, 9, owed_since=0.0) == [(5.0, Step.ASK)] and not one.is_silent
    one = hearing()
    lived(one, 10, owed_since=0.0)
    assert one.is_silent
    one = hearing()
    assert lived(one, 60, owed_since=0.0)[-1] == (30.0, Step.GIVE_UP)


def test_idle_silence_counts_from_the_first_question() -> None:
    one = hearing()
    assert lived(one, 34)[0] == (30.0, Step.ASK) and not one.is_silent
    one = hearing()
    assert lived(one, 90)[-1] == (60.0, Step.GIVE_UP)


def test_silence_before_a_text_was_written_does_not_count() -> None:
    one = hearing()
    assert lived(one, 29, owed_since=20.0) == [(25.0, Step.ASK)] and not one.is_silent


@given(st.lists(st.floats(0.1, 4.9), min_size=1, max_size=60), st.floats(1, 600))
def test_who_says_anything_every_five_seconds_is_never_distrusted(gaps: list[float], idle: float) -> None:
    one, now = hearing(idle=max(5.0, idle)), 0.0
    for gap in gaps:
        now += gap
        assert one.look(now, 0.0) is not Step.GIVE_UP and not one.is_silent
        one.heard(now)


@given(st.lists(st.tuples(st.floats(0.05, 8), st.booleans(), st.booleans()), max_size=80))
def test_nobody_is_given_up_who_was_not_asked_and_silent_for_30_s(life: list[tuple[float, bool, bool]]) -> None:
    one, now, owed, asked, quiet_since = hearing(), 0.0, None, 0, 0.0
    for gap, is_heard, is_written in life:
        now += gap
        if is_heard:
            one.heard(now)
            owed, asked, quiet_since = None, 0, now
        if is_written and owed is None:
            owed = now
        step = one.look(now, owed)
        asked += step is Step.ASK
        assert one.is_silent <= (asked > 0)
        if step is Step.GIVE_UP:
            assert asked > 0 and now - quiet_since >= 30
            return


@pytest.mark.parametrize(("idle", "patience", "gives_up"), [(5.0, 30.0, 30.0), (60.0, 20.0, 20.0), (1.0, 30.0, 6.0)])
def test_the_shorter_of_the_settings_holds(idle: float, patience: float, gives_up: float) -> None:
    assert lived(hearing(idle, patience), 200, owed_since=0.0)[-1] == (gives_up, Step.GIVE_UP)
