"""Which question comes next, and what an answer is worth. Pure: a survey is a list that is only read forward."""

from collections.abc import Mapping

from recado.conversations.types import ACCEPT, ANY_WORDS, DECLINE, SEVERAL
from recado.surveys.types import NO, SCALES, YES, Given, Question, QuestionKind, Survey

LEAVES_OUT = frozenset({"0", "-", "skip", "nothing", "none", "no"})
LONGEST_WORDS = 2_000  # letters of a comment that are kept


def is_asked(question: Question, given: Mapping[str, Given]) -> bool:
    """Whether its condition holds as things stand; what nobody has answered fulfils none."""
    only = question.only_if
    if only is None:
        return True
    value = given[only.question].value if only.question in given else None
    return value is not None and only.least <= value <= only.most


def path(survey: Survey, given: Mapping[str, Given]) -> tuple[Question, ...]:
    """Every question that is asked as things stand, in order."""
    return tuple(question for question in survey.questions if is_asked(question, given))


def next_question(survey: Survey, given: Mapping[str, Given]) -> Question | None:
    """The first question that is asked and not answered or left out; None: it is over."""
    return next((question for question in path(survey, given) if question.key not in given), None)


def answers_of(question: Question) -> tuple[str, ...]:
    """What the question takes by text, as `conversations` reads it."""
    match question.kind:
        case QuestionKind.WORDS:
            return (ANY_WORDS,)
        case QuestionKind.YES_NO | QuestionKind.CALL:
            return (ACCEPT, DECLINE)
        case QuestionKind.CHOICE | QuestionKind.SEVERAL:
            numbers = tuple(str(at) for at in range(1, choices_of(question) + 1))
            return (*numbers, SEVERAL) if question.kind is QuestionKind.SEVERAL else numbers
    least, most = SCALES[question.kind]
    return tuple(str(score) for score in range(least, most + 1))


def choices_of(question: Question) -> int:
    """How many choices it has."""
    return max((len(saying.choices) for saying in question.says.values()), default=0)


def read(question: Question, answer: str) -> Given | None:
    """What an answer by text is worth (one of `answers_of`, or the digits of several choices); None: it is none of them."""
    match question.kind:
        case QuestionKind.YES_NO | QuestionKind.CALL:
            return {ACCEPT: Given(YES), DECLINE: Given(NO)}.get(answer)
        case QuestionKind.WORDS:
            words = answer.strip()[:LONGEST_WORDS]
            return Given() if words.casefold() in LEAVES_OUT or not words else Given(words=words)
    if not answer.isdecimal():
        return None
    match question.kind:
        case QuestionKind.CHOICE:
            return Given(bits([int(answer)])) if 1 <= int(answer) <= choices_of(question) else None
        case QuestionKind.SEVERAL:
            chosen = [int(digit) for digit in answer if digit != "0"]
            return Given(bits(chosen)) if all(at <= choices_of(question) for at in chosen) else None
    least, most = SCALES[question.kind]
    return Given(int(answer)) if least <= int(answer) <= most else None


def bits(chosen: list[int]) -> int:
    """Choices counted from 1, as one number: the first is 1, the second 2, the third 4."""
    value = 0
    for at in chosen:
        value |= 1 << (at - 1)
    return value


def chosen(value: int) -> list[int]:
    """The choices, counted from 1, that such a number holds."""
    return [at + 1 for at in range(value.bit_length()) if value >> at & 1]


def wants_call(question: Question, given: Given) -> bool:
    """Whether this answer asks for a call back: a low score, or a yes to being called."""
    if given.value is None:
        return False
    if question.kind is QuestionKind.CALL:
        return given.value == YES
    return question.low is not None and given.value <= question.low


def calls_back(survey: Survey, given: Mapping[str, Given]) -> bool:
    """Whether somebody is to call: by any answer, unless the person has said that they don't want it."""
    by_key = {question.key: question for question in survey.questions}
    known = [(by_key[key], one) for key, one in given.items() if key in by_key]
    if any(question.kind is QuestionKind.CALL and one.value == NO for question, one in known):
        return False
    return any(wants_call(question, one) for question, one in known)


def leading_question(content: Survey) -> Question | None:
    """The one whose trend is shown: the first with a scale."""
    return next((question for question in content.questions if question.kind in SCALES), None)
