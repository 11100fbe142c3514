"""Whether a question is a medical one, which no article answers without a person. Pure.

Symptoms, results, doses, side effects, pregnancy, what is normal: told by tables of words for nine languages (`medical.txt`). Tuned
to miss nobody: what it holds back wrongly, a colleague answers.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from recado.conversations.understanding.meanings import LANGUAGES, Meaning, Understood
from recado.conversations.understanding.phrases import Phrase, Spotter
from recado.conversations.understanding.tokens import tokens_of

_NEAR = 6  # words between the parts of a sign, at most
_MEDICAL = frozenset({Meaning.SYMPTOM_OR_EMERGENCY})


@dataclass(frozen=True, slots=True)
class _Table:
    signs: tuple[tuple[frozenset[Phrase], ...], ...]
    phrases: Spotter
    safe: Spotter


def is_medical(text: str, understood: Understood | None, languages: Iterable[str]) -> bool:
    """True where a person must answer. `languages`: those that the text may be in, and the patient's own."""
    if understood is not None and (understood.must_escalate or understood.meaning in _MEDICAL):
        return True
    return sign_of(text, languages) is not None


def sign_of(text: str, languages: Iterable[str]) -> str | None:
    """The words that make it one, or None."""
    words = tokens_of(text)
    for language in dict.fromkeys(languages):
        if language in LANGUAGES and (found := _sign_in(words, _table(language))):
            return found
    return None


def _sign_in(words: Phrase, table: _Table) -> str | None:
    left = list(words)
    for phrase, starts in table.safe.places(words).items():
        for at in starts:
            left[at : at + len(phrase)] = ["."] * len(phrase)
    places = table.phrases.places(tuple(left))
    for parts in table.signs:
        spots = [[at for phrase, starts in places.items() if phrase in part for at in starts] for part in parts]
        if all(spots) and (len(parts) == 1 or _are_near(spots)):
            return " ".join(words[one[0]] for one in spots)
    return None


def _are_near(spots: list[list[int]]) -> bool:
    return any(abs(one - other) <= _NEAR for one in spots[0] for other in spots[1])


@lru_cache(maxsize=16)
def _table(language: str) -> _Table:
    signs: list[tuple[frozenset[Phrase], ...]] = []
    safe: list[Phrase] = []
    for line in _lines(language):
        if line.startswith("safe:"):
            safe += map(_phrase, line.removeprefix("safe:").split(";"))
        else:
            signs.append(tuple(frozenset(filter(None, map(_phrase, part.split("/")))) for part in line.split(" + ")))
    phrases = {phrase for parts in signs for part in parts for phrase in part}
    return _Table(tuple(signs), Spotter(sorted(phrases)), Spotter(filter(None, safe)))


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
