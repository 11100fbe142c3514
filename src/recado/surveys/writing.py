"""A survey as JSON holds it, and back: what drafts and published versions are stored as. Pure.

{"name", "way", "services", "languages", "questions": [{"key", "kind", "says": {"en": {"text", "least", "most", "choices"}},
"if": [question, least, most], "low"}]}
"""

from collections.abc import Mapping, Sequence
from typing import Any

from recado.foundation.works import in_order
from recado.surveys.types import Only, Question, QuestionKind, Saying, Survey, UnreadableSurvey, Way

Json = Mapping[str, Any]


def to_json(survey: Survey) -> dict[str, Any]:
    return {
        "name": survey.name,
        "way": survey.way.value,
        "services": list(survey.services),
        "languages": list(survey.languages),  # works.in_order
        "questions": [_question(one) for one in survey.questions],
    }


def from_json(key: str, version: int, held: Json) -> Survey:
    """Raises UnreadableSurvey."""
    try:
        order = tuple(map(str, held.get("languages", ())))
        return Survey(
            key,
            version,
            str(held["name"]),
            tuple(_read_question(one, order) for one in held["questions"]),
            Way(held.get("way", Way.TEXT)),
            tuple(str(one) for one in held.get("services", ())),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableSurvey(f"{key} v{version}: {type(error).__name__}: {error}") from error


def _question(question: Question) -> dict[str, Any]:
    only = question.only_if
    held: dict[str, Any] = {
        "key": question.key,
        "kind": question.kind.value,
        "says": {language: _saying(saying) for language, saying in question.says.items()},
    }
    if only is not None:
        held["if"] = [only.question, only.least, only.most]
    if question.low is not None:
        held["low"] = question.low
    return held


def _saying(saying: Saying) -> dict[str, Any]:
    held: dict[str, Any] = {"text": saying.text}
    if saying.least or saying.most:
        held |= {"least": saying.least, "most": saying.most}
    if saying.choices:
        held["choices"] = list(saying.choices)
    return held


def _read_question(held: Json, order: Sequence[str]) -> Question:
    only = held.get("if")
    low = held.get("low")
    return Question(
        str(held["key"]),
        QuestionKind(held["kind"]),
        {language: _read_saying(saying) for language, saying in in_order(held["says"], order).items()},
        Only(str(only[0]), int(only[1]), int(only[2])) if only else None,
        None if low is None else int(low),
    )


def _read_saying(held: Json) -> Saying:
    choices = tuple(str(one) for one in held.get("choices", ()))
    return Saying(str(held["text"]), str(held.get("least", "")), str(held.get("most", "")), choices)
