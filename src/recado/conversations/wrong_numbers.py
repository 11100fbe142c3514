"""Somebody writes that this is the wrong number: we ask once, naming nobody, and freeze it as the page behind a link does when
they say so, or say it again. Until then a person has it before them. Wired under REPLY_HANDLERS and DESCRIPTIONS. Call everything inside `clinic_scope`."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from recado.contacts import queries as contacts
from recado.foundation import business_time
from recado.foundation.actors import Actor

from . import desk, freezing, wish_notices
from .models import Question
from .obeying import BY_TEXT
from .types import ACCEPT, Following, Heard, Read, Settlement

KIND = "wrong_number"
ANSWERS = WRONG, RIGHT = (
    "wrong",
    "right",
)  # by their numbers alone: "OK" and "yes, it's me" must not freeze a right number
ANSWER_WITHIN = timedelta(days=7)
SAID_AGAIN_AFTER = timedelta(minutes=2)  # sooner it is a thumb's repetition: they can't have read our question


def ask_once(heard: Heard) -> Read | None:
    """Asks, or freezes where it had been asked. None: nobody is known at this phone, or several people are."""
    patient_id = heard.patient_id
    if patient_id is None:
        return None
    asked = _asked_lately(heard, patient_id)
    if asked is not None and heard.at - asked.asked_at < SAID_AGAIN_AFTER:
        return Read("wrong_number", "repeated", patient_id=patient_id)
    if asked is not None:
        desk.text_is_settled(heard.clinic_id, asked.subject_id, BY_TEXT)
        freezing.freeze(heard.clinic_id, patient_id, heard.phone_bi, BY_TEXT, how="sms")
        return Read("wrong_number", "frozen", patient_id=patient_id)
    asks = Following(KIND, heard.id, business_time.now() + ANSWER_WITHIN, ANSWERS)
    text = wish_notices.ask_wrong_number(heard.clinic_id, heard.language)
    # A stranger mostly writes once: while nobody has answered, a person has it, or the patient's visits would go on being told there.
    return Read("wrong_number", "asked_wrong", text, patient_id=patient_id, asks=asks, needs_person=True)


def _asked_lately(heard: Heard, patient_id: UUID) -> Question | None:
    open_ones = Question.objects.filter(
        clinic_id=heard.clinic_id, kind=KIND, patient_id=patient_id, phone_bi=heard.phone_bi, closed_at=None
    )
    return open_ones.filter(expires_at__gt=business_time.now()).order_by("-asked_at").first()


def settle(clinic_id: UUID, subject_id: UUID, answer: str, by: Actor) -> Settlement:
    """They have said whether it is. Nothing more goes to a number that is wrong, not even thanks. `subject_id`: the text that
    we asked about, so that a patient's other phone is never meant."""
    asked = Question.objects.filter(clinic_id=clinic_id, kind=KIND, subject_id=subject_id).latest("asked_at")
    desk.text_is_settled(clinic_id, subject_id, by)
    if answer in (WRONG, ACCEPT):  # ACCEPT: asked before the answers had names of their own
        freezing.freeze(clinic_id, asked.patient_id, bytes(asked.phone_bi), by, how="sms")
        return Settlement("frozen", "", is_over=True)
    found = contacts.patients_at(clinic_id, bytes(asked.phone_bi))
    language = next((person.language for person in found if person.patient_id == asked.patient_id), "")
    return Settlement("number_right", wish_notices.number_stays(clinic_id, language), is_over=True)


def describe(_clinic_id: UUID, subject_ids: Sequence[UUID], language: str) -> list[str]:
    """A few words for it, to ask back which question is meant."""
    return [wish_notices.word_for_number(language) for _ in subject_ids]
