"""What was stored about a phone in every clinic of a demo: the story beside the simulated phones."""

from collections.abc import Iterator
from typing import Any

from recado.appointments import queries as appointments
from recado.clinics import queries as clinics
from recado.clinics.types import ClinicSettings
from recado.contacts import queries as contacts
from recado.conversations import queries as conversations
from recado.foundation.phone import Phone
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.web.stories.telling import Line, of_change, of_message, of_reading

NEWEST_TEXTS = 20


def of_phone(e164: str, limit: int) -> list[dict[str, Any]]:
    """The newest `limit` lines about a phone in every clinic of the demo, newest first."""
    lines: list[Line] = []
    for clinic in clinics.all_clinics():
        with clinic_scope(clinic.id):
            lines += _of_clinic(clinic, e164)
    # Within one moment, what follows in a text's own story comes later.
    newest = sorted(enumerate(lines), key=lambda numbered: (numbered[1].at, numbered[0]), reverse=True)
    return [
        {"at": line.at.isoformat(), "kind": line.kind, "title": line.title, "detail": line.detail, "raw": line.raw}
        for _number, line in newest[:limit]
    ]


def _of_clinic(clinic: ClinicSettings, e164: str) -> Iterator[Line]:
    phone_bi = messaging.phone_index(clinic.id, Phone(e164))
    for message in texts.thread(clinic.id, phone_bi, limit=NEWEST_TEXTS):
        yield from of_message(clinic, message)
    for reading in conversations.readings(clinic.id, phone_bi, limit=NEWEST_TEXTS):
        yield from of_reading(reading)
    people = contacts.patients_at(clinic.id, phone_bi)
    visits = appointments.visits_of(clinic.id, [person.patient_id for person in people])
    for change in appointments.story(clinic.id, [visit.id for visit in visits]):
        yield of_change(clinic, change)
