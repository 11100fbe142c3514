"""What the form of a form says, as a form. What can't be read stays as it was: the page shows it again."""

from collections.abc import Mapping
from dataclasses import replace

from recado.documents.types import WITH_CHOICES, Field, FieldKind, Form, Heading, Label
from recado.web import editing

LONGEST = 1_200  # letters of one field: more than is allowed, so that what is too long can be told of
MOST_FIELDS = 60


def form(sent: Mapping[str, str], content: Form, language: str) -> Form:
    """The form with what was typed of it in one language; a language whose title is emptied is left out, but the first."""
    heads = {
        **content.heads,
        language: Heading(editing.line(sent.get("title", ""), LONGEST), _text(sent.get("intro", ""))),
    }
    is_gone = not heads[language].title and language != content.languages[0]
    if is_gone:
        heads.pop(language)
    days = sent.get("days_before", "")
    return replace(
        content,
        name=editing.line(sent.get("name", ""), 80),
        heads=heads,
        fields=tuple(_field(sent, one, language, is_gone) for one in content.fields),
        needs_code=sent.get("needs_code") == "yes",
        services=editing.names(sent.get("services", "")),
        days_before=int(days) if days.isascii() and days.isdecimal() and len(days) < 4 else 0,
    )


def _text(text: str) -> str:
    return text.replace("\r\n", "\n").strip()[:LONGEST]


def _field(sent: Mapping[str, str], field: Field, language: str, is_gone: bool) -> Field:
    at = field.key  # by its key: whatever place a colleague has given it meanwhile
    if f"text-{at}" not in sent:
        return field
    kind = sent.get(f"kind-{at}", "")
    made = FieldKind(kind) if kind in set(FieldKind) else field.kind
    lines = sent.get(f"choices-{at}", "").splitlines()
    choices = tuple(one for line in lines if (one := editing.line(line, LONGEST))) if made in WITH_CHOICES else ()
    label = Label(editing.line(sent[f"text-{at}"], LONGEST), editing.line(sent.get(f"hint-{at}", ""), LONGEST), choices)
    says = {code: one for code, one in {**field.says, language: label}.items() if not (is_gone and code == language)}
    return replace(field, kind=made, says=says, is_required=sent.get(f"required-{at}") == "yes")


def moved(content: Form, do: str) -> Form:
    """The form after a button: a question more or less, or in another place."""
    if do == "add" and len(content.fields) < MOST_FIELDS:
        key = editing.free_key({field.key for field in content.fields})
        more = Field(key, FieldKind.SHORT, {content.languages[0]: Label("")})
        return replace(content, fields=(*content.fields, more))
    return replace(content, fields=editing.moved(content.fields, do))
