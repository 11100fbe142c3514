"""One act that tells many of the same: what is said of each, and what comes of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from recado.clinics import queries as clinics
from recado.consent.queries import UNSAID
from recado.journeys import queries as journeys
from recado.messaging import queries as wording

from . import letters, texts
from .types import Detail


@dataclass(frozen=True, slots=True)
class Word:
    """What is said: as an event of a source, without whoever it is about."""

    detail: Detail
    state: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What comes of an act. `people`: who is told something new; `told_before`: who had been told the same. `coming`: the
    texts with what the gate says of each. `too_late`: people for whom no allowed hour is left, who are called instead.
    `samples`: what is said to an invented person, in each of the clinic's languages."""

    people: int
    told_before: int
    coming: tuple[journeys.Coming, ...]
    cost: journeys.Estimate
    too_late: int
    samples: Mapping[str, str]


def outcome(
    clinic_id: UUID,
    event_ids: Sequence[UUID],
    people: Collection[UUID],
    told_before: int,
    detail: Detail,
    until: datetime,
) -> Told:
    """What comes of these events up to `until`, as things stand. Call it inside `clinic_scope`."""
    found = journeys.foresee_events(clinic_id, event_ids, until)
    coming = tuple(one for one in found if one.rule != "condition")  # closed days and other hours have a step each
    cost = journeys.estimate(clinic_id, coming)
    unheard = len(set(people) - {one.patient_id for one in coming})
    template = next((one.template for one in coming if one.goes), "")
    return Told(len(people), told_before, coming, cost, unheard, _samples(clinic_id, detail, template))


def _samples(clinic_id: UUID, detail: Detail, template: str) -> dict[str, str]:
    if not template:
        return {}
    clinic = clinics.clinic_settings(clinic_id)
    writer = wording.writer(clinic_id, letters.TEXTS, clinic.default_language)
    values = {**letters.values_of(clinic, detail), "name": texts.NAME}
    spoken = [one for one in (clinic.languages or (clinic.default_language,)) if one in writer.languages(template)]
    return {language: writer.write(template, UNSAID, language, values).text for language in spoken}
