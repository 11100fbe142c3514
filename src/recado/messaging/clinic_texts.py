"""A clinic's own texts: written as a draft, held against the lints, published as a version, given up for the product's words.

A version once published stays for good: each text that was sent by it names it. What is live is read through a cache of two
seconds, once for a batch.
"""

import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from recado.consent.types import Privacy
from recado.foundation import audit, business_time
from recado.foundation.actors import Actor
from recado.foundation.publishing import Editions
from recado.information import queries as information
from recado.information.types import PLACEHOLDER

from .levels import LEVELS, Texts, Wording, Written, wording, write
from .text_models import ClinicText, ClinicTextVersion
from .types import NoSuchText, NotPublishable, TextChanged
from .wording import MissingValue, Value

FRESH_FOR = 2.0  # seconds
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
LONGEST_NAME = 80
NEWS_ROOM = "news"

_live: dict[UUID, tuple[float, dict[str, Wording]]] = {}
_addresses: dict[UUID, tuple[float, dict[str, str]]] = {}


@dataclass(frozen=True, slots=True)
class TextView:
    """A text of a clinic's own as it stands. `live` and `draft` are None where there is none."""

    key: str
    room: str
    name: str
    version: int | None
    live: Texts | None
    draft: Texts | None
    revision: int
    changed_at: datetime
    changed_by: str


# ------------------------------------------------------------------------------------------------ reading


def live(clinic_id: UUID) -> Mapping[str, Wording]:
    """The clinic's own texts that are live, by key. Call it inside `clinic_scope`."""
    held = _live.get(clinic_id)
    if held and time.monotonic() - held[0] < FRESH_FOR:
        return held[1]
    found = {
        view.key: wording(view.key, view.live, version=view.version or 0, is_news=view.room == NEWS_ROOM)
        for view in _views(clinic_id)
        if view.live
    }
    _live[clinic_id] = (time.monotonic(), found)
    return found


def page_addresses(clinic_id: UUID, own: Mapping[str, Wording]) -> Mapping[str, str]:
    """The addresses of information pages by their placeholders, where one of these texts points to some. Call it inside
    `clinic_scope`."""
    names = {name for which in own.values() for its in which.names.values() for name in its}
    if not any(name.startswith(PLACEHOLDER) for name in names):
        return {}
    held = _addresses.get(clinic_id)
    if held is None or time.monotonic() - held[0] >= FRESH_FOR:
        held = _addresses[clinic_id] = (time.monotonic(), information.addresses(clinic_id))
    return held[1]


def keys_of(clinic_id: UUID, room: str) -> frozenset[str]:
    """The keys of the clinic's own texts with the values of this room that are live. Call it inside `clinic_scope`."""
    rows = ClinicText.objects.filter(clinic_id=clinic_id, room=room, version__isnull=False)
    return frozenset(rows.values_list("key", flat=True))


def forget() -> None:
    """Drops what is remembered: after a change, and between tests."""
    _live.clear()
    _addresses.clear()


def writer(clinic_id: UUID, product: Mapping[str, Wording], language: str) -> "Writer":
    """Writes texts of the clinic's own or of the product's, whichever is live now. `language`: of the clinic, for readers of
    a language that a text is not in. Call it inside `clinic_scope`."""
    own = live(clinic_id)
    return Writer(own, product, (language,), page_addresses(clinic_id, own))


def say(
    clinic_id: UUID, product: Mapping[str, Wording], key: str, language: str, values: Mapping[str, Value], fallback: str
) -> str:
    """One text in the clinic's own words, or the product's, at its neutral level. `fallback`: the clinic's language. Call it
    inside `clinic_scope`."""
    return writer(clinic_id, product, fallback).write(key, Privacy.NEUTRAL, language, values).text


@dataclass(frozen=True, slots=True)
class Writer:
    own: Mapping[str, Wording]
    product: Mapping[str, Wording]
    fallback: tuple[str, ...]
    pages: Mapping[str, str]  # what placeholders of information pages stand for

    def languages(self, key: str) -> tuple[str, ...]:
        """In which there are words for it, at any level; none where nobody has such a text."""
        which = self.own.get(key) or self.product.get(key)
        levels = which.levels.values() if which else ()
        return tuple(dict.fromkeys(language for level in levels for language in level.languages))

    def uses(self, key: str, most: Privacy, language: str, name: str) -> bool:
        """Whether the text that this person gets has this placeholder."""
        which = self.own.get(key) or self.product[key]
        return which.uses(name, which.level_for(most, language, self.fallback))

    def write(self, key: str, most: Privacy, language: str, values: Mapping[str, Value]) -> Written:
        """Raises MissingValue where not even the product's words can be written; KeyError for a key that nobody has."""
        own = self.own.get(key)
        if own is None:
            return self._write(self.product[key], most, language, values)
        try:
            return self._write(own, most, language, {**values, **self.pages} if self.pages else values)
        except MissingValue:
            if key not in self.product:
                raise
            return self._write(self.product[key], most, language, values)

    def _write(self, which: Wording, most: Privacy, language: str, values: Mapping[str, Value]) -> Written:
        level = which.level_for(most, language, self.fallback)
        try:
            return write(which, level, language, values, fallback=self.fallback)
        except MissingValue:
            if level is not Privacy.CLINICAL:
                raise
            return self._write(which, Privacy.PLACE_AND_TIME, language, values)


def texts_of(clinic_id: UUID) -> list[TextView]:
    """Every text that the clinic has or had words of its own for, by key. Call it inside `clinic_scope`."""
    return sorted(_views(clinic_id), key=lambda view: view.key)


def text_of(clinic_id: UUID, key: str) -> TextView | None:
    """Call it inside `clinic_scope`."""
    return next((view for view in _views(clinic_id, key)), None)


def _views(clinic_id: UUID, key: str | None = None) -> list[TextView]:
    rows = ClinicText.objects.filter(clinic_id=clinic_id)
    found = list(rows if key is None else rows.filter(key=key))
    texts = EDITIONS.some(clinic_id, {(row.key, row.version) for row in found})
    return [
        TextView(
            row.key,
            row.room,
            row.name,
            row.version,
            texts[row.key] if row.version else None,
            None if row.draft is None else read(row.draft),
            row.revision,
            row.changed_at,
            row.changed_by,
        )
        for row in found
    ]


def read(held: Mapping[str, Mapping[str, str]]) -> dict[Privacy, dict[str, str]]:
    """Texts as JSON holds them, by the name of the level."""
    return {LEVELS[name]: dict(variants) for name, variants in held.items()}


def kept(texts: Texts) -> dict[str, dict[str, str]]:
    """Texts as JSON holds them; what is empty is not written."""
    made = {
        level.name.lower(): {language: text for language, text in variants.items() if text.strip()}
        for level, variants in texts.items()
    }
    return {name: variants for name, variants in made.items() if variants}


EDITIONS: Editions[Texts] = Editions(ClinicTextVersion, "texts", lambda _key, _number, held: read(held), NoSuchText)
versions_of = EDITIONS.past


# ------------------------------------------------------------------------------------------------ writing


def save_draft(*, clinic_id: UUID, key: str, room: str, name: str, texts: Texts, revision: int, by: Actor) -> int:
    """Keeps what is being written, whatever is wrong with it; returns the new revision. `revision` 0: the clinic has no words
    of its own for it yet. Raises TextChanged where somebody else has saved meanwhile. Call it inside `clinic_scope`."""
    now = business_time.now()
    values = {"room": room, "name": name[:LONGEST_NAME], "changed_at": now, "changed_by": by.ref, "draft": kept(texts)}
    with transaction.atomic():
        if revision == 0:
            row, is_new = ClinicText.objects.get_or_create(clinic_id=clinic_id, key=key, defaults=values)
            if not is_new:
                raise TextChanged(key)
        else:
            row = _locked(clinic_id, key, revision)
            _change(row, by, draft=values["draft"], name=values["name"])
        _note(clinic_id, "template.write", key, by)
    return row.revision


def publish(*, clinic_id: UUID, key: str, revision: int, by: Actor, check: Callable[[Texts], Sequence[Any]]) -> int:
    """Makes the draft the version that texts are written by, and returns its number. `check`: what blocks it. Raises
    NoSuchText, TextChanged, NotPublishable. Call it inside `clinic_scope`."""
    with transaction.atomic():
        row = _locked(clinic_id, key, revision)
        if row.draft is None:
            raise NotPublishable("There is no draft.")
        if check(read(row.draft)):
            raise NotPublishable("Something blocks it.")
        number = EDITIONS.add(clinic_id, key, row.draft, by)
        _change(row, by, version=number, draft=None)
        _note(clinic_id, "template.publish", key, by, version=number)
    forget()
    return number


def drop_draft(*, clinic_id: UUID, key: str, revision: int, by: Actor) -> None:
    """Gives up what is being written. Raises NoSuchText, TextChanged. Call it inside `clinic_scope`."""
    with transaction.atomic():
        _change(_locked(clinic_id, key, revision), by, draft=None)
        _note(clinic_id, "template.drop", key, by)


def go_back(*, clinic_id: UUID, key: str, revision: int, by: Actor) -> None:
    """The product's words are live again; the clinic's versions stay to be read. Raises NoSuchText, TextChanged. Call it
    inside `clinic_scope`."""
    with transaction.atomic():
        _change(_locked(clinic_id, key, revision), by, version=None, draft=None)
        _note(clinic_id, "template.back", key, by)
    forget()


def _locked(clinic_id: UUID, key: str, revision: int) -> ClinicText:
    row = ClinicText.objects.select_for_update().filter(clinic_id=clinic_id, key=key).first()
    if row is None:
        raise NoSuchText(key)
    if row.revision != revision:
        raise TextChanged(key)
    return row


def _change(row: ClinicText, by: Actor, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    row.revision += 1
    row.changed_at, row.changed_by = business_time.now(), by.ref
    row.save(update_fields=[*fields, "revision", "changed_at", "changed_by"])


def _note(clinic_id: UUID, action: str, key: str, by: Actor, **detail: Any) -> None:
    audit.record(clinic_id=clinic_id, by=by, action=action, subject=f"template:{key}", detail=detail)


def languages(texts: Texts) -> Collection[str]:
    """In which languages there are words, at any level."""
    return {language for variants in texts.values() for language in variants}
