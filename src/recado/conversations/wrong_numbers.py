"""Somebody writes that this is the wrong number: we ask once, naming nobody, and freeze it as the page behind a link does when
they say so, or say it again. Wired under REPLY_HANDLERS and DESCRIPTIONS. Call everything inside `clinic_scope`."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from recado.contacts import queries as contacts
from recado.foundation import business_time
from recado.foundation.actors import Actor

from . import freezing, wish_notices
from .models import Question
from .obeying import BY_TEXT
from .types import ACCEPT, DECLINE, Following, Heard, Read, Settlement

KIND = "wrong_number"
ANSWERS = (ACCEPT, DECLINE)
ANSWER_WITHIN = timedelta(days=7)


def ask_once(heard: Heard) -> Read | None:
    """Asks, or freezes where it had been asked. None: nobody is known at this phone, or several people are."""
    patient_id = heard.patient_id
    if patient_id is None:
        return None
    open_ones = Question.objects.filter(
        clinic_id=heard.clinic_id, kind=KIND, subject_id=patient_id, phone_bi=heard.phone_bi, closed_at=None
    )
    if open_ones.filter(expires_at__gt=business_time.now()).exists():
        freezing.freeze(heard.clinic_id, patient_id, heard.phone_bi, BY_TEXT, how="sms")
        return Read("wrong_number", "frozen", patient_id=patient_id)
    asks = Following(KIND, patient_id, business_time.now() + ANSWER_WITHIN, ANSWERS)
    text = wish_notices.ask_wrong_number(heard.clinic_id, heard.language)
    return Read("wrong_number", "asked_wrong", text, patient_id=patient_id, asks=asks)


def settle(clinic_id: UUID, patient_id: UUID, answer: str, by: Actor) -> Settlement:
    """They have said whether it is. Nothing more goes to a number that is wrong, not even thanks."""
    asked = Question.objects.filter(clinic_id=clinic_id, kind=KIND, subject_id=patient_id).latest("asked_at")
    if answer == ACCEPT:
        freezing.freeze(clinic_id, patient_id, bytes(asked.phone_bi), by, how="sms")
        return Settlement("frozen", "", is_over=True)
    found = contacts.patients_at(clinic_id, bytes(asked.phone_bi))
    language = next((person.language for person in found if person.patient_id == patient_id), "")
    return Settlement("number_right", wish_notices.number_stays(clinic_id, language), is_over=True)


def describe(_clinic_id: UUID, patient_ids: Sequence[UUID], language: str) -> list[str]:
    """A few words for it, to ask back which question is meant."""
    return [wish_notices.word_for_number(language) for _ in patient_ids]
