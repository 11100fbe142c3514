"""How fast a carrier over HTTP may be asked: requests at once, texts a second, and pauses. Pure: the clock (seconds) is
passed in."""

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 8.0
LONGEST_UNREACHED = 30.0


class Pace:
    """Requests at once halve when the carrier throttles and grow back by one for each round that was taken.

    One burst of refusals halves once: requests written before the last halving don't count again. A pause doubles from a
    quarter of a second to 8 s while refusals go on, unless the carrier says how long.
    """

    __slots__ = (
        "_halved_at",
        "_next_at",
        "_pause",
        "_rate",
        "_taken",
        "_unreached",
        "_unreached_at",
        "_until",
        "in_flight",
        "limit",
        "size",
    )

    def __init__(self, limit: int, *, rate: float | None) -> None:
        self.limit = self.size = max(1, limit)
        self._rate = rate
        self.in_flight = 0
        self._taken = 0
        self._next_at = 0.0  # when the rate lets the next text leave
        self._until = 0.0
        self._pause = FIRST_PAUSE
        self._unreached = FIRST_PAUSE
        self._halved_at = self._unreached_at = float("-inf")

    def pause(self, now: float) -> float:
        """Seconds until anything may leave at all."""
        return max(0.0, self._until - now)

    def wait(self, now: float) -> float:
        """Seconds to wait before looking again; 0: a request may leave. Another's end may open the way sooner."""
        if self.in_flight >= self.size:
            return 1.0
        return max(self.pause(now), self._next_at - now, 0.0)

    def begin(self, texts: int, now: float) -> None:
        self.in_flight += 1
        if self._rate:
            self._next_at = max(now, self._next_at) + texts / self._rate

    def end(self) -> None:
        self.in_flight -= 1

    def accepted(self) -> None:
        self._pause = self._unreached = FIRST_PAUSE
        self._taken += 1
        if self.size < self.limit and self._taken >= self.size:
            self._taken = 0
            self.size += 1

    def throttled(self, written_at: float, now: float, rest: float | None) -> None:
        if written_at > self._halved_at:
            self._halved_at = now
            self._taken = 0
            self.size = max(1, self.size // 2)
            self.rest_for(self._pause, now)
            self._pause = min(LONGEST_PAUSE, self._pause * 2)
        if rest is not None:
            self.rest_for(rest, now)

    def unreached(self, written_at: float, now: float) -> None:
        """Nobody there, or nobody who takes anything. Requests written before the last such news don't count again."""
        if written_at > self._unreached_at:
            self._unreached_at = now
            self.rest_for(self._unreached, now)
            self._unreached = min(LONGEST_UNREACHED, self._unreached * 2)
            self.probe()

    def probe(self) -> None:
        """The next try is one request, whatever stands behind it."""
        self.size = 1
        self._taken = 0

    def rest_for(self, seconds: float, now: float) -> None:
        self._until = max(self._until, now + seconds)
