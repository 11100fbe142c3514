"""What no dialogue deals with, in any step: danger and STOP end it, and what is medical goes to a person. Pure.

A symptom, or a medical question, is never answered with "that was not clear": a colleague reads it at once. An answer in own
words may name medicines ("metformin, 500 mg"), which with nothing asked sounds like a complaint: it is read as an answer to
whoever asked which ones, and what still is a complaint or a danger then is one.
"""

from collections.abc import Iterable

from recado.conversations.understanding.alarms import alarm_in
from recado.conversations.understanding.deciding import understand
from recado.conversations.understanding.meanings import Context, Meaning, Understood
from recado.conversations.understanding.medical import is_medical, tells_of_illness
from recado.conversations.understanding.reading import read
from recado.dialogues.types import Step, StepKind

_ASKS = frozenset({Meaning.QUESTION, Meaning.SYMPTOM_OR_EMERGENCY})
_QUESTION_MARKS = ("?", "\uff1f", "\u061f")  # also as East Asia and Arabic write them


def in_step(step: Step, text: str, said: Understood, language: str) -> Understood:
    """What a text means as an answer to this step. `said`: what it means by itself. A danger is taken back only where it names
    a medicine and tells of nothing that is felt."""
    if step.kind is not StepKind.WORDS or not (said.must_escalate or said.meaning is Meaning.SYMPTOM_OR_EMERGENCY):
        return said
    asked = understand(text, Context.REFILL_REMINDER, language=language)
    if asked.must_escalate or asked.meaning is not Meaning.REFILL_REQUEST:
        return said
    if tells_of_illness(text, _all(said, (language,))):
        return said
    names_one = read(text, language).has("MEDICINE", "REFILL")
    return asked if names_one or not said.must_escalate else said


def ends_it(said: Understood) -> bool:
    """Whether a text ends every dialogue: it may name a danger, or is surely a STOP."""
    return said.must_escalate or (said.acts and said.meaning is Meaning.STOP)


def is_for_person(step: Step, text: str, said: Understood, languages: Iterable[str]) -> bool:
    """Whether an answer to this step, which is none of its choices, is medical. `languages`: those that it may be in."""
    if step.kind is StepKind.WORDS:
        return is_medical_question(text, said, languages)
    return is_medical(text, said, _all(said, languages))


def is_medical_question(
    text: str, said: Understood, languages: Iterable[str], *, about_themselves: bool = False
) -> bool:
    """Whether it asks something medical, or tells of a symptom; naming a medicine alone is neither. `about_themselves`: only
    where it tells how somebody is ("is it safe in pregnancy?"), not where it asks for a medicine."""
    asks = said.meaning in _ASKS or any(mark in text for mark in _QUESTION_MARKS)
    spoken = _all(said, languages)
    return asks and (tells_of_illness(text, spoken) if about_themselves else is_medical(text, said, spoken))


def names_danger(text: str, language: str) -> bool:
    """Whether words of danger stand in it, whatever the whole of it sounds like."""
    return alarm_in(text, language) is not None


def _all(said: Understood, languages: Iterable[str]) -> tuple[str, ...]:
    return tuple(one.lower().partition("-")[0] for one in (*languages, said.language, "en") if one)
