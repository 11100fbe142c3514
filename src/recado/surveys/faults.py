"""What is wrong with a survey, found before it can be published. Pure. Each fault names the question and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass

from recado.foundation.text import gettext_noop
from recado.surveys.flow import choices_of
from recado.surveys.types import SCALES, WITH_CHOICES, Question, QuestionKind, Survey

MOST_QUESTIONS = 12
MOST_CHOICES = 9  # they are answered by one digit each
LONGEST_QUESTION, LONGEST_LABEL = 160, 40  # letters


@dataclass(frozen=True, slots=True)
class Fault:
    """`code` is a key of FAULTS; `question` empty: the whole survey. `language` where it is about one."""

    question: str
    code: str
    language: str = ""


FAULTS: dict[str, str] = {
    "empty": gettext_noop("There is no question yet. Add one."),
    "no_name": gettext_noop("Give the survey a name."),
    "too_many": gettext_noop("A survey has at most 12 questions. Few people answer more than four."),
    "same_key": gettext_noop("Two questions have the same key."),
    "no_text": gettext_noop("Write the question in this language."),
    "long_text": gettext_noop("A question has at most 160 letters."),
    "long_label": gettext_noop("A label has at most 40 letters."),
    "few_choices": gettext_noop("Give at least two choices, one on each line."),
    "many_choices": gettext_noop("Give at most nine choices."),
    "unequal_choices": gettext_noop("Give as many choices in this language as in the first one."),
    "same_choice": gettext_noop("Two choices are the same."),
    "condition_order": gettext_noop(
        "A condition asks for the answer to an earlier question with a score, or yes or no."
    ),
    "condition_range": gettext_noop("No answer lies in the range of this condition."),
    "low_score": gettext_noop("The score that asks for a call back lies below the highest of the scale."),
    "unseen": gettext_noop("Leave line breaks and control characters out."),
}


def faults(survey: Survey) -> list[Fault]:
    """Every fault of a survey; empty = it can be published."""
    if not survey.questions:
        return [Fault("", "empty")]
    found = list(_of_survey(survey))
    for at, question in enumerate(survey.questions):
        found += [Fault(question.key, code) for code in _of_rules(survey, at, question)]
        for language in survey.languages:
            found += [Fault(question.key, code, language) for code in _of_saying(question, language)]
    return found


def _of_survey(survey: Survey) -> Iterator[Fault]:
    if not survey.name.strip():
        yield Fault("", "no_name")
    if len(survey.questions) > MOST_QUESTIONS:
        yield Fault("", "too_many")
    keys = [question.key for question in survey.questions]
    yield from (Fault(key, "same_key") for key in sorted({key for key in keys if keys.count(key) > 1}))


def _of_rules(survey: Survey, at: int, question: Question) -> Iterator[str]:
    scale = SCALES.get(question.kind)
    if question.low is not None and (scale is None or not scale[0] <= question.low < scale[1]):
        yield "low_score"
    only = question.only_if
    if only is None:
        return
    before = next((one for one in survey.questions[:at] if one.key == only.question), None)
    span = None if before is None else _span(before)
    if span is None:
        yield "condition_order"
    elif only.least > only.most or only.most < span[0] or only.least > span[1]:
        yield "condition_range"


def _span(question: Question) -> tuple[int, int] | None:
    """What may be asked of its answers; None: nothing."""
    if question.kind in (QuestionKind.YES_NO, QuestionKind.CALL):
        return 0, 1
    return SCALES.get(question.kind)


def _of_saying(question: Question, language: str) -> Iterator[str]:
    saying = question.says.get(language)
    if saying is None or not saying.text.strip():
        yield "no_text"
        return
    words = (saying.text, saying.least, saying.most, *saying.choices)
    if not all(word.isprintable() for word in words):
        yield "unseen"
    if len(saying.text) > LONGEST_QUESTION:
        yield "long_text"
    if any(len(word) > LONGEST_LABEL for word in words[1:]):
        yield "long_label"
    if question.kind not in WITH_CHOICES:
        return
    if len(saying.choices) < 2:
        yield "few_choices"
    elif len(saying.choices) > MOST_CHOICES:
        yield "many_choices"
    elif len(saying.choices) != choices_of(question):
        yield "unequal_choices"
    elif len(set(saying.choices)) < len(saying.choices):
        yield "same_choice"
