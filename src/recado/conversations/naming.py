"""Which of the times that somebody was offered do their words name? "Friday 12:30 please", "le premier", "the later one". Pure.

Day, hour, part of the day, order and letter must all fit: what fits one time alone has chosen it, as its letter would. A text
names a time only where every word of it is known (`naming_words`, a closed list in which nothing denies, doubts or bounds): "not
Friday", "sauf jeudi", "Friday I work" and "Friday after 3" name none, and are read as they were before.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from recado.foundation.text import without_courtesy, words_of

from .naming_tables import Tables, Words, phrases_of, tables_of
from .naming_words import AGREES, ASKING, LANGUAGES, REFUSED
from .time_wishes import PARTS

MOST_WORDS = 14  # who says more says something else too
NOTHING: frozenset[int] = frozenset()
_Fits = Callable[[datetime], bool]

_COLON = re.compile(r"(?<!\d)([01]?\d|2[0-3])\s*:\s*([0-5]\d)(?!\d)")
_DOTTED_PM = re.compile(r"(\d)\s*([ap])\.?\s?m\b\.?", re.I)
_ISO = re.compile(r"(?<!\d)20\d\d-(\d\d)-(\d\d)(?!\d)")
_SLASH = re.compile(r"(?<![\d/])([0-3]?\d)\s*/\s*([01]?\d)(?:/(?:20)?\d\d)?(?![\d/])")
_DOTS = re.compile(r"(?<![\d.])([0-3]?\d)\.\s?([01]?\d)\.(?:\s?20\d\d)?(?!\d)")
_CLOCK = re.compile(r"([01]?\d|2[0-3])(?:(?:h|u|hr|hrs|uhr|uur)([0-5]\d)?)?(am|pm)?")
_DATED = re.compile(r"([0-3]?\d)d([01]?\d)")
_NTH = re.compile(r"([0-3]?\d)(?:st|nd|rd|th|e|er|eme|ere|me|de|ste|ter|ten|o|a)")
_LETTER = re.compile(r"(?<![\w'’])([A-Ha-h])(?![\w'’])")
_FIRST_OF_ALL = re.compile(r"^\W*A\s*[.,:;!)]")
_WHOLE_DAY = 5  # letters of a name that others may be joined to


@dataclass
class _Said:
    """What a text has said so far: of each kind, what the times must be like, any of those named. `order`: which of them."""

    fits: dict[str, list[_Fits]] = field(default_factory=dict)
    order: list[str | int] = field(default_factory=list)
    letters: set[int] = field(default_factory=set)
    either: list[tuple[_Fits, int]] = field(default_factory=list)

    @property
    def tells_times(self) -> bool:
        """Whether it says anything beside a letter."""
        return bool(self.fits or self.order or self.either)

    def add(self, kind: str, *fits: _Fits) -> None:
        self.fits.setdefault(kind, []).extend(fits)


def named(
    text: str, times: Sequence[datetime], language: str, now: datetime, *, is_bare: bool = False
) -> frozenset[int]:
    """The times, by their places, that the text may name; one alone is chosen, of several it isn't clear which, none: it names
    none of them. `times` in their order of letters and `now` by the clinic's clock; `language`: the patient's, tried first.
    `is_bare`: these are no times to come at, so a text that speaks of coming or suiting names none of them."""
    spread = _spread(text)
    words = without_courtesy(words_of(spread)) if times else ()
    if not words or len(words) > MOST_WORDS or _has_any(words, REFUSED) or _is_bare_number(words):
        return NOTHING
    own = language.lower().partition("-")[0]
    for one in dict.fromkeys((own, *LANGUAGES)):
        if one in LANGUAGES:
            said = _Reader(words, text, tables_of(one, is_bare=is_bare), one, times, now).read()
            if said is not None:
                return _asked_for(said, text, words, len(times), _fitting(said, times))
    return NOTHING


def _spread(text: str) -> str:
    """ "12:30" and "4/12" as one word each, so that they are told apart when punctuation is gone."""
    text = _ISO.sub(lambda at: f" {int(at[2])}d{int(at[1])} ", text)
    text = _DOTTED_PM.sub(r"\1\2m ", text)
    text = _COLON.sub(r"\1h\2", text)
    return _DOTS.sub(r" \1d\2 ", _SLASH.sub(r" \1d\2 ", text))


def _is_bare_number(words: Words) -> bool:
    """1, 2 and 3 have a meaning of their own."""
    return len(words) == 1 and words[0] in {"1", "2", "3"}


def _asked_for(said: _Said, text: str, words: Words, count: int, found: frozenset[int]) -> frozenset[int]:
    """None of them where it asks without asking for a time; of one time alone there is no first and no later one."""
    known = said.fits.keys() & {"weekday", "date", "clock"}
    is_question = "?" in text and not ("clock" in known and len(known) > 1) and not _has_any(words, ASKING)
    return NOTHING if is_question or (count == 1 and not known) else found


def _fitting(said: _Said, times: Sequence[datetime]) -> frozenset[int]:
    left = [at for at, one in enumerate(times) if all(_fits_any(kind, one) for kind in said.fits.values())]
    sharp = [at for at in left if times[at].minute == 0]
    if len(sharp) == 1 and len(said.fits.get("clock", ())) == 1 and len({times[at].date() for at in left}) == 1:
        left = sharp  # "15h", where a quarter past is offered that day as well
    for fit, nth in said.either:
        left = [at for at in left if fit(times[at]) or at == nth]
    for which in said.order:
        left = sorted(_in_order(which, left, times))
    if said.letters:
        both = said.letters.intersection(left)
        if both or not said.tells_times:
            return frozenset(both)
        return frozenset(said.letters.union(left)) if left else NOTHING
    return frozenset(left) if said.tells_times else NOTHING


def _fits_any(fits: Iterable[_Fits], one: datetime) -> bool:
    return any(fit(one) for fit in fits)


def _in_order(which: str | int, left: Sequence[int], times: Sequence[datetime]) -> set[int]:
    """Of those left, and of all that were offered: "the second" may be either."""
    if not left:
        return set()
    if isinstance(which, int):
        here = {left[which]} if which < len(left) else set()
        return here | ({which} & set(left))
    by_time = sorted(left, key=lambda at: times[at])
    return {
        "last": {left[-1]},
        "earliest": {by_time[0]},
        "latest": {by_time[-1]},
        "earlier": set(by_time[: max(1, len(left) - 1)]),
        "later": set(by_time[-max(1, len(left) - 1) :]),
    }[which]


class _Reader:
    """Walks through the words once, in one language."""

    def __init__(
        self, words: Words, text: str, tables: Tables, language: str, times: Sequence[datetime], now: datetime
    ) -> None:
        self._words, self._text, self._tables = words, text, tables
        self._language, self._times, self._now = language, times, now
        self._said = _Said()

    def read(self) -> _Said | None:
        """None: a word is not known, so nothing is certain."""
        at = 0
        while at < len(self._words):
            size = self._number(at) or self._phrase(at) or self._letter(at) or self._known(at)
            if not size:
                return None
            at += size
        return self._said

    def _phrase(self, at: int) -> int:
        tables, size = self._tables, self._longest(at)
        phrase = self._words[at : at + size]
        if not size:
            return self._joined(self._words[at])
        if phrase in tables.days or phrase in tables.ordered:  # "segunda" is Monday, and the second
            self._day_or_order(phrase)
        elif phrase in tables.ahead and not (
            phrase in tables.parts and "weekday" in self._said.fits
        ):  # "Freitag morgen"
            self._said.add("date", _on(self._now.date() + timedelta(days=tables.ahead[phrase])))
        elif phrase in tables.relative:
            self._said.order.append(tables.relative[phrase])
        else:
            self._time_of_day(phrase)
        return size

    def _longest(self, at: int) -> int:
        """Of the longest phrase here, of whatever kind, where it says something about a time."""
        tables = self._tables
        saying = (tables.days, tables.ordered, tables.ahead, tables.parts, tables.noon, tables.relative)
        for size in range(min(tables.longest, len(self._words) - at), 0, -1):
            phrase = self._words[at : at + size]
            if any(phrase in one for one in saying):
                return size
            if size > 1 and phrase in tables.beside:
                return 0
        return 0

    def _day_or_order(self, phrase: Words) -> None:
        day, nth = self._tables.days.get(phrase), self._tables.ordered.get(phrase)
        if day is None and nth is not None:
            self._said.order.append(nth)
        elif nth is None and day is not None:
            self._said.add("weekday", _weekday(day))
        elif day is not None and nth is not None:
            self._said.either.append((_weekday(day), nth))

    def _joined(self, word: str) -> int:
        """ "vrijdagmiddag", "freitags"."""
        for (name, *more), day in self._tables.days.items():
            rest = word.removeprefix(name) if not more and len(name) >= _WHOLE_DAY else word
            if rest != word and (rest == "s" or self._time_of_day((rest,))):
                self._said.add("weekday", _weekday(day))
                return 1
        return 0

    def _time_of_day(self, phrase: Words) -> bool:
        """Morning, afternoon, evening, noon. False: it is none of them."""
        if phrase in self._tables.noon:
            self._said.add("clock", lambda one: one.hour == 12)
        elif phrase in self._tables.parts:
            start, end = PARTS[self._tables.parts[phrase]]
            self._said.add("part", lambda one: start <= one.time() < end)
        else:
            return False
        return True

    def _letter(self, at: int) -> int:
        word = self._words[at]
        place = ord(word) - ord("a") if len(word) == 1 and word.isascii() else -1
        if not 0 <= place < len(self._times) or not self._is_letter(at):
            return 0
        self._said.letters.add(place)
        return 1

    def _is_letter(self, at: int) -> bool:
        word = self._words[at]
        shown = _LETTER.findall(self._text)
        is_capital = word.upper() in shown and word not in shown and any(map(str.islower, self._text))
        if self._behind(at, "option"):
            return True
        is_word = word == "a" or (word == "c" and self._language == "fr")
        if self._behind(at, "the") and (word != "a" or is_capital):
            return True
        if not is_capital or not is_word:
            return is_capital
        after = self._words[at + 1 : at + 2]
        is_agreed = word == "a" and bool(_has_any(after, AGREES) or _FIRST_OF_ALL.match(self._text))
        return at == len(self._words) - 1 or is_agreed

    def _behind(self, at: int, role: str) -> bool:
        phrases = self._tables.roles[role]
        return any(self._words[at - size : at] in phrases for size in (1, 2, 3) if size <= at)

    def _before(self, at: int, role: str) -> int:
        """The size of the phrase of this role that begins here."""
        phrases = self._tables.roles[role]
        return next((size for size in (3, 2, 1) if self._words[at : at + size] in phrases), 0)

    def _known(self, at: int) -> int:
        for size in range(min(self._tables.longest, len(self._words) - at), 0, -1):
            if self._words[at : at + size] in self._tables.beside:
                return size
        return 0

    # -------------------------------------------------------------------------------------------- numbers

    def _number(self, at: int) -> int:
        """A number, an hour in words or a month here: how many words it takes."""
        word = self._words[at]
        if (half := self._half(at)) or (half := self._month(at)):
            return half
        if (hour := self._tables.hours.get((word,))) and self._behind(at, "at"):
            return 1 + self._clock(at + 1, hour, None)
        if not word[0].isdigit():
            return 0
        if told := _DATED.fullmatch(word):
            self._said.add("date", _dated(int(told[1]), int(told[2])))
            return 1
        if told := _NTH.fullmatch(word):
            return self._nth(int(told[1]))
        if word.isdecimal():
            return self._plain(at, word)
        told = _CLOCK.fullmatch(word)
        if told is None:
            return 0
        hour = int(told[1]) % 12 + (12 if told[3] == "pm" else 0) if told[3] else int(told[1])
        if told[3] or told[2] is not None:
            self._said.add("clock", _at(hour, int(told[2] or 0) if told[2] or told[3] else None, is_sure=bool(told[3])))
            return 1
        return 1 + self._clock(at + 1, hour, None)

    def _half(self, at: int) -> int:
        for role, minutes in (("half_past", 30), ("half_to", -30)):
            size = self._before(at, role)
            word = self._words[at + size : at + size + 1]
            hour = self._hour_in(word) if size and word else None
            if hour is not None:
                moment = hour * 60 + minutes
                self._said.add("clock", _at(moment // 60 or 12, moment % 60))
                return size + 1
        return 0

    def _hour_in(self, word: Words) -> int | None:
        if word in self._tables.hours:
            return self._tables.hours[word]
        told = _CLOCK.fullmatch(word[0])
        return int(told[1]) if told and told[2] is None and told[3] is None else None

    def _clock(self, at: int, hour: int, minute: int | None) -> int:
        """An hour that is certain, and what stands behind it at `at`. Returns how many words that takes."""
        unit = self._before(at, "hour")
        half = self._before(at + unit, "and_half")
        self._said.add("clock", _at(hour, 30 if half else minute))
        return unit + half

    def _month(self, at: int) -> int:
        """ "4 December", "December 4"."""
        words, months = self._words, self._tables.months
        month, day = months.get(words[at + 1 : at + 2]), words[at]
        size = 2
        is_first = self._language == "en" and words[at : at + 1] in months  # elsewhere "mar 22 dic" is a Tuesday
        if month is None and is_first and at + 1 < len(words):
            month, day = months[words[at : at + 1]], words[at + 1]
        elif month is None and words[at + 1 : at + 2] in {("de",), ("of",)}:
            month, size = months.get(words[at + 2 : at + 3]), 3
        told = re.match(r"[0-3]?\d(?!\d)", day)
        if month is None or told is None:
            return 0
        self._said.add("date", _dated(int(told[0]), month))
        year = words[at + size : at + size + 1]
        return size + (1 if year and re.fullmatch(r"20\d\d", year[0]) else 0)

    def _nth(self, number: int) -> int:
        if 1 <= number <= len(self._times):
            self._said.order.append(number - 1)
        else:
            self._said.add("date", lambda one: one.day == number)
        return 1

    def _plain(self, at: int, word: str) -> int:
        """A number without a unit: the option, the hour, or the day of the month."""
        number, after = int(word), self._words[at + 1 : at + 2]
        if len(word) == 4 and number // 100 < 24 and number % 100 < 60:
            self._said.add("clock", _at(number // 100, number % 100))
            return 1
        if len(word) > 2 or number > 31:
            return 0
        if self._behind(at, "option") and 1 <= number <= len(self._times):
            self._said.order.append(number - 1)
            return 1
        if after and re.fullmatch(r"[0-5]\d", after[0]):  # "12.30", or "4.12" where that is the date of one
            dated = _dated(number, int(after[0]))
            is_date = number > 23 or any(map(dated, self._times))
            self._said.add("date", dated) if is_date else self._said.add("clock", _at(number, int(after[0])))
            return 2
        unit = self._before(at + 1, "hour")
        if number < 24 and (unit or self._behind(at, "at") or self._before(at + 1, "and_half")):
            return 1 + self._clock(at + 1, number, None)
        self._said.add(f"number {at}", _either(_at(number, None), lambda one: one.day == number))
        return 1


def _either(one: _Fits, other: _Fits) -> _Fits:
    return lambda moment: one(moment) or other(moment)


def _weekday(day: int) -> _Fits:
    return lambda one: one.weekday() == day


def _on(day: date) -> _Fits:
    return lambda one: one.date() == day


def _dated(day: int, month: int) -> _Fits:
    return lambda one: (one.day, one.month) == (day, month)


def _at(hour: int, minute: int | None, *, is_sure: bool = False) -> _Fits:
    """ "3" is three in the afternoon too, unless am or pm is said."""

    def fits(one: datetime) -> bool:
        same = one.hour == hour or (not is_sure and 1 <= hour <= 12 and one.hour % 12 == hour % 12)
        return same and minute in (None, one.minute)

    return fits


def _has_any(words: Words, phrases: str) -> bool:
    return any(
        words[at : at + len(phrase)] == phrase for phrase in phrases_of(phrases) for at in range(len(words)) if phrase
    )
