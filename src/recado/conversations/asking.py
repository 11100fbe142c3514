"""Questions that are put to people: sent, and kept open for an answer."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from msgspec import structs

from recado.foundation import bulk, business_time
from recado.foundation.actors import Actor
from recado.foundation.ids import new_id
from recado.messaging import actions as messaging
from recado.messaging.types import Delivery, Intent

from .models import Question
from .types import Also, Ask, Following

QUESTION = (
    *("clinic_id", "id", "kind", "subject_id", "patient_id", "phone_bi", "number", "message_id", "asked_at"),
    *("expires_at", "answer", "answers", "is_notice"),
)


def ask(*, clinic_id: UUID, asks: Sequence[Ask], by: Actor) -> list[Delivery]:
    """Sends questions and keeps them open for an answer. Returns what became of each text. Call it inside `clinic_scope`."""
    if not asks:
        return []
    now = business_time.now()
    named = [replace(one, intent=structs.replace(one.intent, id=one.intent.id or new_id())) for one in asks]
    with transaction.atomic():
        deliveries = messaging.send(clinic_id=clinic_id, intents=[one.intent for one in named], by=by)
        bulk.insert_rows(
            Question,
            QUESTION,
            [
                (
                    clinic_id,
                    new_id(),
                    one.kind,
                    about.subject_id,
                    about.patient_id,
                    messaging.phone_index(clinic_id, one.intent.phone),
                    delivery.sender,
                    delivery.message_id,
                    now,
                    about.expires_at,
                    "",
                    list(one.answers),
                    one.is_notice,
                )
                for one, delivery in zip(named, deliveries, strict=True)
                for about in (_itself(one), *one.also)
                if delivery.is_queued and one.intent.phone is not None and (one.patient_id or one.intent.patient_id)
            ],
        )
    return deliveries


def say(clinic_id: UUID, intent: Intent, asks: Following | None, by: Actor) -> Delivery:
    """One text, with the question that it puts, if any. Call it inside `clinic_scope`."""
    if asks is None:
        return messaging.send(clinic_id=clinic_id, intents=[intent], by=by)[0]
    question = Ask(intent, asks.kind, asks.subject_id, asks.expires_at, asks.answers, patient_id=asks.patient_id)
    return ask(clinic_id=clinic_id, asks=[question], by=by)[0]


def take_back(clinic_id: UUID, message_id: UUID) -> None:
    """The text never left: what it asked takes no answer."""
    rows = Question.objects.filter(clinic_id=clinic_id, message_id=message_id, closed_at=None)
    rows.update(closed_at=business_time.now())


def is_open(clinic_id: UUID, phone_bi: bytes, kind: str, answers: Sequence[str] | None = None) -> bool:
    """Whether a question of this kind (and with these answers) is open and unanswered at a phone. Call it inside `clinic_scope`."""
    rows = Question.objects.filter(clinic_id=clinic_id, phone_bi=phone_bi, kind=kind, closed_at=None, answer="")
    rows = rows.filter(expires_at__gt=business_time.now())
    return (rows if answers is None else rows.filter(answers=list(answers))).exists()


def asked_by(clinic_id: UUID, message_id: UUID) -> list[UUID]:
    """What the questions that a text put are about. Call it inside `clinic_scope`."""
    rows = Question.objects.filter(clinic_id=clinic_id, message_id=message_id)
    return list(rows.values_list("subject_id", flat=True))


def _itself(one: Ask) -> Also:
    return Also(one.subject_id, one.patient_id or one.intent.patient_id or one.subject_id, one.expires_at)
