"""Which times are free? Pure: stretches of time in, beginnings out, every moment in UTC and every stretch half open.

A visit lies within the opening hours; what follows it (`buffer`) may go past closing time, but not into another visit.
Times begin at whole quarters of an hour, or of five minutes where visits are shorter: that is what a patient can read, and
what keeps a day from being cut into pieces nobody can use.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

Stretch = tuple[datetime, datetime]
_QUARTER = 15  # minutes
_SHORT = 5


def step_of(minutes: int) -> timedelta:
    """How far apart beginnings lie."""
    return timedelta(minutes=_SHORT if minutes < _QUARTER else _QUARTER)


def common(one: Iterable[Stretch], other: Iterable[Stretch]) -> list[Stretch]:
    """Where both are, in order."""
    rest = sorted(other)
    found = []
    for begins, ends in sorted(one):
        for opens, closes in rest:
            if opens < ends and begins < closes:
                found.append((max(begins, opens), min(ends, closes)))
    return found


def is_free(begins: datetime, ends: datetime, busy: Iterable[Stretch]) -> bool:
    return not any(start < ends and begins < end for start, end in busy)


def beginnings(
    hours: Iterable[Stretch], busy: Sequence[Stretch], *, minutes: int, buffer: int, after: datetime
) -> Iterator[datetime]:
    """When a visit of so many minutes can begin, not before `after`."""
    lasts, step = timedelta(minutes=minutes), step_of(minutes)
    for opens, closes in hours:
        start = rounded_up(max(opens, after), step)
        while start + lasts <= closes:
            if is_free(start, start + lasts + timedelta(minutes=buffer), busy):
                yield start
            start += step


def rounded_up(moment: datetime, step: timedelta) -> datetime:
    over = timedelta(seconds=moment.timestamp() % step.total_seconds())
    return moment + (step - over) if over else moment
