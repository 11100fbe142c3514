"""Whether the far end of a connection still hears us. Pure: the clock (seconds) is passed in.

A carrier that hangs without closing takes texts and says nothing. Waiting for their answers' own time-out would cost each text a
minute, and the next window after them. So silence is noticed by itself: what is owed to us (an answer, or a reply to a question)
and does not come is asked about after 5 s, distrusted after 10, given up after 30. Slow answers raise no alarm: a carrier that
takes half a minute for a text and replies to `enquire_link` meanwhile is heard. To distrust costs nothing, since only what was
not written goes elsewhere; to give up makes uncertain what was written, so it takes three times as long.
"""

from enum import Enum, auto

ASK_AFTER = 5.0
GIVE_UP_AFTER = 6  # times as long


class Step(Enum):
    """What to do now."""

    NOTHING = auto()
    ASK = auto()
    GIVE_UP = auto()


class Hearing:
    """`idle`: silence after which one asks though nothing is owed; `patience`: the longest that owed silence may last."""

    __slots__ = ("_ask_after", "_asked_at", "_first_asked", "_give_up_after", "_idle", "heard_at", "is_silent")

    def __init__(self, *, idle: float, patience: float, now: float) -> None:
        self._idle = idle
        self._ask_after = min(ASK_AFTER, idle)
        self._give_up_after = min(patience, self._ask_after * GIVE_UP_AFTER)
        self.heard_at = self._asked_at = now
        self._first_asked: float | None = None
        self.is_silent = False

    @property
    def often(self) -> float:
        """How often `look` should be called at least, in seconds."""
        return min(self._ask_after, self._give_up_after) / 5

    def heard(self, now: float) -> None:
        """Anything came."""
        self.heard_at = now
        self._first_asked = None
        self.is_silent = False

    def unheard_since(self, owed_since: float | None) -> float | None:
        """Since when an answer is owed and nothing at all has come; None: nothing is owed."""
        owed = [at for at in (owed_since, self._first_asked) if at is not None]
        return max(self.heard_at, min(owed)) if owed else None

    def look(self, now: float, owed_since: float | None) -> Step:
        """`owed_since`: when the oldest text without an answer was written."""
        since = self.unheard_since(owed_since)
        if since is None:
            return self._ask(now) if now - self.heard_at >= self._idle else Step.NOTHING
        quiet = now - since
        self.is_silent = self._first_asked is not None and now - self._first_asked >= self._ask_after
        if self.is_silent and quiet >= self._give_up_after:
            return Step.GIVE_UP
        if quiet >= self._ask_after and (self._first_asked is None or now - self._asked_at >= self._ask_after):
            return self._ask(now)
        return Step.NOTHING

    def _ask(self, now: float) -> Step:
        self._asked_at = now
        self._first_asked = now if self._first_asked is None else self._first_asked
        return Step.ASK
