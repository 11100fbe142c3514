"""Somebody writes that they want to move or cancel their visit, or that they will come, although nothing is open that asks about it.
Wired under ANSWERERS.

A wish to move offers times, as if they had answered a reminder. Nothing is cancelled without an answer: which visit it would be
is told once, and 3 cancels it. A yes is taken for the one visit of the next days that is not confirmed. Who has several visits, or
shares the phone with others, is asked which (`which`). What is not certain is read by a person.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from recado.consent.types import Purpose
from recado.conversations import queries as conversations
from recado.conversations.types import KEEP_OR_CANCEL, Following, Heard, Meaning, Settlement, time_wish_in
from recado.foundation import business_time
from recado.foundation.actors import Actor, ActorKind

from . import letters, replies, which
from .bookable import TimeOfferState
from .models import Appointment, TimeOffer
from .types import VisitState

BY_TEXT = Actor(ActorKind.PATIENT, "sms")
OUTCOMES = ("asked_sure", "asked_which")
CONFIRM_WITHIN = timedelta(
    days=7
)  # as far ahead as reminders ask; a yes to a visit in months would end its reminders' question


def answer(heard: Heard) -> Settlement | None:
    """What came of it. None: it says something else, or is not certain, or is said to staff: a person reads it."""
    if heard.is_to_staff or not _is_sure(heard):
        return None
    visits = _coming(heard)
    if heard.understood.meaning is Meaning.CONFIRM:
        return _confirm(heard, visits)
    if not 1 <= len(visits) <= which.MOST:
        return None
    if _is_asked_already(heard):
        return Settlement("repeated", "", patient_id=heard.patient_id) if heard.is_again else None
    if heard.understood.meaning is Meaning.CANCEL:
        return _make_sure(visits[0]) if len(visits) == 1 else which.ask(heard, visits, "cancel")
    return _move(heard, visits)


def _is_sure(heard: Heard) -> bool:
    """A wish to move is sure by itself; a yes or a no only if it would act, had we just asked about the visit."""
    said = heard.understood
    if said.meaning is Meaning.RESCHEDULE:
        return said.acts
    if said.meaning not in (Meaning.CONFIRM, Meaning.CANCEL):
        return False
    asked = heard.if_asked()
    return asked.acts and asked.meaning is said.meaning


def _coming(heard: Heard) -> Sequence[Appointment]:
    """The next first, one more than can be told apart by letters."""
    coming = Appointment.objects.filter(
        clinic_id=heard.clinic_id,
        patient_id__in=[person.patient_id for person in heard.people],
        state__in=(VisitState.BOOKED, VisitState.CONFIRMED),
        starts_at__gt=business_time.now(),
    )
    return list(coming.order_by("starts_at", "id")[: which.MOST + 1])


def _is_asked_already(heard: Heard) -> bool:
    """Our own question about it is open: it is put once."""
    return conversations.is_asked(heard.clinic_id, heard.phone_bi, which.KIND) or conversations.is_asked(
        heard.clinic_id, heard.phone_bi, letters.KIND, KEEP_OR_CANCEL
    )


def _confirm(heard: Heard, visits: Sequence[Appointment]) -> Settlement | None:
    until = business_time.now() + CONFIRM_WITHIN
    open_ones = [visit for visit in visits if visit.state == VisitState.BOOKED and visit.starts_at <= until]
    if len(open_ones) != 1 or open_ones[0].wants_another_time:
        return None
    (visit,) = open_ones
    return replace(replies.settle(heard.clinic_id, visit.id, "confirm", BY_TEXT), patient_id=visit.patient_id)


def _make_sure(visit: Appointment) -> Settlement:
    (told,) = letters.write(visit.clinic_id, [(visit, "visit_cancel_sure")], purpose=Purpose.ANSWER)
    asks = Following(letters.KIND, visit.id, visit.starts_at, KEEP_OR_CANCEL)
    return Settlement("asked_sure", told.text, asks=asks, wording=told.mark, patient_id=visit.patient_id)


def _move(heard: Heard, visits: Sequence[Appointment]) -> Settlement | None:
    wish = time_wish_in(heard.words, heard.understood.slots)
    if len(visits) > 1:
        return which.ask(heard, visits, "change", wish)
    (visit,) = visits
    if heard.is_again and TimeOffer.objects.filter(
        clinic_id=heard.clinic_id, visit_id=visit.id, state=TimeOfferState.OPEN
    ):
        return Settlement("repeated", "", patient_id=visit.patient_id)  # the letters in their hand stay good
    return replace(replies.settle_wish(heard.clinic_id, visit.id, wish, BY_TEXT), patient_id=visit.patient_id)
