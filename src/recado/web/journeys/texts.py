"""The texts of a journey as patients would read them, in every language that there is one in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import get_language

from recado.foundation.wiring import wired
from recado.journeys.types import AnchorRoom, Plan, PlanStep, Sample, Text
from recado.web import languages

Samples = Mapping[str, Mapping[str, Sample]]


def templates_of(plan: Plan) -> list[str]:
    """The keys of the texts of a journey, in its order, each once."""
    found: dict[str, None] = {}
    for placed in plan.placed:
        if isinstance(placed.step.does, Text):
            found[placed.step.does.template] = None
            if placed.step.does.template_if_first:
                found[placed.step.does.template_if_first] = None
    return list(found)


def samples_of(clinic_id: UUID, plan: Plan, at: datetime | None = None) -> Samples:
    """Its texts about an invented event, at this moment. Call it inside `clinic_scope`."""
    room: AnchorRoom = wired("ANCHORS", plan.event.key)
    return room.samples(clinic_id, plan.event.key, templates_of(plan), at)


def languages_of(samples: Samples) -> list[str]:
    """The languages that every text has."""
    if not samples:
        return []
    first, *others = samples.values()
    return [language for language in first if all(language in one for one in others)]


def all_samples(plan: Plan, samples: Samples) -> list[str]:
    """The texts of a journey in its order, each once, in the reader's language, or else in English."""
    language = (get_language() or "en").split("-")[0]
    found = [in_language(samples.get(key, {}), language) for key in templates_of(plan)]
    return list(dict.fromkeys(one.text for one in found if one is not None))


def reading(step: PlanStep, samples: Samples) -> str:
    """The text of a step in the reader's language, or else in English; empty: it has none."""
    if not isinstance(step.does, Text):
        return ""
    sample = in_language(samples.get(step.does.template, {}), (get_language() or "en").split("-")[0])
    return sample.text if sample else ""


def in_language(its: Mapping[str, Sample], language: str) -> Sample | None:
    """What a person who reads this language gets: the text in it, or else in English, or any."""
    for one in (language, "en", *its):
        if one in its:
            return its[one]
    return None


@dataclass(frozen=True, slots=True)
class Tab:
    """A language, and how many texts of the journey lack it."""

    code: str
    missing: int
    is_here: bool


def tabs(plan: Plan, samples: Samples, here: str) -> list[Tab]:
    """The languages of the screens first, then those that some text is in besides."""
    keys = templates_of(plan)
    codes = dict.fromkeys([*languages.OWN_NAMES, *(code for its in samples.values() for code in its)])
    return [Tab(code, sum(code not in samples.get(key, {}) for key in keys), code == here) for code in codes]
