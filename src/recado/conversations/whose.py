"""Whose a phone and its texts are: people of whom it was said that a phone is not theirs, and single texts of a phone that
several share. Call all of it inside `clinic_scope`."""

from uuid import UUID

from django.db import transaction

from recado.consent import queries as consent
from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.foundation.actors import Actor

from . import desk, threads
from .models import Reading


def not_theirs(clinic_id: UUID, phone_bi: bytes) -> list[Reach]:
    """Who has this phone on record although it was said not to be theirs; the caller audits."""
    people = list(contacts.patients_at(clinic_id, phone_bi))
    if not people:
        return []
    standing = consent.standing_of(clinic_id, phones=(), patients=[person.patient_id for person in people])
    return [person for person in people if (person.patient_id, phone_bi) in standing.wrong]


def say_whom_a_text_is_about(
    *, clinic_id: UUID, thread_id: UUID, text_id: UUID, patient_id: UUID | None, by: Actor
) -> None:
    """Says of one text of a shared phone whom it is about; None: of nobody in particular. It then stands in that person's record
    alone. What it set in motion stays as it is. Raises NoSuchThread, LookupError where the text is not of this conversation,
    or the phone not that patient's."""
    with transaction.atomic():
        thread = threads.held(clinic_id, thread_id)
        people = contacts.patients_at(clinic_id, bytes(thread.phone_bi))
        if patient_id is not None and all(person.patient_id != patient_id for person in people):
            raise LookupError("This phone is not that patient's.")
        rows = Reading.objects.filter(clinic_id=clinic_id, id=text_id, phone_bi=bytes(thread.phone_bi))
        if not rows.update(patient_id=patient_id):
            raise LookupError("This conversation has no such text.")
        desk.act(thread, "text_about", by, {}, {"text": str(text_id)})
