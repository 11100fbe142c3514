"""Texts about an event that nobody has: what an editor shows, and counts parts by."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from recado.clinics import queries as clinics
from recado.consent.queries import UNSAID
from recado.contacts import queries as contacts
from recado.foundation.dates import Day, When
from recado.journeys.types import Sample
from recado.messaging import queries as wording

from . import letters, texts
from .models import Event
from .types import EventKind

LOOKED_AT = 200  # of the newest events: enough for the longest first name, and quick to read


def samples(
    clinic_id: UUID, kind: EventKind, templates: Collection[str], at: datetime | None
) -> Mapping[str, Mapping[str, Sample]]:
    room, clinic = texts.room(clinic_id), clinics.clinic_settings(clinic_id)
    then: dict[str, wording.Value] = {"day": Day(at.date()), "when": When(at, clinic.time_zone)} if at else {}
    usual, longest = {**room.usual, **then}, {**room.longest, **then, "name": _longest_name(clinic_id, kind)}
    writer = wording.writer(clinic_id, letters.TEXTS, clinic.default_language)
    found: dict[str, dict[str, Sample]] = {}
    for key in templates:
        for language in writer.languages(key):
            text, long = (writer.write(key, UNSAID, language, given).text for given in (usual, longest))
            found.setdefault(key, {})[language] = Sample(text, long)
    return found


def _longest_name(clinic_id: UUID, kind: EventKind) -> str:
    """It only counts letters: nobody is shown it."""
    rows = Event.objects.filter(clinic_id=clinic_id, kind=kind).order_by("-id").values_list("patient_id", flat=True)
    people = contacts.reach(clinic_id, set(rows[:LOOKED_AT])).values()
    return max((texts.NAME, *(person.first_name for person in people)), key=len)
