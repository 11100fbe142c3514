"""What the room of documents tells of its papers: each is a care event with a journey of its own. Wired under PAPERS.

The event is named after the document, so that its texts carry a link to it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from recado.foundation import business_time
from recado.foundation.actors import Actor
from recado.foundation.ids import new_id
from recado.journeys.queries import Coming, Written, event_states, foresee_events, written
from recado.messaging import queries as messaging
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind

from . import actions
from .models import Event
from .paper_links import SOURCE
from .paper_links import link_text as link_text
from .types import DocumentToRead, FormToFill, ResultReady

FORESEEN = timedelta(days=4)  # over the days on which no text may leave


def tell(*, clinic_id: UUID, patient_id: UUID, document_id: UUID, is_result: bool, asks_call: bool, by: Actor) -> None:
    """A paper is there. The patient is sent its link, or asked to call. Call it inside `clinic_scope`."""
    now = business_time.now()
    detail = ResultReady(now, needs_call=asks_call) if is_result or asks_call else DocumentToRead(now)
    actions.note_event(
        clinic_id=clinic_id, patient_id=patient_id, detail=detail, by=by, source=SOURCE, name=str(document_id)
    )


def look(
    *, clinic_id: UUID, patient_id: UUID, is_result: bool, asks_call: bool, by: Actor
) -> tuple[Coming, Written | None] | None:
    """The first text that `tell` would have sent, and what the gate says of it: nothing stays and nothing leaves. None: the
    clinic's journeys send none. Call it inside `clinic_scope`; the caller audits."""
    with transaction.atomic(), messaging.only_samples():
        name = new_id()
        tell(
            clinic_id=clinic_id,
            patient_id=patient_id,
            document_id=name,
            is_result=is_result,
            asks_call=asks_call,
            by=by,
        )
        events = Event.objects.filter(clinic_id=clinic_id, source=SOURCE, external_id=str(name))
        ids = list(events.values_list("id", flat=True))
        found = foresee_events(clinic_id, ids, business_time.now() + FORESEEN)
        first = next((one for one in found if one.template and one.rule != "condition"), None)
        (made,) = written(clinic_id, [first]) if first else (None,)
        transaction.set_rollback(True)
    return (first, made) if first else None


def tell_of_form(*, clinic_id: UUID, patient_id: UUID, document_id: UUID, due_at: datetime, by: Actor) -> None:
    """A form is to be filled in before then; told anew with another time where the visit has moved. Call it inside
    `clinic_scope`."""
    actions.note_event(
        clinic_id=clinic_id,
        patient_id=patient_id,
        detail=FormToFill(due_at),
        by=by,
        source=SOURCE,
        name=str(document_id),
    )


def become(*, clinic_id: UUID, document_id: UUID, state: str, by: Actor) -> None:
    """What became of a paper: opened, told, filled or withdrawn; what a person had to do about it is done. Call it inside
    `clinic_scope`."""
    rows = Event.objects.filter(clinic_id=clinic_id, source=SOURCE, external_id=str(document_id))
    for event_id, kind in rows.values_list("id", "kind"):
        if state not in event_states(kind):
            continue  # only what was said by phone first is told; a form that was looked at is still to be filled in
        actions.set_state(clinic_id=clinic_id, event_ids=[event_id], state=state, by=by)
        tasks.finish_about(clinic_id=clinic_id, kinds=[TaskKind.UNOPENED], subject_id=event_id, by=by)
