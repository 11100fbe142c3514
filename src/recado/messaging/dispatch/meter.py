"""What the dispatcher counts of its own work: how long texts waited, how long carriers took, what they answered. Pure.

Plain additions for a whole batch, read by whoever shows them (launch/metrics.py); a metrics library's own observation
costs a text a microsecond or more.

**The promise** is the share of texts handed over within 10 s of being due: from the moment at which the gate let a text go
(after quiet hours, at its planned time) until its carrier's answer, tries with other carriers and after "not now" included.
What counts: each text that a carrier took; as missed also each whose time was over before one did, and each whose answer was
lost. Left out: what a carrier or a rule refused (no speed changes that), and what fell due while a person held its lane. A
text that still waits counts when it leaves, on that day.
"""

from bisect import bisect_left
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from recado.channels.protocol import Accepted, Outcome, Uncertain

from ..outbox import Claimed
from ..types import Lane
from .turns import Holds

BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0)  # seconds
LANES = {int(lane): lane for lane in Lane}  # looked up for every text: an eighth of what `Lane(number)` takes
SAMPLED = 16
ALL_TIMED = 1_000  # deliveries waited for: with more, one in sixteen is timed
MOST_SAMPLED = 5_000  # whose receipt is waited for
MOST_REASONS = 200  # of one carrier: whatever else it says counts as "other"
PROMISED = 10.0  # seconds from due to the carrier's answer: the published promise
NEVER_HELD = Holds()


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
    """Of the promise: texts that count, and those of them handed over in time."""

    handed: int = 0
    in_time: int = 0

    def add(self, handed: int, in_time: int) -> None:
        self.handed += handed
        self.in_time += in_time


class Meter:
    """Everything since the process began. `left`: texts of a dead predecessor that stand uncertain."""

    def __init__(self) -> None:
        self.waits: dict[tuple[int, Lane], Times] = {}
        self.deliveries: dict[tuple[int, Lane], Times] = {}
        self.outcomes: Counter[tuple[int, str, str]] = Counter()
        self.promised: dict[Lane, Kept] = {}
        self.left = 0
        self._promise: dict[Lane, Kept] = {}
        self._reasons: dict[int, set[str]] = {}
        self._sent_at: OrderedDict[tuple[int, str], tuple[float, Lane]] = OrderedDict()
        self._seen = 0

    def note(
        self,
        carrier: int,
        texts: Sequence[Claimed],
        outcomes: Sequence[Outcome],
        now: datetime,
        clock: float,
        holds: Holds = NEVER_HELD,
    ) -> None:
        """A carrier's answers to a chunk. `now` (business time) and `clock` (seconds) are the same moment."""
        waits: dict[int, list[float]] = {}
        held: Counter[int] = Counter()
        lost: Counter[int] = Counter()
        refs: list[tuple[str, Lane]] = []
        others: list[tuple[str, str]] = []
        for text, outcome in zip(texts, outcomes, strict=True):
            if isinstance(outcome, Accepted):
                due = text.first_due or text.due
                wait = (now - due).total_seconds()
                waits.setdefault(text.lane, []).append(wait)
                refs.append((outcome.ref, LANES[text.lane]))
                if wait > PROMISED and holds and holds.cover(UUID(bytes=text.clinic), LANES[text.lane], due):
                    held[text.lane] += 1
                continue
            others.append((type(outcome).__name__, getattr(outcome, "reason", "")))
            if isinstance(outcome, Uncertain):
                lost[text.lane] += 1
        for lane, seconds in waits.items():
            self.handed(carrier, Lane(lane), seconds, held=held[lane])
        for lane, count in lost.items():
            self.missed(Lane(lane), count)
        self.accepted(carrier, refs, clock)
        self.answered(carrier, others, accepted=len(refs))

    def handed(self, carrier: int, lane: Lane, waits: list[float], *, held: int = 0) -> None:
        """Texts that a carrier has taken, with the seconds from their due time to its answer. `held` of the late ones
        waited because a person held their lane."""
        self.waits.setdefault((carrier, lane), Times()).add(waits)
        self._count(lane, len(waits) - held, sum(wait <= PROMISED for wait in waits))

    def missed(self, lane: Lane, count: int) -> None:
        """Texts whose time was over before a carrier took them, or whose answer was lost."""
        self._count(lane, count, 0)

    def missed_all(self, texts: Iterable[Claimed]) -> None:
        """The same, of claimed texts."""
        for lane, count in Counter(text.lane for text in texts).items():
            self.missed(Lane(lane), count)

    def _count(self, lane: Lane, handed: int, in_time: int) -> None:
        for kept in (self._promise, self.promised):
            kept.setdefault(lane, Kept()).add(handed, in_time)

    def answered(self, carrier: int, outcomes: Iterable[tuple[str, str]], *, accepted: int = 0) -> None:
        """A carrier's answers: kind and reason (a code, never words of a carrier's or a person's), and how many more texts
        it has accepted."""
        if accepted:
            self.outcomes[carrier, "Accepted", ""] += accepted
        known = self._reasons.setdefault(carrier, set())
        for (kind, reason), count in Counter(outcomes).items():
            if reason not in known and len(known) >= MOST_REASONS:
                reason = "other"
            known.add(reason)
            self.outcomes[carrier, kind, reason[:40]] += count

    def accepted(self, carrier: int, refs: Iterable[tuple[str, Lane]], now: float) -> None:
        """References and lanes of texts taken at this moment (seconds): their delivery is timed, of one in sixteen where
        many are waited for."""
        for ref, lane in refs:
            self._seen += 1
            if len(self._sent_at) < ALL_TIMED or self._seen % SAMPLED == 0:
                self._sent_at[carrier, ref] = (now, lane)
                if len(self._sent_at) > MOST_SAMPLED:
                    self._sent_at.popitem(last=False)

    def delivered(self, carrier: int, refs: Iterable[str], now: float) -> None:
        """Receipts of delivery that came at this moment."""
        for ref in refs:
            sent = self._sent_at.pop((carrier, ref), None)
            if sent is not None:
                self.deliveries.setdefault((carrier, sent[1]), Times()).add((now - sent[0],))

    def take_promise(self) -> dict[Lane, Kept]:
        """How the promise was kept since the last call."""
        taken, self._promise = self._promise, {}
        return taken

    def give_back(self, taken: dict[Lane, Kept]) -> None:
        """What was taken and could not be written down."""
        for lane, kept in taken.items():
            self._promise.setdefault(lane, Kept()).add(kept.handed, kept.in_time)
