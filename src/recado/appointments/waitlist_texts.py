"""The texts about being on the waitlist, and the link to the page to join. Call it inside `clinic_scope`."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from recado.clinics import queries as clinics
from recado.consent import queries as consent
from recado.consent.types import Privacy, Purpose
from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.foundation import business_time
from recado.messaging import queries as texts
from recado.messaging.types import LinkWish

from . import letters
from .models import Appointment
from .waitlist_wordings import WORD

KIND = "waitlist"  # of links to the page to join, whose subject is the patient
LINK_LIVES = timedelta(days=30)
HOW = "waitlist_how"


def write(clinic_id: UUID, patient_id: UUID, template: str, visit: Appointment | None = None) -> texts.Written:
    """One of these texts for this patient, about the visit that they would give up, if any."""
    about = visit or Appointment(clinic_id=clinic_id, patient_id=patient_id, starts_at=business_time.now())
    wanted = [(about, template)]
    return letters.write(
        clinic_id, wanted, consent.recipients(clinic_id, [patient_id]), purpose=Purpose.ANSWER, wish=_page
    )[0]


def which(clinic_id: UUID, patient_id: UUID, visits: Sequence[Appointment], template: str) -> texts.Written:
    """The question which of these visits may come sooner: "1 = Thu 26 Nov at 10:30, 2 = ..."."""
    clinic = clinics.clinic_settings(clinic_id)
    person = consent.recipients(clinic_id, [patient_id])[patient_id]
    lines = [letters.choice_line(clinic, visit.starts_at, "", person.language, with_name=False) for visit in visits]
    values: dict[str, texts.Value] = {
        "clinic": clinic.name,
        "phone": clinic.phone_shown,
        "name": person.first_name,
        "visits": ", ".join(f"{number} = {line}" for number, line in enumerate(lines, 1)),
    }
    writer = texts.writer(clinic_id, letters.TEXTS, clinic.default_language)
    return writer.write(template, Privacy.PLACE_AND_TIME, person.language, values)


def word_for(language: str) -> str:
    """The list, among things that a text may mean."""
    return WORD.get(language.partition("-")[0].lower(), WORD["en"])


def _page(visit: Appointment, person: Reach) -> LinkWish:
    return LinkWish(KIND, person.patient_id, person.patient_id, person.phone_bi, business_time.now() + LINK_LIVES)


def fresh_link_text(clinic_id: UUID, patient_id: UUID) -> str | None:
    """The text that brings a link to the page to join. Wired under LINK_TEXTS."""
    return write(clinic_id, patient_id, HOW).text if contacts.reach(clinic_id, [patient_id]) else None
