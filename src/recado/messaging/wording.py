"""Templates: one text per language, placeholders, optional parts, plurals, forms of dates. Pure.

    {clinic}: [[{name}, ]]your appointment is on {when}[[ with {clinician}]].
    {clinic}: on {when, weekday} at {when, time} you have {count, one: a visit | other: # visits}.

`{name}` stands for a value. `[[ ... ]]` is left out when a value inside it is empty or missing. Values are plain
strings: whatever they hold is shown as it is and never read as a template. A value may also be a `When` or
a `Day`, which is written in the language of the text: short, or in one of the `FORMS`.

`{count, one: ... | other: ...}` chooses by a number in the way of the text's language (CLDR; Polish has one, few, many and
other); `#` stands for the number. `other` must be there, and any form of the language that is not there is said by it.

Everything that can be wrong with a template is found when it is defined.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from recado.foundation.dates import (
    Day,
    When,
    date_words,
    day_words,
    moment_words,
    plural_forms,
    plural_of,
    time_words,
    weekday_words,
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words that stand in each language: what a text says of somebody invented is in the language of the text."""

    by_language: Mapping[str, str]

    def in_language(self, language: str) -> str:
        base = language.partition("-")[0]
        return self.by_language.get(language) or self.by_language.get(base) or next(iter(self.by_language.values()), "")


Value = str | When | Day | Spoken

FORMS = ("day", "time", "date", "weekday")
"""What of a moment is written: "Thu 26 Nov", "10:30", "26 November 2026", "Thursday"."""

DEFAULT_LANGUAGE = "en"
_TOKEN = re.compile(r"\[\[|\]\]|\{[^{}]*\}|[{}]")
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_NAMES = re.compile(r"\{([a-z][a-z0-9_]*)")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*\Z")


class TemplateError(ValueError):
    """A template can't be used as written. The text says where and why, for the person who writes it."""


class MissingValue(LookupError):
    """A placeholder outside optional parts has no value. Names the placeholder, never a value."""


@dataclass(frozen=True, slots=True)
class _Slot:
    name: str
    form: str = ""  # of FORMS
    plurals: tuple[tuple[str, str], ...] = ()  # by CLDR's name of the form


@dataclass(frozen=True, slots=True)
class _Optional:
    pieces: tuple["str | _Slot", ...]


_Piece = str | _Slot | _Optional


@dataclass(frozen=True, slots=True)
class Template:
    """Defined by `define`. `variants`: parsed texts by language tag in lower case, in the order given."""

    key: str
    variants: Mapping[str, tuple[_Piece, ...]]

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.variants)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text ready to be sent, and the language that it is in."""

    text: str
    language: str


def define(key: str, texts: Mapping[str, str], allowed: Collection[str]) -> Template:
    """Reads a template: `texts` by language tag, `allowed` the names of placeholders that will have values.

    Raises TemplateError.
    """
    if not texts:
        raise TemplateError(f"{key}: there is no text in any language")
    variants: dict[str, tuple[_Piece, ...]] = {}
    for tag, text in texts.items():
        language = tag.lower().replace("_", "-")
        if not _LANGUAGE.match(language):
            raise TemplateError(f"{key}: {tag!r} is not a language tag")
        if language in variants:
            raise TemplateError(f"{key}: two texts for {language}")
        variants[language] = _parse(text, frozenset(allowed), f"{key} ({language})", language)
    return Template(key, variants)


def define_all(wordings: Mapping[str, Mapping[str, str]], allowed: Collection[str]) -> dict[str, Template]:
    """`define` for a whole table of texts by key and language. Raises TemplateError."""
    return {key: define(key, texts, allowed) for key, texts in wordings.items()}


def choose_language(template: Template, language: str | None, fallback: Iterable[str] = (DEFAULT_LANGUAGE,)) -> str:
    """The variant for a person who reads `language`: that tag, its base ("pt" for "pt-BR"), the fallback order, any."""
    found = (variant_for(template, wish) for wish in (language, *fallback))
    return next(filter(None, found), None) or next(iter(template.variants))


def variant_for(template: Template, language: str | None) -> str | None:
    """The variant of that tag or of its base; None: a reader of this language gets another."""
    tag = (language or "").lower().replace("_", "-")
    while tag and tag not in template.variants:
        tag = tag.rpartition("-")[0]
    return tag or None


def render(
    template: Template,
    language: str | None,
    values: Mapping[str, Value],
    fallback: Iterable[str] = (DEFAULT_LANGUAGE,),
) -> Rendered:
    """The text for a person who reads `language`. Values that no placeholder asks for are ignored.

    Raises MissingValue for an empty or missing value outside optional parts.
    """
    chosen = choose_language(template, language, fallback)
    # "en-US" reads English words but writes its dates in its own way.
    dates = language if language and language.lower().replace("_", "-").startswith(chosen) else chosen
    text = "".join(_write(piece, values, dates) for piece in template.variants[chosen])
    return Rendered(text, chosen)


def placeholders(template: Template) -> frozenset[str]:
    """Every placeholder that some variant uses."""
    pieces = [piece for variant in template.variants.values() for piece in variant]
    inner = [part for piece in pieces if isinstance(piece, _Optional) for part in piece.pieces]
    return frozenset(piece.name for piece in (*pieces, *inner) if isinstance(piece, _Slot))


def always_needed(template: Template) -> frozenset[str]:
    """The placeholders without which some variant can't be written: those outside of optional parts."""
    pieces = [piece for variant in template.variants.values() for piece in variant]
    return frozenset(piece.name for piece in pieces if isinstance(piece, _Slot))


def names_in(text: str) -> frozenset[str]:
    """What stands in braces, read as loosely as can be: for texts that were checked before."""
    return frozenset(_NAMES.findall(text))


def _write(piece: _Piece, values: Mapping[str, Value], language: str) -> str:
    if isinstance(piece, str):
        return piece
    if isinstance(piece, _Slot):
        word = _word(piece, values.get(piece.name), language)
        if not word:
            raise MissingValue(piece.name)
        return word
    words = [part if isinstance(part, str) else _word(part, values.get(part.name), language) for part in piece.pieces]
    return "".join(words) if all(words) else ""


def _word(slot: _Slot, value: Value | None, language: str) -> str:
    if isinstance(value, When | Day):
        return _dated(slot.form, value, language)
    if isinstance(value, Spoken):
        value = value.in_language(language)
    if not value or value.isspace():
        return ""
    if not slot.plurals:
        return value
    forms = dict(slot.plurals)
    is_count = value.isascii() and value.isdigit() and len(value) < 10
    form = plural_of(int(value), language) if is_count else "other"
    return forms.get(form, forms["other"]).replace("#", value)


def _dated(form: str, value: When | Day, language: str) -> str:
    if form == "date":
        return date_words(value, language)
    if form == "weekday":
        return weekday_words(value, language)
    if isinstance(value, Day) or form == "day":
        return day_words(value, language)
    return time_words(value, language) if form == "time" else moment_words(value, language)


def _parse(text: str, allowed: frozenset[str], where: str, language: str) -> tuple[_Piece, ...]:
    if not text.strip():
        raise TemplateError(f"{where}: the text is empty")
    done: list[_Piece] = []
    inner: list[str | _Slot] | None = None
    position = 0
    for token in _TOKEN.finditer(text):
        plain = text[position : token.start()]
        position = token.end()
        if plain:
            (done if inner is None else inner).append(plain)
        if token[0] == "[[":
            if inner is not None:
                raise TemplateError(f"{where}: an optional part [[ ]] can't hold another")
            inner = []
        elif token[0] == "]]":
            done.append(_optional(inner, where))
            inner = None
        else:
            (done if inner is None else inner).append(_slot(token[0], allowed, where, language))
    if inner is not None:
        raise TemplateError(f"{where}: an optional part begins with [[ and never ends with ]]")
    if text[position:]:
        done.append(text[position:])
    return tuple(done)


def _optional(inner: list[str | _Slot] | None, where: str) -> _Optional:
    if inner is None:
        raise TemplateError(f"{where}: ]] without [[ before it")
    if not any(isinstance(part, _Slot) for part in inner):
        raise TemplateError(f"{where}: an optional part [[ ]] needs a placeholder that decides whether it stays")
    return _Optional(tuple(inner))


def _slot(token: str, allowed: frozenset[str], where: str, language: str) -> _Slot:
    if not token.endswith("}") or not token.startswith("{") or len(token) == 1:
        raise TemplateError(f"{where}: a single {token} has no partner")
    name, _, rest = token[1:-1].partition(",")
    if not _NAME.match(name):
        raise TemplateError(f"{where}: {token} is not a placeholder; one looks like {{name}}")
    if name not in allowed:
        raise TemplateError(f"{where}: {{{name}}} is unknown; known are {', '.join(sorted(allowed)) or 'none'}")
    if ":" in rest:
        return _Slot(name, plurals=tuple(_plurals(rest, f"{where}: {{{name}}}", language)))
    form = rest.strip()
    if form not in FORMS and token[1:-1] != name:
        raise TemplateError(f"{where}: {{{name}}} has no form {form!r}; there are {', '.join(FORMS)}")
    return _Slot(name, form)


def _plurals(rest: str, where: str, language: str) -> Iterator[tuple[str, str]]:
    known, seen = plural_forms(language), set[str]()
    for choice in rest.split("|"):
        form, colon, words = choice.partition(":")
        form = form.strip()
        if not colon or form not in known:
            raise TemplateError(f"{where} has no plural {form!r} in {language}; there are {', '.join(sorted(known))}")
        if form in seen:
            raise TemplateError(f"{where} has the plural {form} twice")
        if not words.strip():
            raise TemplateError(f"{where} has no words for the plural {form}")
        seen.add(form)
        yield form, words.strip()
    if "other" not in seen:
        raise TemplateError(f"{where} needs words for the plural other")
