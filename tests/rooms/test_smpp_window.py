"""How much may be under way: the window, the rate, and what throttling does to both."""

import random
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from recado.channels.smpp.window import FIRST_PAUSE, LONGEST_PAUSE, Window


def test_distrusted_window_lets_one_text_through_until_it_is_answered() -> None:
    window = Window(80, rate=None, now=0.0)
    window.distrust()
    assert window.may_write(0, 0.0) == 1 and window.may_write(1, 0.0) == 0
    window.accepted()
    assert window.size == 11


def test_window_allows_what_is_free_when_nothing_is_throttled() -> None:
    window = Window(10, rate=None, now=0.0)
    assert [window.may_write(on_air, 0.0) for on_air in (0, 4, 10, 12)] == [10, 6, 0, 0]


def test_window_halves_once_for_one_burst_of_refusals() -> None:
    window = Window(100, rate=None, now=0.0)
    for _ in range(40):
        assert window.throttled(1.0, 2.0) >= timedelta(seconds=FIRST_PAUSE)
    assert window.size == 50
    assert window.may_write(0, 2.0) == 0
    assert window.may_write(0, 2.0 + FIRST_PAUSE) == 50


def test_window_shrinks_to_one_and_pauses_longer_while_refusals_go_on() -> None:
    window = Window(8, rate=None, now=0.0)
    waits = [window.throttled(10.0 * n, 10.0 * n + 1).total_seconds() for n in range(1, 9)]
    assert window.size == 1
    assert waits == [0.25, 0.5, 1.0, 2.0, 4.0, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]


def test_window_grows_back_when_texts_are_accepted() -> None:
    window = Window(80, rate=None, now=0.0)
    window.throttled(1.0, 2.0)
    for _ in range(1000):
        window.accepted()
    assert window.size == 80
    assert window.throttled(5.0, 6.0) == timedelta(seconds=FIRST_PAUSE)


@given(st.integers(1, 50), st.integers(1, 500))
def test_rate_is_kept_over_any_second(rate: int, limit: int) -> None:
    window = Window(limit, rate=rate, now=0.0)
    chance = random.Random(rate * 1000 + limit)
    written: list[float] = []
    now = 0.0
    while now < 4.0:
        count = window.may_write(0, now)
        window.wrote(count)
        written += [now] * count
        now += max(0.001, min(window.wait(now), chance.uniform(0.001, 0.2)))
    for start in written:
        assert sum(start <= at < start + 1.0 for at in written) <= rate + max(1, rate / 5)
    assert len(written) >= 2 * min(rate, limit)


class WindowMachine(RuleBasedStateMachine):
    """Whatever comes, the window stays within 1 and its limit, and time alone always opens it again."""

    def __init__(self) -> None:
        super().__init__()
        self.window = Window(64, rate=None, now=0.0)
        self.now = 0.0
        self.on_air: list[float] = []

    @rule()
    def write(self) -> None:
        count = self.window.may_write(len(self.on_air), self.now)
        assert len(self.on_air) + count <= max(64, len(self.on_air))
        self.window.wrote(count)
        self.on_air += [self.now] * count

    @precondition(lambda self: self.on_air)
    @rule(count=st.integers(1, 64))
    def accept(self, count: int) -> None:
        for _ in range(min(count, len(self.on_air))):
            self.on_air.pop(0)
            self.window.accepted()

    @precondition(lambda self: self.on_air)
    @rule(count=st.integers(1, 64))
    def throttle(self, count: int) -> None:
        for _ in range(min(count, len(self.on_air))):
            assert self.window.throttled(self.on_air.pop(0), self.now) > timedelta(0)

    @rule(seconds=st.floats(0.001, 20))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @invariant()
    def size_is_within_its_limits(self) -> None:
        assert 1 <= self.window.size <= 64

    @invariant()
    def time_opens_it(self) -> None:
        wait = self.window.wait(self.now)
        assert 0 <= wait <= LONGEST_PAUSE + 1e-6
        assert self.window.may_write(0, self.now + wait + 1e-6) >= 1


TestWindowMachine = WindowMachine.TestCase
