"""Which other time somebody wishes for: a day, a time of day, and bounds ("pas avant 10h", "after four", "later"). Pure.

`understanding` names day, time and part of the day; this reads what stands before them. What isn't said is left open.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from recado.foundation.text import words_of

PARTS = {  # of the day: from, and up to
    "morning": (time(0), time(12)),
    "afternoon": (time(12), time(18)),
    "evening": (time(17), time(23, 59)),
}


@dataclass(frozen=True, slots=True)
class TimeWish:
    """By the clinic's clock. `last_day`: where any day from `day` to this one is meant ("next week"); `about`: near this time;
    `is_later`, `is_earlier`: than the time that stands."""

    day: date | None = None
    not_before: time | None = None
    not_after: time | None = None
    about: time | None = None
    is_later: bool = False
    is_earlier: bool = False
    last_day: date | None = None

    def fits(self, start: datetime, was: datetime) -> bool:
        """Whether a time is as wished; `was`: the one that stands. Both by the clinic's clock."""
        clock = start.time()
        return (
            (self.day is None or self.day <= start.date() <= (self.last_day or self.day))
            and (self.not_before is None or clock >= self.not_before)
            and (self.not_after is None or clock <= self.not_after)
            and (not self.is_later or start > was)
            and (not self.is_earlier or start < was)
        )

    def near(self, was: datetime) -> datetime:
        """The moment to which times that are offered should be near."""
        clock = self.about or self.not_before or (self.not_after if self.not_after else was.time())
        day = self.day or was.date()
        if self.day and self.last_day:  # the same day of the week, where it is among those wished
            alike = self.day + timedelta(days=(was.weekday() - self.day.weekday()) % 7)
            day = alike if alike <= self.last_day else self.day
        return datetime.combine(day, clock, was.tzinfo)

    def but_not(self, day: date) -> "TimeWish":
        """ "Thursday I can't", of a visit on Thursday: that day is no wish for it."""
        bound = (self.not_before, self.not_after, self.about)
        if self.day != day or self.last_day or self.is_later or self.is_earlier or any(bound):
            return self
        return TimeWish(None, *bound)


_AFTER = frozenset(
    words_of(
        "after from past since après dès partir na vanaf po od dopiero después desde setelah mulai nach ab dopo dalle depois "
        "das apres despues"
    )
)
_BEFORE = frozenset(
    words_of(
        "before until till by avant jusqu jusqua voor tot przed antes hasta sebelum sampai vor bis prima fino entro até"
    )
)
_NOT = frozenset(words_of("not no pas niet geen nie jangan nicht non não don't dont can't cant"))
_LATER = ("later", "plus tard", "pozniej", "mas tarde", "nanti", "spater", "spaeter", "piu tardi", "mais tarde")
_EARLIER = (
    *("earlier", "sooner", "plus tot", "vroeger", "eerder", "wczesniej", "mas temprano", "mas pronto"),
    *("lebih awal", "lebih cepat", "fruher", "frueher", "piu presto", "mais cedo"),
)
_WINDOW = 3  # words before a time in which its bound stands
_OPENS = 8  # an hour before this, without am or pm, is meant past noon


def time_wish_in(words: str, slots: Mapping[str, object]) -> TimeWish | None:
    """What a text wishes for; None: it names no time. `slots`: of Understood."""
    found = words_of(words)
    named = slots.get("date")
    day = date.fromisoformat(named) if isinstance(named, str) else None
    until = slots.get("last_date")
    last = date.fromisoformat(until) if isinstance(until, str) else None
    at, bound = _clock(found, slots.get("time"))
    part = PARTS.get(str(slots.get("part", "")))
    if at is None and part is not None:
        wish = TimeWish(day, not_before=part[0], not_after=part[1], last_day=last)
    elif at is None:
        wish = TimeWish(day, last_day=last)
    elif bound == "after":
        wish = TimeWish(day, not_before=at, last_day=last)
    elif bound == "before":
        wish = TimeWish(day, not_after=at, last_day=last)
    else:
        wish = TimeWish(day, about=at, last_day=last)
    if wish == TimeWish():
        joined = f" {' '.join(found)} "
        is_later, is_earlier = (any(f" {one} " in joined for one in table) for table in (_LATER, _EARLIER))
        wish = TimeWish(is_later=is_later and not is_earlier, is_earlier=is_earlier and not is_later)
    return None if wish == TimeWish() else wish


def _clock(words: tuple[str, ...], named: object) -> tuple[time | None, str]:
    """The time that is named, and whether "after" or "before" stands before it."""
    said = time.fromisoformat(named) if isinstance(named, str) else None
    for at, word in enumerate(words):
        hour = _hour(word)
        if hour is None or (said is not None and hour % 12 != said.hour % 12):
            continue
        bound = _bound(words[max(0, at - _WINDOW) : at])
        if said is not None:
            return said, bound
        if bound:  # a bare number is a time only behind such a word
            return time(hour + 12 if hour < _OPENS else hour), bound
    return said, ""


def _hour(word: str) -> int | None:
    digits = ""
    for letter in word:
        if not letter.isdigit():
            break
        digits += letter
    return int(digits) if 0 < len(digits) <= 2 and int(digits) < 24 else None


def _bound(before: tuple[str, ...]) -> str:
    if before[-2:-1] in {("half",), ("quarter",)}:  # "half past 4" is a time
        before = before[:-2]
    if not _BEFORE.isdisjoint(before):
        return "after" if not _NOT.isdisjoint(before) else "before"
    return "after" if not _AFTER.isdisjoint(before) else ""


def time_ahead(wish: TimeWish | None, now: datetime, usual: timedelta, most: timedelta) -> timedelta:
    """How far ahead free times are looked for: as far as the wish reaches, within bounds."""
    if wish is None or wish.day is None:
        return usual
    wished = datetime.combine(wish.last_day or wish.day, time(23, 59), now.tzinfo) - now
    return min(max(usual, wished), most)
