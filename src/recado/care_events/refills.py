"""Somebody writes that they need their medicine again, and no reminder had asked: what is due is ordered, otherwise the team has
it as a task. Wired under ANSWERERS. The texts say nothing of medicine."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from recado.clinics import queries as clinics
from recado.consent import queries as consent
from recado.conversations.types import Heard, Meaning, Settlement
from recado.foundation import business_time
from recado.foundation.actors import Actor, ActorKind
from recado.journeys.queries import open_states
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind

from . import letters, replies
from .models import Event
from .types import EventKind, RefillDue

BY_TEXT = Actor(ActorKind.PATIENT, "sms")
ABOUT = "refill_asked"  # what the task is about, in its detail
OUTCOMES = ("refill_asked",)


def answer(heard: Heard) -> Settlement | None:
    """Orders it. None: it says something else, or for whom is not certain, so a person reads it."""
    said, patient_id = heard.understood, heard.patient_id
    if said.meaning is not Meaning.REFILL_REQUEST or not said.acts or patient_id is None:
        return None
    waiting = Event.objects.filter(
        clinic_id=heard.clinic_id,
        patient_id=patient_id,
        kind=EventKind.REFILL,
        state__in=open_states(EventKind.REFILL),
    )
    due = waiting.order_by("at", "id").first()
    if due is not None:
        return replace(replies.settle(heard.clinic_id, due.id, "order", BY_TEXT), patient_id=patient_id)
    today = business_time.now().astimezone(ZoneInfo(clinics.clinic_settings(heard.clinic_id).time_zone)).date()
    tasks.raise_task(
        clinic_id=heard.clinic_id,
        kind=TaskKind.REFILL,
        source=f"asked:{patient_id}:{today}",  # who writes it twice on a day has asked once
        by=BY_TEXT,
        patient_id=patient_id,
        detail={"about": ABOUT},
    )
    person = consent.recipients(heard.clinic_id, [patient_id])[patient_id]
    (told,) = letters.write(heard.clinic_id, [(RefillDue(today), "answer_refill_asked", person)])
    return Settlement("refill_asked", told.text, wording=told.mark, patient_id=patient_id)
