"""One text in as many wordings as it has levels of privacy, and the one that a person gets. Pure.

A person's level is the most that a text to them may say. They get the fullest wording that stays within it and is in their
language; a neutral one in their language goes before a fuller one in another, and one in the clinic's before one in a third.

A clinical text says what the visit or the medicine is, by the clinic's own words for it. Where those tell an illness (`lints.tells`)
they are left out, whatever the person agreed to (ADR 39).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from recado.consent.types import Privacy

from .lints import ABOUT_CARE, name_at, short_name, tells_in_any
from .wording import Rendered, Template, Value, define, names_in, placeholders, render, variant_for

Texts = Mapping[Privacy, Mapping[str, str]]
"""By level and language tag."""

LEVELS = {level.name.lower(): level for level in Privacy}


@dataclass(frozen=True, slots=True)
class Wording:
    """A text as it stands: `version` 0 came with the product. `names`: the placeholders of each level."""

    key: str
    version: int
    levels: Mapping[Privacy, Template]
    names: Mapping[Privacy, frozenset[str]]
    is_news: bool = False  # it may sell something, and goes to whoever agreed to news only

    def level_for(self, most: Privacy, language: str | None, fallback: Collection[str] = ()) -> Privacy:
        """Which level's wording a person gets: the fullest in their language, or else in the first of `fallback`."""
        within = sorted((level for level in self.levels if level <= most), reverse=True) or [min(self.levels)]
        spoken = (
            level for tag in (language, *fallback, "en") for level in within if variant_for(self.levels[level], tag)
        )
        return next(spoken, within[0])

    def uses(self, name: str, level: Privacy) -> bool:
        return name in self.names[level]


@dataclass(frozen=True, slots=True)
class Written:
    """A finished text. `mark` names the version that it is by, its language and level ("visit_question@3/pl/neutral"; version 0
    is the product's); empty: the product's, at the level of everybody who chose nothing."""

    text: str
    mark: str = ""


def level_of(mark: str) -> Privacy:
    """How much a text says, by its mark."""
    return LEVELS.get(mark.rpartition("/")[2], Privacy.PLACE_AND_TIME)


def wording(
    key: str, texts: Texts, *, version: int = 0, allowed: Collection[str] | None = None, is_news: bool = False
) -> Wording:
    """Reads the texts of one key. `allowed` None: they were checked before. Raises TemplateError."""
    levels = {}
    for level, variants in texts.items():
        names = frozenset().union(*map(names_in, variants.values())) if allowed is None else allowed
        levels[level] = define(key, variants, names)
    return Wording(key, version, levels, {level: placeholders(made) for level, made in levels.items()}, is_news)


def wordings(tables: Mapping[str, Texts], allowed: Collection[str]) -> dict[str, Wording]:
    """`wording` for a whole table of the product's. Raises TemplateError."""
    return {key: wording(key, texts, allowed=allowed) for key, texts in tables.items()}


def write(
    which: Wording,
    level: Privacy,
    language: str | None,
    values: Mapping[str, Value],
    *,
    fallback: Collection[str] = (),
) -> Written:
    """The text of this level. A neutral one does not call the clinic by a name that tells what it is. Raises MissingValue."""
    clinic, phone = values.get("clinic"), values.get("phone")
    if level is Privacy.NEUTRAL and isinstance(clinic, str):
        short = short_name(clinic, phone if isinstance(phone, str) else "")
        values = {**values, "clinic": name_at(level, clinic, short, language or "")}
    elif level is Privacy.CLINICAL:
        values = {
            name: "" if name in ABOUT_CARE and tells_in_any(str(value)) else value for name, value in values.items()
        }
    made: Rendered = render(which.levels[level], language, values, (*fallback, "en"))
    is_usual = not which.version and level is which.level_for(Privacy.PLACE_AND_TIME, language, fallback)
    mark = "" if is_usual else f"{which.key}@{which.version}/{made.language}/{level.name.lower()}"
    return Written(made.text, mark)
