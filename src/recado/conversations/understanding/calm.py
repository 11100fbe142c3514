"""What makes a sign of danger none: it happened long ago, it is over, or it is a figure of speech. Pure, by the table `calm.txt`.

It takes back what the tables of signs say, never what the models hear: "had a heart attack in 2015 and now the same pain" has a word for now.
"""

from collections import defaultdict
from functools import lru_cache
from itertools import pairwise

from .lexicon import lines_of, parsed
from .phrases import Phrase, Spotter
from .reading import Text

_IN = frozenset(
    "in en w im nel em tahun anno annee ano año jahr rok roku had hatte habe mialem mialam tuve ebbi tive".split()
)  # a year behind it is no date of a visit
_BETWEEN = 2  # words between the two sides of a PAST, at most


def is_over_or_fun(text: Text, sign: str) -> bool:
    """True where `sign`, the words that raise an alarm in this text, is no danger now."""
    found = _table()
    if is_laughed_at(text):
        return True
    if found["FIGURES"].places(tuple(sign.split())) and found["FUN"].places(text.words):
        return True
    if found["NOW"].places(_without_over(text.words, found["OVER"])):
        return False
    return bool(found["OVER"].places(text.words)) or _is_past(text.words)


def is_laughed_at(text: Text) -> bool:
    """True for "laughing so hard I can't breathe", with no word for now."""
    return bool(_table()["LAUGHS"].places(text.words)) and not _table()["NOW"].places(text.words)


def _without_over(words: Phrase, over: Spotter) -> Phrase:
    """The "now" of "fine now" is none."""
    left = list(words)
    for phrase, starts in over.places(words).items():
        for at in starts:
            left[at : at + len(phrase)] = ["."] * len(phrase)
    return tuple(left)


def _is_past(words: Phrase) -> bool:
    if any(
        one in _IN and len(year) == 4 and year.isdecimal() and year[:2] in ("19", "20") for one, year in pairwise(words)
    ):
        return True
    before = {at for starts in _table()["SINCE"].places(words).values() for at in starts}
    for first, second in _pasts():
        ends = [(at, at + len(phrase)) for phrase, starts in first.places(words).items() for at in starts]
        nexts = [at for starts in second.places(words).values() for at in starts]
        if any(
            0 <= after - end <= _BETWEEN and not before & {start - 1, start - 2}
            for start, end in ends
            for after in nexts
        ):
            return True
    return False


@lru_cache(maxsize=1)
def _table() -> dict[str, Spotter]:
    kinds: dict[str, list[Phrase]] = defaultdict(list)
    for line in lines_of("calm.txt"):
        kind, _, phrases = line.partition(" ")
        if kind != "PAST":
            kinds[kind] += parsed(phrases)
    return {kind: Spotter(phrases) for kind, phrases in kinds.items()}


@lru_cache(maxsize=1)
def _pasts() -> tuple[tuple[Spotter, Spotter], ...]:
    lines = (line.removeprefix("PAST ").split(" > ") for line in lines_of("calm.txt") if line.startswith("PAST "))
    return tuple((Spotter(parsed(first)), Spotter(parsed(second))) for first, second in lines)
