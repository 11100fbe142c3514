"""What the dispatcher counts of its own work: how long texts waited, how long carriers took, what they answered. Pure.

Plain additions for a whole batch, read by whoever shows them (launch/metrics.py); a metrics library's own observation
costs a text a microsecond or more.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..types import Lane

BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0)  # seconds
PROMISED = 10.0  # seconds from due to the carrier's answer: the published promise


@dataclass(slots=True)
class Times:
    """A histogram: counts by bucket, the last for everything longer."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    seconds: float = 0.0

    def add(self, values: Iterable[float]) -> None:
        counts = self.counts
        for value in values:
            counts[bisect_left(BUCKETS, value)] += 1
            self.seconds += value

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(slots=True)
class Kept:
    """Of the promise, since it was last taken: texts handed over, and those of them in time."""

    handed: int = 0
    in_time: int = 0


class Meter:
    """Everything since the process began."""

    def __init__(self) -> None:
        self.waits: dict[tuple[int, Lane], Times] = {}
        self.deliveries: dict[int, Times] = {}
        self.outcomes: Counter[tuple[int, str]] = Counter()
        self._promise: dict[Lane, Kept] = {}

    def handed(self, carrier: int, lane: Lane, waits: list[float]) -> None:
        """Texts that a carrier has taken, with the seconds from their due time to its answer."""
        self.waits.setdefault((carrier, lane), Times()).add(waits)
        kept = self._promise.setdefault(lane, Kept())
        kept.handed += len(waits)
        kept.in_time += sum(wait <= PROMISED for wait in waits)

    def answered(self, carrier: int, outcomes: Iterable[str]) -> None:
        """A carrier's answers, by kind."""
        self.outcomes.update((carrier, outcome) for outcome in outcomes)

    def delivered(self, carrier: int, seconds: Iterable[float]) -> None:
        """Texts delivered, with the seconds since the carrier took them (of a sample)."""
        self.deliveries.setdefault(carrier, Times()).add(seconds)

    def take_promise(self) -> dict[Lane, Kept]:
        """How the promise was kept since the last call."""
        taken, self._promise = self._promise, {}
        return taken

    def give_back(self, taken: dict[Lane, Kept]) -> None:
        """What was taken and could not be written down."""
        for lane, kept in taken.items():
            mine = self._promise.setdefault(lane, Kept())
            mine.handed += kept.handed
            mine.in_time += kept.in_time
