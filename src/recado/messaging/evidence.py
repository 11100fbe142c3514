"""How well carriers deliver, learnt from their answers and receipts. Pure; the clock (seconds) is passed in.

For each carrier and country two counts are kept, both halved every ten minutes, so that the past fades and a quiet
carrier drifts back to a clean sheet: how many texts it took of those that it was handed, and how many of a sample were
delivered within the time allowed. The score is the worse of the two. A handful of good texts is assumed beforehand:
one failure after a quiet night is no evidence.

A refused number is no fault of the carrier's; a text that it would not take now, or whose answer was lost, is.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

HALF_LIFE = 600.0  # seconds
ALLOWED = 120.0  # seconds to deliver in; later ones are late
ASSUMED = 8.0  # good texts, before anything is known
WATCHED = 5_000  # references whose receipts are waited for; the oldest makes room
EVERY = 4  # one accepted text in four is watched, while there are many

Line = tuple[int, str]  # carrier, country


@dataclass(slots=True)
class Tally:
    """Faded counts of one carrier and country."""

    at: float
    handed: float = 0.0
    taken: float = 0.0
    watched: float = 0.0
    delivered: float = 0.0

    def fade(self, now: float) -> None:
        left = 0.5 ** (max(0.0, now - self.at) / HALF_LIFE)
        self.handed *= left
        self.taken *= left
        self.watched *= left
        self.delivered *= left
        self.at = now

    def score(self) -> float:
        """From 0 to 1."""
        taking = (self.taken + ASSUMED) / (self.handed + ASSUMED)
        delivering = (self.delivered + ASSUMED) / (self.watched + ASSUMED)
        return min(taking, delivering)


class Evidence:
    """What one dispatcher has seen lately."""

    def __init__(self) -> None:
        self._tallies: dict[Line, Tally] = {}
        self._watched: OrderedDict[tuple[int, str], tuple[str, float]] = OrderedDict()  # carrier, ref: country, until
        self._seen = 0

    def handed(self, carrier: int, country: str, *, is_taken: bool, now: float) -> None:
        """A text was handed over: taken, or not (not now, or nobody knows)."""
        tally = self._tally(carrier, country, now)
        tally.handed += 1
        tally.taken += is_taken

    def accepted(self, carrier: int, country: str, ref: str, now: float) -> None:
        """A text was taken under this reference: some are watched until their receipt."""
        self.handed(carrier, country, is_taken=True, now=now)
        self._seen += 1
        if not ref or (len(self._watched) > WATCHED // 10 and self._seen % EVERY):
            return
        self._watched[carrier, ref] = (country, now + ALLOWED)
        if len(self._watched) > WATCHED:
            self._watched.popitem(last=False)  # left out, not counted

    def received(self, carrier: int, refs: Iterable[str], *, is_delivered: bool, now: float) -> None:
        """Receipts came. One that says "failed" counts as not delivered."""
        for ref in refs:
            known = self._watched.pop((carrier, ref), None)
            if known is not None:
                self._count(carrier, known[0], is_delivered=is_delivered and now <= known[1], now=now)

    def tick(self, now: float) -> None:
        """Gives up on what was to be delivered by now."""
        while self._watched:
            (carrier, ref), (country, until) = next(iter(self._watched.items()))
            if until > now:
                break
            del self._watched[carrier, ref]
            self._count(carrier, country, is_delivered=False, now=now)

    def scores(self, now: float) -> dict[Line, float]:
        """The score of each carrier and country of which anything is known."""
        for tally in self._tallies.values():
            tally.fade(now)
        return {line: tally.score() for line, tally in self._tallies.items()}

    def _tally(self, carrier: int, country: str, now: float) -> Tally:
        tally = self._tallies.setdefault((carrier, country), Tally(now))
        tally.fade(now)
        return tally

    def _count(self, carrier: int, country: str, *, is_delivered: bool, now: float) -> None:
        tally = self._tally(carrier, country, now)
        tally.watched += 1
        tally.delivered += is_delivered
