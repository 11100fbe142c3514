"""What the room of documents tells of its papers: each is a care event with a journey of its own. Wired under PAPERS.

The event is named after the document, so that its texts carry a link to it.
"""

from datetime import datetime
from uuid import UUID

from recado.foundation import business_time
from recado.foundation.actors import Actor
from recado.journeys.queries import event_states
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind

from . import actions
from .models import Event
from .paper_links import SOURCE
from .paper_links import link_text as link_text
from .types import DocumentToRead, FormToFill, ResultReady


def tell(*, clinic_id: UUID, patient_id: UUID, document_id: UUID, is_result: bool, asks_call: bool, by: Actor) -> None:
    """A paper is there. The patient is sent its link, or asked to call. Call it inside `clinic_scope`."""
    now = business_time.now()
    detail = ResultReady(now, needs_call=asks_call) if is_result or asks_call else DocumentToRead(now)
    actions.note_event(
        clinic_id=clinic_id, patient_id=patient_id, detail=detail, by=by, source=SOURCE, name=str(document_id)
    )


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
