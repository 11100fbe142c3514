"""How much may be written now: window, rate and the pause after throttling. Pure: the clock (seconds) is passed in."""

from datetime import timedelta

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 8.0


class Window:
    """Halves when the carrier throttles, grows back by an eighth for each window's worth of accepted texts.

    One burst of refusals halves it once: texts written before the last halving don't count again. Each halving is
    followed by a pause, which doubles from 0.25 to 8 s while refusals go on and starts afresh once a whole window
    was accepted.
    """

    __slots__ = (
        "_accepted",
        "_filled_at",
        "_halved_at",
        "_limit",
        "_pause",
        "_paused_until",
        "_rate",
        "_tokens",
        "size",
    )

    def __init__(self, limit: int, *, rate: float | None, now: float) -> None:
        self._limit = limit
        self._rate = rate
        self._tokens = self._bucket
        self._filled_at = now
        self._halved_at = float("-inf")
        self._paused_until = float("-inf")
        self._pause = FIRST_PAUSE
        self._accepted = 0
        self.size = limit

    @property
    def _bucket(self) -> float:
        """A fifth of a second's worth: what may leave in one go after a rest."""
        return max(1.0, (self._rate or 0.0) / 5)

    def may_write(self, on_air: int, now: float) -> int:
        """How many more parts may be written at this moment; they count as written once `wrote` is called."""
        if now < self._paused_until:
            return 0
        free = self.size - on_air
        if self._rate is not None:
            self._tokens = min(self._bucket, self._tokens + (now - self._filled_at) * self._rate)
            self._filled_at = now
            free = min(free, int(self._tokens + 1e-9))
        return max(0, free)

    def rest(self, now: float) -> float:
        """Seconds of the pause after throttling that are left."""
        return max(0.0, self._paused_until - now)

    def wrote(self, parts: int) -> None:
        if self._rate is not None:
            self._tokens -= parts

    def wait(self, now: float) -> float:
        """Seconds until time alone (not an answer) opens the window again; 0 when it isn't time that closes it."""
        if now < self._paused_until:
            return self._paused_until - now
        if self._rate is not None and self._tokens < 1:
            return (1 - self._tokens) / self._rate
        return 0.0

    def accepted(self) -> None:
        if self.size == self._limit and self._pause == FIRST_PAUSE:
            return
        self._accepted += 1
        if self._accepted >= self.size:
            self._accepted = 0
            self._pause = FIRST_PAUSE
            self.size = min(self._limit, self.size + max(1, self._limit // 8))

    def distrust(self) -> None:
        """Texts were taken and never answered: the next one goes alone, or each window would become uncertain after the
        other. Its answer opens the window again."""
        self.size = 1
        self._accepted = 0

    def throttled(self, written_at: float, now: float) -> timedelta:
        """A text written at `written_at` was refused as too much. Returns when it may be tried again."""
        if written_at > self._halved_at:
            self._halved_at = now
            self._accepted = 0
            self.size = max(1, self.size // 2)
            self._paused_until = now + self._pause
            self._pause = min(LONGEST_PAUSE, self._pause * 2)
        return timedelta(seconds=max(self._paused_until - now, FIRST_PAUSE))
