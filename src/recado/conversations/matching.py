"""Which answer is this? By exact tables; only when the whole text says it. Pure.

"1", "1️⃣", "Oui, d'accord 👍", "1 = ik kom", "Dzień dobry, potwierdzam." are answers. "yes but later", "1 or 2", "ok?" are not:
they wait for a person (or, later, for a model that may be unsure). A wrong guess here empties a doctor's chair.
"""

from collections.abc import Sequence

from recado.conversations.scores import read_score, read_several
from recado.conversations.words import (
    ACCEPT,
    ANY_WORDS,
    ARRIVED,
    DECLINE,
    DONE_WORDS,
    FALSE_FRIENDS,
    HERE,
    KEEP_OR_CANCEL,
    LATER,
    LATER_WORDS,
    LEFT_OUT,
    ONE,
    REFUSALS,
    SEEN,
    SEVERAL,
    TAKEN,
    WORDS,
    Answer,
)
from recado.foundation.text import without_courtesy, words_of

_PHRASES: dict[tuple[str, ...], Answer] = {
    words_of(phrase): answer for answer, table in WORDS.items() for line in table.values() for phrase in line.split(";")
}
_LONGEST = max(map(len, _PHRASES))
_MOST_WORDS = 12  # nobody confirms in more; a long text wants a reader
_HERE = frozenset(words_of(phrase) for phrase in HERE.split(";"))
_REFUSALS = frozenset(words_of(phrase) for phrase in REFUSALS.split(";"))
_DONE = frozenset(words_of(phrase) for phrase in DONE_WORDS.split(";"))
_ONE = frozenset(words_of(phrase) for phrase in ONE.split(";"))
_LATER = frozenset(words_of(phrase) for phrase in LATER_WORDS.split(";"))
_QUESTION_MARKS = frozenset("?？؟¿")


def read_answer(text: str, language: str | None = None) -> Answer | None:
    """The answer that the whole text gives, or None.

    Several phrases may stand together ("yes, I confirm", "3 annuleren") as long as each is in the tables and all mean
    the same. `language` is what the person reads: it takes out words that mean something else there.
    """
    excluded = FALSE_FRIENDS.get((language or "").lower().partition("-")[0], frozenset())
    words = _words(text)
    # As it stands first: "een andere dag" ends in a word that is also a greeting.
    return _read(words, excluded) or _read(without_courtesy(words), excluded)


def _read(words: tuple[str, ...], excluded: frozenset[str]) -> Answer | None:
    if len(words) > _MOST_WORDS:
        return None
    found: set[Answer] = set()
    while words:
        size = next((n for n in range(min(_LONGEST, len(words)), 0, -1) if words[:n] in _PHRASES), 0)
        if size == 0 or excluded.intersection(words[:size]):
            return None
        found.add(_PHRASES[words[:size]])
        words = words[size:]
    return found.pop() if len(found) == 1 else None


def read_named(text: str, answers: Sequence[str], language: str | None = None) -> str | None:
    """The answer that the whole text gives to a question with answers of its own: their number ("4", "2."), or, where one
    says accept and the other decline, yes or no in any language; where one is that a medicine is taken, words for that, and SEEN for a mere yes. Answers that are numbers themselves are a scale, on which
    the text gives a score; those that are letters, a letter; with SEVERAL beside them, one or more of them. Of ANY_WORDS only that nothing is to be said ("0"). None: that is not certain."""
    if _are_letters(answers):
        at = read_choice(text, answers)
        return None if at is None else answers[at]
    words = without_courtesy(_words(text))
    if ANY_WORDS in answers:
        return LEFT_OUT if words == (LEFT_OUT,) else None
    if SEVERAL in answers:
        return read_several(text, len(answers) - 1)
    if answers and all(answer.isdecimal() for answer in answers):
        score = read_score(text, int(answers[0]), int(answers[-1]))
        return None if score is None else str(score)
    if len(words) == 1 and words[0].isdecimal():
        number = int(words[0]) if len(words[0]) < 3 else 0
        return answers[number - 1] if 1 <= number <= len(answers) else None
    if tuple(answers) == KEEP_OR_CANCEL:  # a yes says neither
        return Answer.CANCEL if read_answer(text, language) is Answer.CANCEL else None
    if ARRIVED in answers:
        return _arrived(words, text, answers, language)
    if TAKEN in answers:
        return _taken(words, text, answers, language)
    if not {ACCEPT, DECLINE} <= set(answers):
        return None
    if words in _REFUSALS:
        return DECLINE
    return ACCEPT if read_answer(text, language) is Answer.CONFIRM else None


def _taken(words: tuple[str, ...], text: str, answers: Sequence[str], language: str | None) -> str | None:
    """Whoever takes a medicine says so every day, and not by number each time. "Ok, taken" says it, "ok" alone doesn't."""
    if words in _LATER:
        return LATER if LATER in answers else None
    if words in _DONE or words in _ONE:
        return TAKEN
    if len(words) <= _MOST_WORDS and any(
        words[first:end] in _DONE and all(_says_yes(part) for part in (words[:first], words[end:]))
        for first in range(len(words))
        for end in range(first + 1, len(words) + 1)
    ):
        return TAKEN
    return SEEN if read_answer(text, language) is Answer.CONFIRM else None


def _says_yes(words: tuple[str, ...]) -> bool:
    """Whether there is nothing, or no more than a yes, "ok" or a thumb."""
    return not words or _read(words, frozenset()) is Answer.CONFIRM


def is_bare(text: str, answers: Sequence[str]) -> bool:
    """Whether the text is a mere number, or a word where letters are asked for: nobody answers a person so."""
    words = without_courtesy(_words(text))
    return len(words) == 1 and (words[0].isdecimal() or _are_letters(answers))


def _are_letters(answers: Sequence[str]) -> bool:
    return bool(answers) and all(len(answer) == 1 and answer.isalpha() for answer in answers)


def _arrived(words: tuple[str, ...], text: str, answers: Sequence[str], language: str | None) -> str | None:
    """Who has come says so in a few words of their own; who can't come, as to a reminder."""
    if words in _HERE:
        return ARRIVED
    is_off = read_answer(text, language) is Answer.CANCEL
    return Answer.CANCEL if is_off and Answer.CANCEL in answers else None


def read_choice(text: str, letters: Sequence[str]) -> int | None:
    """Which of the choices that were asked back ("A", "b.", "(c)", "B please"): its index in `letters`, or None."""
    words = without_courtesy(_words(text))
    if len(words) != 1:
        return None
    known = [letter.casefold() for letter in letters]
    return known.index(words[0]) if words[0] in known else None


def _words(text: str) -> tuple[str, ...]:
    if not _QUESTION_MARKS.isdisjoint(text):  # "ok?" asks, it doesn't agree
        return ()
    return words_of(text)
