"""The texts of a journey as patients would read them, in every language that there is one in."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import get_language

from recado.foundation.wiring import wired
from recado.journeys.types import AnchorRoom, Plan, Sample, Text

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


def samples_of(clinic_id: UUID, plan: Plan) -> Samples:
    """Call it inside `clinic_scope`."""
    room: AnchorRoom = wired("ANCHORS", plan.event.key)
    return room.samples(clinic_id, plan.event.key, templates_of(plan))


def languages_of(samples: Samples) -> list[str]:
    """The languages that every text has."""
    if not samples:
        return []
    first, *others = samples.values()
    return [language for language in first if all(language in one for one in others)]


def first_sample(plan: Plan, samples: Samples) -> Sample | None:
    """The first text of a journey in the reader's language, or else in English."""
    for key in templates_of(plan):
        its = samples.get(key, {})
        for language in ((get_language() or "en").split("-")[0], "en", *its):
            if language in its:
                return its[language]
    return None
