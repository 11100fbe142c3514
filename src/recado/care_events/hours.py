"""Other hours, or closed days, told to everybody whom they concern: who knows already, and what comes of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import LiteralString
from uuid import UUID

from recado.clinics import queries as clinics
from recado.consent.queries import UNSAID
from recado.foundation.database import plain_cursor
from recado.journeys import queries as journeys
from recado.messaging import queries as wording

from . import kinds, letters, texts
from .models import Event
from .steps import detail_of
from .types import EventKind, HoursChange

LOCK: LiteralString = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))"


@dataclass(frozen=True, slots=True)
class Word:
    """What is said of opening hours: as an event of a source, without whoever it is about."""

    detail: HoursChange
    state: str = ""


@dataclass(frozen=True, slots=True)
class HoursTold:
    """What comes of an act. `people`: who is told something new; `told_before`: who had been told the same. `coming`: the
    texts with what the gate says of each. `too_late`: people for whom no allowed hour is left, who are called instead.
    `samples`: what is said to an invented person, in each of the clinic's languages."""

    people: int
    told_before: int
    coming: tuple[journeys.Coming, ...]
    cost: journeys.Estimate
    too_late: int
    samples: Mapping[str, str]


def told_of_these_days(
    clinic_id: UUID, change: HoursChange, patient_ids: Collection[UUID], source: str
) -> tuple[set[UUID], list[UUID]]:
    """Who was told the very same of these days, and the events that say something else of one of them. One at a time in a
    clinic: pressed twice, it tells once. Call it inside `clinic_scope`."""
    with plain_cursor() as cursor:
        cursor.execute(LOCK, (f"recado hours {clinic_id}",))
    rows = Event.objects.select_for_update().filter(
        clinic_id=clinic_id, source=source, kind=EventKind.HOURS, state="coming", patient_id__in=list(patient_ids)
    )
    told: set[UUID] = set()
    other: list[UUID] = []
    for row in rows:
        said = detail_of(row)
        assert isinstance(said, HoursChange)
        if said == change:
            told.add(row.patient_id)
        elif _days(said)[0] <= _days(change)[1] and _days(change)[0] <= _days(said)[1]:
            other.append(row.id)
    return told, other


def _days(change: HoursChange) -> tuple[date, date]:
    return change.on, change.last_day or change.on


def outcome(
    clinic_id: UUID,
    event_ids: Sequence[UUID],
    people: Collection[UUID],
    told: Collection[UUID],
    change: HoursChange,
    time_zone: str,
) -> HoursTold:
    """What comes of these events as things stand. Call it inside `clinic_scope`."""
    found = journeys.foresee_events(clinic_id, event_ids, kinds.start_of(change, time_zone))
    coming = tuple(one for one in found if one.rule != "condition")  # closed days and other hours have a step each
    cost = journeys.estimate(clinic_id, coming)
    unheard = len(set(people) - {one.patient_id for one in coming})
    template = next((one.template for one in coming if one.goes), "")
    return HoursTold(len(people), len(told), coming, cost, unheard, _samples(clinic_id, change, template))


def _samples(clinic_id: UUID, change: HoursChange, template: str) -> dict[str, str]:
    if not template:
        return {}
    clinic = clinics.clinic_settings(clinic_id)
    writer = wording.writer(clinic_id, letters.TEXTS, clinic.default_language)
    values = {**letters.values_of(clinic, change), "name": texts.NAME}
    spoken = [one for one in (clinic.languages or (clinic.default_language,)) if one in writer.languages(template)]
    return {language: writer.write(template, UNSAID, language, values).text for language in spoken}
