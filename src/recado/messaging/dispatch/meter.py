"""What the dispatcher counts of its own work: how long texts waited, how long carriers took, what they answered. Pure.

Plain additions for a whole batch, read by whoever shows them (launch/metrics.py); a metrics library's own observation
costs a text a microsecond or more.
"""

from bisect import bisect_left
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from recado.channels.protocol import Accepted, Outcome

from ..outbox import Claimed
from ..types import Lane

BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0)  # seconds
SAMPLED = 16
MOST_SAMPLED = 5_000  # whose receipt is waited for
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
        self.outcomes: Counter[tuple[int, str, str]] = Counter()
        self._promise: dict[Lane, Kept] = {}
        self._sent_at: OrderedDict[tuple[int, str], float] = OrderedDict()
        self._seen = 0

    def note(
        self, carrier: int, texts: Sequence[Claimed], outcomes: Sequence[Outcome], now: datetime, clock: float
    ) -> None:
        """A carrier's answers to a chunk. `now` (business time) and `clock` (seconds) are the same moment."""
        waits: dict[int, list[float]] = {}
        refs = []
        for text, outcome in zip(texts, outcomes, strict=True):
            if isinstance(outcome, Accepted):
                waits.setdefault(text.lane, []).append((now - text.due).total_seconds())
                refs.append(outcome.ref)
        for lane, seconds in waits.items():
            self.handed(carrier, Lane(lane), seconds)
        self.accepted(carrier, refs, clock)
        self.answered(carrier, [(type(outcome).__name__, getattr(outcome, "reason", "")) for outcome in outcomes])

    def handed(self, carrier: int, lane: Lane, waits: list[float]) -> None:
        """Texts that a carrier has taken, with the seconds from their due time to its answer."""
        self.waits.setdefault((carrier, lane), Times()).add(waits)
        kept = self._promise.setdefault(lane, Kept())
        kept.handed += len(waits)
        kept.in_time += sum(wait <= PROMISED for wait in waits)

    def answered(self, carrier: int, outcomes: Iterable[tuple[str, str]]) -> None:
        """A carrier's answers: kind and reason (a code, never words of a carrier's or a person's)."""
        self.outcomes.update((carrier, kind, reason[:40]) for kind, reason in outcomes)

    def accepted(self, carrier: int, refs: Iterable[str], now: float) -> None:
        """References of texts taken at this moment (seconds): of one in sixteen the delivery is timed."""
        for ref in refs:
            self._seen += 1
            if self._seen % SAMPLED == 0:
                self._sent_at[carrier, ref] = now
                if len(self._sent_at) > MOST_SAMPLED:
                    self._sent_at.popitem(last=False)

    def delivered(self, carrier: int, refs: Iterable[str], now: float) -> None:
        """Receipts of delivery that came at this moment."""
        took = [now - sent for ref in refs if (sent := self._sent_at.pop((carrier, ref), None)) is not None]
        if took:
            self.deliveries.setdefault(carrier, Times()).add(took)

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
