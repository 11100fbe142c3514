"""A form as JSON holds it, and back; and what is wrong with one. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from recado.documents.form_types import (
    MOST_CHOICES,
    WITH_CHOICES,
    Field,
    FieldKind,
    Form,
    FormFault,
    Heading,
    Label,
    UnreadableForm,
)
from recado.foundation.text import gettext_noop
from recado.foundation.works import in_order, is_plain

MOST_FIELDS = 40
LONGEST_TITLE, LONGEST_INTRO, LONGEST_LABEL, LONGEST_HINT = 80, 1_000, 200, 200  # letters
MOST_DAYS_BEFORE = 60

FAULTS: dict[str, str] = {
    "no_name": gettext_noop("Give the form a name."),
    "no_field": gettext_noop("There is no question yet. Add one."),
    "too_many": gettext_noop("A form has at most 40 questions."),
    "no_title": gettext_noop("Give the form a title in this language."),
    "long_title": gettext_noop("A title has at most 80 letters."),
    "long_intro": gettext_noop("The words before the questions have at most 1,000 letters."),
    "no_text": gettext_noop("Write the question in this language."),
    "long_text": gettext_noop("A question, a hint and a choice have at most 200 letters each."),
    "few_choices": gettext_noop("Give at least two choices, one on each line."),
    "many_choices": gettext_noop("Give at most 20 choices."),
    "unequal_choices": gettext_noop("Give as many choices in this language as in the first one."),
    "same_choice": gettext_noop("Two choices are the same."),
    "bad_days": gettext_noop("Send it 1 to 60 days before a visit."),
    "unseen": gettext_noop("Leave control characters out."),
}


def to_json(form: Form) -> dict[str, Any]:
    return {
        "name": form.name,
        "needs_code": form.needs_code,
        "services": list(form.services),
        "days_before": form.days_before,
        "languages": list(form.heads),  # works.in_order
        "heads": {language: [head.title, head.intro] for language, head in form.heads.items()},
        "fields": [_field(one) for one in form.fields],
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "key": field.key,
        "kind": field.kind.value,
        "required": field.is_required,
        "says": {language: [one.text, one.hint, list(one.choices)] for language, one in field.says.items()},
    }


def from_json(key: str, version: int, held: Mapping[str, Any]) -> Form:
    """Raises UnreadableForm."""
    try:
        heads = held["heads"]
        order = tuple(map(str, held.get("languages", ())))
        return Form(
            key,
            version,
            str(held["name"]),
            {code: Heading(str(title), str(intro)) for code, (title, intro) in in_order(heads, order).items()},
            tuple(_read_field(one, order) for one in held["fields"]),
            bool(held["needs_code"]),
            tuple(map(str, held["services"])),
            int(held["days_before"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableForm(f"{key} v{version}: {type(error).__name__}") from error


def _read_field(held: Mapping[str, Any], order: Sequence[str]) -> Field:
    says = {
        code: Label(str(text), str(hint), tuple(map(str, choices)))
        for code, (text, hint, choices) in in_order(held["says"], order).items()
    }
    return Field(str(held["key"]), FieldKind(held["kind"]), says, bool(held["required"]))


def faults(form: Form) -> list[FormFault]:
    """Every fault of a form; none: it can be published."""
    found = [FormFault(code) for code in _of_form(form)]
    for language, head in form.heads.items():
        found += [FormFault(code, language=language) for code in _of_head(head)]
    first = form.languages[0]
    for field in form.fields:
        for language in form.languages:
            codes = _of_label(field, field.says.get(language), field.says.get(first))
            found += [FormFault(code, field.key, language) for code in codes]
    return found


def _of_form(form: Form) -> Iterator[str]:
    if not form.name.strip():
        yield "no_name"
    if not form.fields:
        yield "no_field"
    if len(form.fields) > MOST_FIELDS:
        yield "too_many"
    if not 1 <= form.days_before <= MOST_DAYS_BEFORE:
        yield "bad_days"


def _of_head(head: Heading) -> Iterator[str]:
    if not head.title.strip():
        yield "no_title"
    if len(head.title) > LONGEST_TITLE:
        yield "long_title"
    if len(head.intro) > LONGEST_INTRO:
        yield "long_intro"
    if not is_plain(head.title) or not is_plain(head.intro, "\n"):
        yield "unseen"


def _of_label(field: Field, label: Label | None, first: Label | None) -> Iterator[str]:
    if label is None or not label.text.strip():
        yield "no_text"
        return
    words = (label.text, label.hint, *label.choices)
    if not all(word.isprintable() for word in words):
        yield "unseen"
    if any(len(word) > LONGEST_LABEL for word in words):
        yield "long_text"
    if field.kind not in WITH_CHOICES:
        return
    if len(label.choices) < 2:
        yield "few_choices"
    elif len(label.choices) > MOST_CHOICES:
        yield "many_choices"
    elif first is not None and len(label.choices) != len(first.choices):
        yield "unequal_choices"
    elif len(set(label.choices)) < len(label.choices):
        yield "same_choice"


def head_in(form: Form, language: str) -> tuple[str, Heading]:
    """The language that a reader of `language` gets, and the form's heading in it."""
    code = language.lower().split("-")[0]
    spoken = code if code in form.heads else form.languages[0]
    return spoken, form.heads[spoken]


def label_in(field: Field, language: str) -> Label:
    """A field in this language, or in the form's own."""
    return field.says.get(language) or next(iter(field.says.values()))
