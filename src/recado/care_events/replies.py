"""What an answer does to an event. Wired under REPLY_HANDLERS and DESCRIPTIONS."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from recado.consent import queries as consent
from recado.conversations.types import SEEN, TAKEN, Settlement
from recado.foundation import business_time
from recado.foundation.actors import Actor
from recado.journeys import actions as journeys
from recado.journeys.queries import open_states
from recado.messaging.queries import Written
from recado.tasks import actions as tasks

from . import actions, letters
from .effects import EFFECTS
from .models import Change, Event
from .steps import DOSE_COUNTS, detail_of
from .types import EventKind

OUTCOMES = ("noted", "too_late")
LATER = timedelta(
    minutes=30
)  # who will take a medicine later is reminded again; not past the hour in which that is of use


def settle(clinic_id: UUID, event_id: UUID, answer: str, by: Actor) -> Settlement:
    """Does what the patient answered and returns what they are told. Call it inside `clinic_scope`."""
    event = Event.objects.select_for_update().get(clinic_id=clinic_id, id=event_id)
    kind = EventKind(event.kind)
    if (kind, answer) == (EventKind.MEDICATION, SEEN) and event.state in open_states(kind):
        return _seen(clinic_id, event, by)
    effect = EFFECTS.get((kind, answer))
    if effect is None or event.state not in open_states(kind):
        told = _say(clinic_id, event, "answer_closed")
        return Settlement("too_late", told.text, wording=told.mark)
    state, task, template = effect
    actions.set_state(clinic_id=clinic_id, event_ids=[event_id], state=state or event.state, by=by, answer=answer)
    if (kind, answer) == (EventKind.MEDICATION, "later"):
        journeys.say_again(clinic_id=clinic_id, kind=kind, anchor_id=event_id, at=business_time.now() + LATER)
    if task is not None:
        tasks.raise_task(
            clinic_id=clinic_id,
            kind=task,
            source=f"{kind}:{event_id}:{event.revision}:{answer}",
            by=by,
            patient_id=event.patient_id,
            subject_id=event_id,
            detail={"about": f"{kind}_{answer}"},
        )
    told = _say(clinic_id, event, template) if template else Written("")
    return Settlement("noted", told.text, is_over=state is not None, wording=told.mark)


def _seen(clinic_id: UUID, event: Event, by: Actor) -> Settlement:
    """They have read the reminder and said no more: that stands in the story, and nothing says that the medicine was taken. An
    "ok" that follows a "taken" of the same hour takes nothing back."""
    lately = Change.objects.filter(clinic_id=clinic_id, event_id=event.id, at__gt=business_time.now() - DOSE_COUNTS)
    if lately.order_by("-at", "-id").values_list("answer", flat=True).first() != TAKEN:
        actions.set_state(clinic_id=clinic_id, event_ids=[event.id], state=event.state, by=by, answer=SEEN)
    return Settlement("noted", "")


def _say(clinic_id: UUID, event: Event, template: str) -> Written:
    person = consent.recipients(clinic_id, [event.patient_id])[event.patient_id]
    return letters.write(clinic_id, [(detail_of(event), template, person)])[0]


def describe(clinic_id: UUID, event_ids: Sequence[UUID], language: str) -> list[str]:
    """A word for each event, to ask back which is meant. Call it inside `clinic_scope`."""
    events = Event.objects.filter(clinic_id=clinic_id).in_bulk(event_ids)
    return [letters.word_for(EventKind(events[name].kind), language) for name in event_ids]
