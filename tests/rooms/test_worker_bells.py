"""Whom news wakes in the worker: the loops that it is for, and none of it is missed."""

from recado.launch.wiring import WORKERS
from recado.launch.work import CHANNELS, POLL, SLOW, Bells

LONG = 60.0  # seconds: a wait that does not end at once fails the suite


def test_inbound_text_wakes_only_the_loop_that_reads() -> None:
    bells = Bells()
    bells.ring(CHANNELS["recado_inbound"])
    bells.wait("inbound", LONG)
    assert [name for name in WORKERS if bells.has_rung(name)] == ["inbound"]


def test_moved_clock_wakes_every_loop() -> None:
    bells = Bells()
    bells.ring(CHANNELS["recado_clock"])
    assert all(bells.has_rung(name) for name in WORKERS)


def test_news_is_heard_at_the_next_wait_when_it_came_during_work() -> None:
    bells = Bells()
    bells.begin("inbound")
    bells.ring(("inbound",))
    bells.wait("inbound", LONG)
    bells.begin("inbound")
    assert not bells.has_rung("inbound")


def test_every_slow_loop_is_one_of_the_loops() -> None:
    assert SLOW.keys() <= WORKERS.keys() and all(seconds > POLL for seconds in SLOW.values())
