"""The texts about being on the waitlist, and the link to the page to join. Call it inside `clinic_scope`."""

from datetime import timedelta
from uuid import UUID

from recado.consent.types import Purpose
from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.foundation import business_time
from recado.messaging import queries as texts
from recado.messaging.types import LinkWish

from . import letters
from .models import Appointment

KIND = "waitlist"  # of links to the page to join, whose subject is the patient
LINK_LIVES = timedelta(days=30)
HOW = "waitlist_how"


def write(clinic_id: UUID, patient_id: UUID, template: str, visit: Appointment | None = None) -> texts.Written:
    """One of these texts for this patient, about the visit that they would give up, if any."""
    about = visit or Appointment(clinic_id=clinic_id, patient_id=patient_id, starts_at=business_time.now())
    wanted = [(about, template)]
    return letters.write(
        clinic_id, wanted, contacts.reach(clinic_id, [patient_id]), purpose=Purpose.ANSWER, wish=_page
    )[0]


def _page(visit: Appointment, person: Reach) -> LinkWish:
    return LinkWish(KIND, person.patient_id, person.patient_id, person.phone_bi, business_time.now() + LINK_LIVES)


def fresh_link_text(clinic_id: UUID, patient_id: UUID) -> str | None:
    """The text that brings a link to the page to join. Wired under LINK_TEXTS."""
    return write(clinic_id, patient_id, HOW).text if contacts.reach(clinic_id, [patient_id]) else None
