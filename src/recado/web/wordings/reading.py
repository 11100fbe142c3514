"""The clinic's texts as the pages show them: what stands, what is written, where it is used."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from recado.consent.types import Privacy
from recado.information import queries as information
from recado.journeys import queries as journeys
from recado.journeys.types import Text
from recado.messaging.queries import templates
from recado.web.compared import compared
from recado.web.journeys import words as journey_words

from . import words

Texts = Mapping[Privacy, Mapping[str, str]]
PRODUCT_ROOMS = ("visits", "care", "surveys", "notices")
_PIECES = re.compile(r"(\{[^{}]*\}|\[\[|\]\])")


@dataclass(frozen=True, slots=True)
class Held:
    """One text: the product's words, and the clinic's own where it has some."""

    key: str
    room: str
    product: Texts
    own: templates.TextView | None

    @property
    def name(self) -> str:
        return words.name_of(self.key, self.own.name if self.own else "")

    @property
    def live(self) -> Texts:
        return self.own.live if self.own and self.own.live else self.product

    @property
    def shown(self) -> Texts:
        """What is being written, or else what patients get."""
        return self.own.draft if self.own and self.own.draft is not None else self.live

    @property
    def revision(self) -> int:
        return self.own.revision if self.own else 0


@dataclass(frozen=True, slots=True)
class Use:
    journey: str
    title: str
    steps: int


def all_of(clinic_id: UUID) -> list[Held]:
    """Every text that the clinic may put in its own words, and those that it has made itself. Call it inside
    `clinic_scope`."""
    own = {view.key: view for view in templates.texts_of(clinic_id)}
    found = [
        Held(key, room, texts, own.pop(key, None))
        for room in PRODUCT_ROOMS
        for key, texts in templates.room_of(clinic_id, room).texts.items()
    ]
    return found + [Held(view.key, view.room, {}, view) for view in own.values()]


def one_of(clinic_id: UUID, key: str) -> Held | None:
    """Call it inside `clinic_scope`."""
    own = templates.text_of(clinic_id, key)
    for room in PRODUCT_ROOMS:
        texts = templates.room_of(clinic_id, room).texts.get(key)
        if texts is not None:
            return Held(key, room, texts, own)
    return Held(key, own.room, {}, own) if own else None


def uses(clinic_id: UUID) -> dict[str, list[Use]]:
    """Which journeys say each text, in how many steps. Call it inside `clinic_scope`."""
    found: dict[str, dict[str, Use]] = {}
    for row in journeys.journeys_of(clinic_id):
        for placed in row.plan.placed:
            does = placed.step.does
            for key in filter(None, (does.template, does.template_if_first)) if isinstance(does, Text) else ():
                before = found.setdefault(key, {}).get(row.key)
                title = journey_words.title(row.key, row.name)
                found[key][row.key] = Use(row.key, title, before.steps + 1 if before else 1)
    return {key: list(by_journey.values()) for key, by_journey in found.items()}


def uses_of(all_uses: Mapping[str, list[Use]], key: str) -> list[Use]:
    """Also of a text that stands in for another where no answer would reach the clinic."""
    return all_uses.get(key) or all_uses.get(key.removesuffix("_by_link").removesuffix("_by_phone"), [])


def languages_of(texts: Texts) -> list[str]:
    return list(dict.fromkeys(language for variants in texts.values() for language in variants))


def top(texts: Texts) -> Privacy:
    """The level that whoever has chosen nothing gets."""
    return max((level for level in texts if level <= Privacy.PLACE_AND_TIME), default=Privacy.NEUTRAL)


def parts(desk: templates.TextDesk, texts: Texts) -> list[int]:
    """How many parts the fullest text takes in its languages, with the longest values: each number once."""
    level = top(texts)
    looks = (desk.look(text, language, level).length for language, text in texts.get(level, {}).items())
    return sorted({length.parts for length in looks if length})


def plain(text: str) -> str:
    """How a template begins, behind the clinic's name: for lists."""
    return re.sub(r"\A\{clinic\} ?: *", "", text.replace("[[", "").replace("]]", ""))


def pieces(text: str) -> list[tuple[str, bool]]:
    """A template in pieces: what stands there, and whether it is a placeholder."""
    return [(one, one.startswith("{")) for one in _PIECES.split(text) if one]


def differences(before: Texts, after: Texts) -> list[dict[str, Any]]:
    """Each text that is not the same in two versions, word by word."""
    found = []
    for level in sorted({*before, *after}):
        old, new = before.get(level, {}), after.get(level, {})
        for language in dict.fromkeys((*old, *new)):
            was, now = old.get(language, ""), new.get(language, "")
            if was != now:
                found.append({"level": level, "language": language, "words": list(compared(was, now))})
    return found


def names(clinic_id: UUID, values: Sequence[str]) -> list[tuple[str, str]]:
    """Placeholders and what they are called, in the reader's language. Call it inside `clinic_scope`."""
    titles = information.titles(clinic_id, get_language() or "en")
    return [(name, words.placeholder(name, titles)) for name in values]
