"""Whether a question is answered without a person, and by what. Pure. What is not certain is left to a person."""

from collections.abc import Collection, Iterable

from recado.conversations.understanding.meanings import Meaning, Understood
from recado.conversations.understanding.medical import is_medical

from .finding import Index
from .types import USUAL_LIMIT, Candidate, Outcome, Verdict

_M = Meaning
BARRED = frozenset({_M.CONFIRM, _M.CANCEL, _M.STOP, _M.START, _M.WRONG_NUMBER, _M.SURVEY_SCORE}) | {
    _M.ACCEPT_OFFER,
    _M.DECLINE_OFFER,
}
"""Whoever means this is not asking, whatever article would fit."""
HALF_BARRED = frozenset({_M.RESCHEDULE, _M.RUNNING_LATE, _M.LANGUAGE_CHANGE})
SURE_ALL_THE_SAME = 0.9  # so sure an article must be where the text may also mean one of these
MARGIN = 0.1  # so much surer than the next best an article must be
LEAST = 0.35  # so sure an article must be to be named as one that half fits
LONGEST = 40  # words; a longer text says more than a question


def decide(
    question: str,
    understood: Understood,
    index: Index,
    *,
    language: str,
    limit: int = USUAL_LIMIT,
    overdue: Collection[str] = (),
) -> Verdict:
    """What becomes of a question of somebody whose language this is. `limit`: percent; `overdue`: keys of articles that may
    not answer any more, though they are in the index."""
    spoken = tuple(dict.fromkeys((language, understood.language)))
    if is_medical(question, understood, (*spoken, "en")):
        return Verdict(Outcome.MEDICAL, others=tuple(_nearest(question, index, spoken)))
    own = _nearest(question, index, (one for one in spoken if one in index.languages))
    if understood.meaning in BARRED or len(question.split()) > LONGEST:
        return Verdict(Outcome.UNSURE, others=tuple(own))
    least = max(limit / 100, SURE_ALL_THE_SAME if understood.meaning in HALF_BARRED else 0)
    if own and own[0].confidence >= least and _leads(own):
        outcome = Outcome.OVERDUE if own[0].key in overdue else Outcome.ANSWERED
        return Verdict(outcome, own[0], tuple(own[1:]))
    return _elsewhere(question, index, spoken, limit, own)


def _leads(found: list[Candidate]) -> bool:
    """Two articles that fit alike are one too many."""
    return len(found) < 2 or found[0].confidence - found[1].confidence >= MARGIN


def _elsewhere(question: str, index: Index, spoken: tuple[str, ...], limit: int, own: list[Candidate]) -> Verdict:
    """An article that answers in another language is named to staff: it wants translating."""
    foreign = _nearest(question, index, (one for one in index.languages if one not in spoken))
    if foreign and foreign[0].confidence * 100 >= limit:
        return Verdict(Outcome.LANGUAGE, foreign[0], tuple(own))
    return Verdict(Outcome.UNSURE, others=tuple(own or [one for one in foreign if one.confidence >= LEAST]))


def _nearest(question: str, index: Index, languages: Iterable[str]) -> list[Candidate]:
    """The best of each article in any of these languages, the surest first."""
    found: dict[str, Candidate] = {}
    for language in languages:
        for one in index.candidates(question, language):
            if one.key not in found or found[one.key].confidence < one.confidence:
                found[one.key] = one
    return sorted(found.values(), key=lambda one: -one.confidence)
