"""Reads JSON into shapes, or tells a problem that says what to do and quotes nothing of what was sent."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar, get_args

import msgspec
from msgspec.json import Decoder

from recado.api import appointment_shapes, event_shapes, shapes
from recado.api.problems import Problem, Wrong, problem

T = TypeVar("T", bound=msgspec.Struct)
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def decode_one(decoder: Decoder[T], shape: type[T], body: bytes) -> T:
    """One shape. Raises Wrong."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as reason:
        raise Wrong(invalid(reason, shape)) from None
    except UnicodeDecodeError:
        raise Wrong(BROKEN_LETTER) from None
    except UNREADABLE:
        raise Wrong(BROKEN_LETTER if _marked(bytes(body)) != body else MALFORMED) from None


class Batch(Generic[T]):
    """A body that holds many of a shape. Where something is wrong it is read again, so that it costs its own item only: also
    where a letter is broken, since a sender that cuts texts at so many letters cuts an emoji in two sooner or later.

    `whole` and `raw` are the same shape, the second with its items still to be read; `items` names the field they are in.
    """

    def __init__(self, whole: type[Any], raw: type[Any], one: type[T], items: str) -> None:
        self._whole, self._raw, self._one = Decoder(whole), Decoder(raw), Decoder(one)
        self._shapes, self._items = (whole, one), items

    def read(self, body: bytes) -> tuple[Any, Sequence[T | Problem]]:
        """The body's shape, for what else it says, and its items or what is wrong with them. Raises Wrong where it is no batch."""
        try:
            whole = self._whole.decode(body)
        except (
            UNREADABLE
        ):  # it stops at the first fault: an item that is no such shape may come before one with a broken letter
            return self._one_by_one(_marked(body))
        return whole, getattr(whole, self._items)

    def _one_by_one(self, body: bytes) -> tuple[Any, Sequence[T | Problem]]:
        raw = decode_one(self._raw, self._shapes[0], body)
        return raw, [self._read_one(one) for one in getattr(raw, self._items)]

    def _read_one(self, raw: msgspec.Raw) -> T | Problem:
        try:
            return decode_one(self._one, self._shapes[1], raw)
        except Wrong as wrong:
            return wrong.problem


MALFORMED = problem("malformed", "Send one JSON object in UTF-8. A comma, a quote or a bracket may be missing.")
BROKEN_LETTER = problem(
    "malformed", "A letter is broken: half of an emoji that was cut in two, or not UTF-8. Cut texts between letters."
)

# What may be half of a surrogate pair as an escape, without its other half: what JavaScript and Python write of an emoji cut in
# two. JSON's grammar has it and no text can. It begins with letters: for these a large body is looked through a hundred times as
# fast as for backslashes that none precedes, and nothing else of this process runs meanwhile. So it also finds what only looks so
# behind an escaped backslash.
_HIGH, _LOW = rb"\\u[dD][89abAB][0-9a-fA-F]{2}", rb"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_HALF = re.compile(rb"%b(?!%b)|%b(?<!(?<!\\)%b%b)" % (_HIGH, _LOW, _LOW, _HIGH, _LOW))
_FIRST = re.compile(_HIGH)
_NO_LETTER, _BACKSLASH = b"\xff", ord("\\")


def _marked(body: bytes) -> bytes:
    """The body with a byte that no UTF-8 has for each half of a letter: where items are read one by one, its own item fails."""
    return _HALF.sub(_mark, body)


def _mark(found: re.Match[bytes]) -> bytes:
    body, begin = found.string, found.start()
    is_behind = (
        not _FIRST.match(found[0]) and begin >= 6 and _FIRST.match(body, begin - 6, begin)
    )  # another's first half
    if not _is_escape(body, begin) or (is_behind and _is_escape(body, begin - 6)):
        return found[0]
    return _NO_LETTER


def _is_escape(body: bytes, begin: int) -> bool:
    """Whether the backslash there is one that no other escapes."""
    first = begin
    while first and body[first - 1] == _BACKSLASH:
        first -= 1
    return (begin - first) % 2 == 0


_INNER: Mapping[str, type[msgspec.Struct]] = {"consent": shapes.Consent, "person": event_shapes.Person}
_CHOICES: Mapping[str, Any] = {
    "lane": shapes.LaneName,
    "purpose": shapes.PurposeName,
    "kind": event_shapes.KindName,
    "reason": appointment_shapes.ReasonName,
}

# msgspec tells the place and what it expected; for some it quotes what was sent, and that is left out.
_PLACE = re.compile(r" - at `\$\.?([a-z_.\[\]0-9]*)`\Z")
_MISSING = re.compile(r"Object missing required field `([a-z_]+)`")
_EXPECTED: Mapping[str, str] = {
    "`str": "Give a string in quotes.",
    "`datetime` with": "Give a time with its zone, as 2026-11-24T10:00:00Z.",
    "`datetime": "Give a time with its zone, as 2026-11-24T10:00:00Z.",
    "`object": "Give a JSON object.",
    "`array": "Give a JSON array.",
    "`date": "Give a day, as 2026-11-24.",
    "`bool": "Give true or false.",
}
_LENGTH = re.compile(r"Expected `(str|array)` of length (>=|<=) (\d+)")


def invalid(reason: msgspec.ValidationError, shape: type[msgspec.Struct]) -> Problem:
    """What msgspec found, in words that say what to do."""
    said = str(reason)
    place = _PLACE.search(said)
    field = place[1] if place else ""
    said = said[: place.start()] if place else said
    missing = _MISSING.match(said)
    if missing:
        return problem("invalid", "This field is needed.", f"{field}.{missing[1]}".lstrip("."))
    if said.startswith("Object contains unknown field"):
        inner = _INNER.get(field.rpartition(".")[2], shape)
        return problem("invalid", f"Leave out what isn't one of: {', '.join(inner.__struct_fields__)}.", field)
    if said.startswith("Invalid enum value"):
        return problem("invalid", f"Choose one of: {', '.join(_choices(field))}.", field)
    if said.startswith("Invalid RFC3339"):
        return problem("invalid", _EXPECTED[f"`{said.split()[-1]}"], field)
    length = _LENGTH.match(said)
    if length:
        unit = "letters" if length[1] == "str" else field
        most, count = "at most" if length[2] == "<=" else "at least", int(length[3])
        if count == 1:
            return problem("invalid", f"Give {most} one{' letter' if unit == 'letters' else ''}.", field)
        return problem("invalid", f"Give {most} {count:,} {unit}.", field)
    for beginning, sentence in _EXPECTED.items():
        if said.startswith(f"Expected {beginning}"):
            return problem("invalid", sentence, field)
    return problem("invalid", "This field can't be read. The reference says what it may hold.", field)


def _choices(field: str) -> Sequence[str]:
    return get_args(_CHOICES[field.rpartition(".")[2]])
