"""What somebody typed into a form, held against it: what is kept, and what is wrong by field. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from recado.documents.form_types import LONGEST_LONG, LONGEST_SHORT, Answer, Field, FieldKind, Form

YES, NO = "yes", "no"
_KEPT = frozenset("\n\t")


def check(form: Form, typed: Mapping[str, Sequence[str]]) -> tuple[dict[str, Answer], dict[str, str]]:
    """The answers, and the faults by field: `needed`, `too_long`, `no_day`, `unknown`. What can't be a part of an answer (control
    characters) is left out; a field left empty has no answer."""
    answers: dict[str, Answer] = {}
    faults: dict[str, str] = {}
    for field in form.fields:
        answer, fault = _check(field, typed.get(field.key, ()))
        if fault or (field.is_required and not answer):
            faults[field.key] = fault or "needed"
        elif answer:
            answers[field.key] = answer
    return answers, faults


def _check(field: Field, typed: Sequence[str]) -> tuple[Answer, str]:
    first = typed[0] if typed else ""
    match field.kind:
        case FieldKind.SHORT:
            return _words(" ".join(_readable(first).split()), LONGEST_SHORT)
        case FieldKind.LONG:
            return _words(_readable(first.replace("\r\n", "\n")).strip(), LONGEST_LONG)
        case FieldKind.DATE:
            return _day(first.strip())
        case FieldKind.YES_NO:
            return (first, "") if first in ("", YES, NO) else ("", "unknown")
        case FieldKind.CHOICE:
            return _chosen(field, [one for one in typed[:1] if one])
        case FieldKind.SEVERAL:
            return _chosen(field, typed)


def _readable(text: str) -> str:
    return "".join(one for one in text if one.isprintable() or one in _KEPT)


def _words(text: str, longest: int) -> tuple[str, str]:
    return text, "too_long" if len(text) > longest else ""


def _day(text: str) -> tuple[str, str]:
    if not text:
        return "", ""
    try:
        return date.fromisoformat(text).isoformat(), ""
    except ValueError:
        return "", "no_day"


def _chosen(field: Field, typed: Sequence[str]) -> tuple[tuple[int, ...], str]:
    most = len(next(iter(field.says.values())).choices)
    if not all(one.isascii() and one.isdecimal() and len(one) < 4 and 1 <= int(one) <= most for one in typed):
        return (), "unknown"
    return tuple(sorted({int(one) for one in typed})), ""


def to_json(language: str, answers: Mapping[str, Answer]) -> dict[str, Any]:
    return {
        "language": language,
        "answers": {key: one if isinstance(one, str) else list(one) for key, one in answers.items()},
    }


def from_json(held: Mapping[str, Any]) -> tuple[str, dict[str, Answer]]:
    """Language and answers."""
    return str(held["language"]), {
        str(key): one if isinstance(one, str) else tuple(map(int, one)) for key, one in held["answers"].items()
    }
