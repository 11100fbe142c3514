"""Whether a question is a medical one, which no article and no dialogue answers without a person. Pure.

Symptoms, results, doses, side effects, pregnancy, what is normal: told by tables of words for nine languages (`medical.txt`). Tuned
to miss nobody: what it holds back wrongly, a colleague answers.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from .meanings import LANGUAGES, Meaning, Understood
from .phrases import Phrase, Spotter
from .tokens import tokens_of

_NEAR = 6  # words between the parts of a sign, at most
_MEDICAL = frozenset({Meaning.SYMPTOM_OR_EMERGENCY})


_Sign = tuple[frozenset[Phrase], ...]


@dataclass(frozen=True, slots=True)
class _Table:
    signs: tuple[_Sign, ...]
    ill: tuple[_Sign, ...]  # those of them that tell how somebody is
    phrases: Spotter
    safe: Spotter


def is_medical(text: str, understood: Understood | None, languages: Iterable[str]) -> bool:
    """True where a person must answer. `languages`: those that the text may be in, and the patient's own."""
    if understood is not None and (understood.must_escalate or understood.meaning in _MEDICAL):
        return True
    return sign_of(text, languages) is not None


def sign_of(text: str, languages: Iterable[str]) -> str | None:
    """The words that make it one, or None."""
    tables = [_table(one) for one in dict.fromkeys(languages) if one in LANGUAGES]
    words = tokens_of(text)
    return next((found for table in tables if (found := _sign_in(words, table, table.signs))), None)


def tells_of_illness(text: str, languages: Iterable[str]) -> bool:
    """Whether it tells how somebody is, beside naming medicines: pain, a rash, dizziness."""
    tables = [_table(one) for one in dict.fromkeys(languages) if one in LANGUAGES]
    words = tokens_of(text)
    return any(_sign_in(words, table, table.ill) for table in tables)


def _sign_in(words: Phrase, table: _Table, signs: tuple[_Sign, ...]) -> str | None:
    left = list(words)
    for phrase, starts in table.safe.places(words).items():
        for at in starts:
            left[at : at + len(phrase)] = ["."] * len(phrase)
    places = table.phrases.places(tuple(left))
    for parts in signs:
        spots = [[at for phrase, starts in places.items() if phrase in part for at in starts] for part in parts]
        if all(spots) and (len(parts) == 1 or _are_near(spots)):
            return " ".join(words[one[0]] for one in spots)
    return None


def _are_near(spots: list[list[int]]) -> bool:
    return any(abs(one - other) <= _NEAR for one in spots[0] for other in spots[1])


@lru_cache(maxsize=16)
def _table(language: str) -> _Table:
    signs: list[_Sign] = []
    ill: list[_Sign] = []
    safe: list[Phrase] = []
    for line in _lines(language):
        if line.startswith("safe:"):
            safe += map(_phrase, line.removeprefix("safe:").split(";"))
            continue
        signs.append(_sign(line.removeprefix("ill:")))
        if line.startswith("ill:"):
            ill.append(signs[-1])
    phrases = {phrase for parts in signs for part in parts for phrase in part}
    return _Table(tuple(signs), tuple(ill), Spotter(sorted(phrases)), Spotter(filter(None, safe)))


def _sign(line: str) -> _Sign:
    return tuple(frozenset(filter(None, map(_phrase, part.split("/")))) for part in line.split(" + "))


def _lines(language: str) -> Iterator[str]:
    section = ""
    for line in resources.files(__package__).joinpath("medical.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif section == language and line and not line.startswith("#"):
            yield line


def _phrase(written: str) -> Phrase:
    """A phrase in the form of texts; a star stays at the end of its word."""
    return tuple(
        (tokens_of(word.rstrip("*")) or ("",))[0] + ("*" if word.endswith("*") else "") for word in written.split()
    )
