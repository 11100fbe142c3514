"""A dialogue as JSON holds it, and back: what drafts and published versions are stored as. Pure.

{"name", "languages", "words": {"en": [..]}, "meanings", "wait", "silence", "steps": [{"key", "kind", "name",
"says": {"en": {"text", "choices", "words"}}, "then", "cases": [[fact, value, then]], "page", "task"}]}
"""

from collections.abc import Mapping, Sequence
from typing import Any

from recado.dialogues.types import (
    Case,
    Dialogue,
    Saying,
    Silence,
    Step,
    StepKind,
    TaskFor,
    UnreadableDialogue,
)
from recado.foundation.works import in_order

Json = Mapping[str, Any]


def to_json(dialogue: Dialogue) -> dict[str, Any]:
    return {
        "name": dialogue.name,
        "languages": list(dict.fromkeys((*dialogue.languages, *dialogue.words))),  # works.in_order
        "words": {language: list(words) for language, words in dialogue.words.items()},
        "meanings": list(dialogue.meanings),
        "wait": dialogue.wait_hours,
        "silence": dialogue.silence.value,
        "steps": [_step(one) for one in dialogue.steps],
    }


def from_json(key: str, version: int, held: Json) -> Dialogue:
    """Raises UnreadableDialogue."""
    try:
        order = tuple(map(str, held.get("languages", ())))
        return Dialogue(
            key,
            version,
            str(held["name"]),
            tuple(_read_step(one, order) for one in held["steps"]),
            {language: tuple(map(str, words)) for language, words in in_order(held.get("words", {}), order).items()},
            tuple(map(str, held.get("meanings", ()))),
            int(held.get("wait", 4)),
            Silence(held.get("silence", Silence.PERSON)),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableDialogue(f"{key} v{version}: {type(error).__name__}: {error}") from error


def _step(step: Step) -> dict[str, Any]:
    held: dict[str, Any] = {"key": step.key, "kind": step.kind.value, "name": step.name}
    held["says"] = {language: _saying(saying) for language, saying in step.says.items()}
    more = {
        "then": list(step.then),
        "cases": [[case.fact, case.value, case.then] for case in step.cases],
        "page": step.page,
        "task": step.task.value,
    }
    return held | {name: value for name, value in more.items() if value}


def _saying(saying: Saying) -> dict[str, Any]:
    held: dict[str, Any] = {"text": saying.text}
    if saying.choices:
        held["choices"] = list(saying.choices)
    if saying.words:
        held["words"] = [list(words) for words in saying.words]
    return held


def _read_step(held: Json, order: Sequence[str]) -> Step:
    return Step(
        str(held["key"]),
        StepKind(held["kind"]),
        str(held.get("name", "")),
        {language: _read_saying(saying) for language, saying in in_order(held["says"], order).items()},
        tuple(map(str, held.get("then", ()))),
        tuple(Case(str(fact), str(value), str(then)) for fact, value, then in held.get("cases", ())),
        str(held.get("page", "")),
        TaskFor(held.get("task", "")),
    )


def _read_saying(held: Json) -> Saying:
    return Saying(
        str(held["text"]),
        tuple(map(str, held.get("choices", ()))),
        tuple(tuple(map(str, words)) for words in held.get("words", ())),
    )
