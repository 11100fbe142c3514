"""Somebody asks to move their visit although nothing is open that asks about it: as if they had answered a reminder. Wired under
ANSWERERS."""

from recado.conversations.types import Heard, Meaning, Settlement, time_wish_in
from recado.foundation import business_time
from recado.foundation.actors import Actor, ActorKind

from . import replies
from .bookable import TimeOfferState
from .models import Appointment, TimeOffer
from .types import VisitState

BY_TEXT = Actor(ActorKind.PATIENT, "sms")


def answer(heard: Heard) -> Settlement | None:
    """Offers other times. None: it says something else, or which visit is not certain, or is said to staff: a person
    reads it."""
    said = heard.understood
    if said.meaning is not Meaning.RESCHEDULE or not said.acts or heard.is_to_staff:
        return None
    coming = Appointment.objects.filter(
        clinic_id=heard.clinic_id,
        patient_id__in=[person.patient_id for person in heard.people],
        state__in=(VisitState.BOOKED, VisitState.CONFIRMED),
        starts_at__gt=business_time.now(),
    )
    visits = list(coming.values_list("id", "patient_id")[:2])
    if len(visits) != 1:
        return None
    ((visit_id, patient_id),) = visits
    if heard.is_again and TimeOffer.objects.filter(
        clinic_id=heard.clinic_id, visit_id=visit_id, state=TimeOfferState.OPEN
    ):
        return Settlement("repeated", "", patient_id=patient_id)  # the letters in their hand stay good
    wish = time_wish_in(heard.words, said.slots)
    settled = replies.settle_wish(heard.clinic_id, visit_id, wish, BY_TEXT)
    return Settlement(
        settled.outcome, settled.text, settled.is_over, settled.asks, settled.wording, patient_id=patient_id
    )
