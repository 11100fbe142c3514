"""Which other time somebody wishes for, read from what they wrote to staff."""

from collections.abc import Sequence
from datetime import datetime

from .time_wishes import TimeWish, time_wish_in
from .understanding.reading import read
from .understanding.wishes import wish_of


def time_wished(said: Sequence[str], now: datetime) -> TimeWish | None:
    """The time that the newest of these texts names that names one; None: none does. `said`: the newest last; `now`: by the
    clinic's clock, for "Thursday" and "tomorrow"."""
    wishes = (time_wish_in(words, wish_of(words, read(words), now)) for words in reversed(said))
    return next((wish for wish in wishes if wish is not None), None)
