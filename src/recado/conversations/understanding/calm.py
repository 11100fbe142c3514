"""What makes a sign of danger none: it happened long ago, it is over, or it is a figure of speech. Pure, by the table `calm.txt`.

It takes back what the tables of signs say, and seldom what the models hear: "had a heart attack in 2015 and now the same pain" has a word for now.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from .lexicon import lines_of, parsed
from .phrases import Phrase, Spotter
from .reading import Text

_IN = frozenset(
    "in en w im nel em tahun thn th anno annee ano año jahr rok roku had hatte habe mialem mialam tuve ebbi tive".split()
)  # a year behind it is no date of a visit
_BETWEEN = 2  # words between the two sides of a PAST, at most
_PAIRED = ("PAST", "DEVICE", "PUZZLE")
_PUZZLED = 4  # and between what somebody doesn't understand and the word for it: "I don't get any of your numbers"
# Words that may stand between a phone and its dying. Nobody else may: "phone, dad dying".
_RUNS_OUT = frozenset(
    "is s che que qui die das about to almost nearly going gonna keeps just also now soon est presque bientot en train de qui va est is bijna gaat al aan het "
    "mi juz prawie zaraz mu udah sudah mau hampir lg lagi ist fast gleich am sta per ormai sto quasi esta a vai quase ja se me el la il lo "
    "mon ma mijn mein meine o os as meu minha moj moja".split()
)


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


def without_things(words: Phrase) -> Phrase:
    """The words with those blanked out that sound a danger and are said of a thing: a phone that is dying, help with numbers that nobody
    understands."""
    left = list(words)
    for first, second in _pairs("DEVICE"):
        for start, end, after, size in _beside(words, first, second):
            if after - end >= 0 and _RUNS_OUT.issuperset(words[end:after]):
                left[start : after + size] = ["."] * (after + size - start)
    if any(0 <= after - end <= _PUZZLED for pair in _pairs("PUZZLE") for _, end, after, _ in _beside(words, *pair)):
        for phrase, places in _table()["HELPS"].places(words).items():
            for at in places:
                left[at : at + len(phrase)] = ["."] * len(phrase)
    return tuple(left)


def is_of_a_thing(text: Text) -> bool:
    """True for "my phone is dying, will answer later": nothing else in it is of a body."""
    left = without_things(text.words)
    said = [at for mark in text.of("SYMPTOM", "BODY") for at in range(mark.start, mark.end)]
    return left != text.words and all(left[at] == "." for at in said)


def _beside(words: Phrase, first: Spotter, second: Spotter) -> Iterator[tuple[int, int, int, int]]:
    """Start and end of each first phrase with start and size of each second."""
    seconds = [(at, len(phrase)) for phrase, places in second.places(words).items() for at in places]
    for phrase, places in first.places(words).items():
        for start in places:
            yield from ((start, start + len(phrase), at, size) for at, size in seconds)


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
    return any(
        0 <= after - end <= _BETWEEN and not before & {start - 1, start - 2}
        for pair in _pairs("PAST")
        for start, end, after, _ in _beside(words, *pair)
    )


@lru_cache(maxsize=1)
def _table() -> dict[str, Spotter]:
    kinds: dict[str, list[Phrase]] = defaultdict(list)
    for line in lines_of("calm.txt"):
        kind, _, phrases = line.partition(" ")
        if kind not in _PAIRED:
            kinds[kind] += parsed(phrases)
    return {kind: Spotter(phrases) for kind, phrases in kinds.items()}


@lru_cache(maxsize=len(_PAIRED))
def _pairs(kind: str) -> tuple[tuple[Spotter, Spotter], ...]:
    lines = (line.removeprefix(f"{kind} ").split(" > ") for line in lines_of("calm.txt") if line.startswith(f"{kind} "))
    return tuple((Spotter(parsed(first)), Spotter(parsed(second))) for first, second in lines)
