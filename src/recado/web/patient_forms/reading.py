"""What the form of a form says, as a form. What can't be read stays as it was: the page shows it again."""

from collections.abc import Mapping
from dataclasses import replace

from recado.documents.types import WITH_CHOICES, Field, FieldKind, Form, Heading, Label

LONGEST = 1_200  # letters of one field: more than is allowed, so that what is too long can be told of
MOST_FIELDS = 60


def form(sent: Mapping[str, str], content: Form, language: str) -> Form:
    """The form with what was typed of it in one language; a language whose title is emptied is left out, but the first."""
    heads = {**content.heads, language: Heading(_line(sent.get("title", "")), _text(sent.get("intro", "")))}
    is_gone = not heads[language].title and language != content.languages[0]
    if is_gone:
        heads.pop(language)
    days = sent.get("days_before", "")
    return replace(
        content,
        name=_line(sent.get("name", ""))[:80],
        heads=heads,
        fields=tuple(_field(sent, at, one, language, is_gone) for at, one in enumerate(content.fields)),
        needs_code=sent.get("needs_code") == "yes",
        services=tuple(one for part in sent.get("services", "").split(",") if (one := part.strip()[:120])),
        days_before=int(days) if days.isascii() and days.isdecimal() and len(days) < 4 else 0,
    )


def _line(text: str) -> str:
    return " ".join(text.split())[:LONGEST]


def _text(text: str) -> str:
    return text.replace("\r\n", "\n").strip()[:LONGEST]


def _field(sent: Mapping[str, str], at: int, field: Field, language: str, is_gone: bool) -> Field:
    if f"text-{at}" not in sent:
        return field
    kind = sent.get(f"kind-{at}", "")
    made = FieldKind(kind) if kind in set(FieldKind) else field.kind
    lines = sent.get(f"choices-{at}", "").splitlines()
    choices = tuple(one for line in lines if (one := _line(line))) if made in WITH_CHOICES else ()
    label = Label(_line(sent[f"text-{at}"]), _line(sent.get(f"hint-{at}", "")), choices)
    says = {code: one for code, one in {**field.says, language: label}.items() if not (is_gone and code == language)}
    return replace(field, kind=made, says=says, is_required=sent.get(f"required-{at}") == "yes")


def moved(content: Form, do: str, language: str) -> Form:
    """The form after a button: a question more or less, or in another place."""
    verb, _, where = do.partition(":")
    fields = list(content.fields)
    if verb == "add" and len(fields) < MOST_FIELDS:
        taken = {field.key for field in fields}
        key = next(made for number in range(1, 1_000) if (made := f"q{number}") not in taken)
        first = content.languages[0]
        fields.append(Field(key, FieldKind.SHORT, {first: Label("")}))
        return replace(content, fields=tuple(fields))
    if not (where.isascii() and where.isdecimal() and len(where) < 3 and int(where) < len(fields)):
        return content
    at = int(where)
    match verb:
        case "up" if at:
            fields[at - 1], fields[at] = fields[at], fields[at - 1]
        case "down" if at + 1 < len(fields):
            fields[at + 1], fields[at] = fields[at], fields[at + 1]
        case "drop":
            fields.pop(at)
    return replace(content, fields=tuple(fields))
