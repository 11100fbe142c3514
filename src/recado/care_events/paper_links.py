"""Links to the papers that events stand for, and the texts that carry one."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from recado.consent import queries as consent
from recado.contacts.types import Reach
from recado.foundation import business_time
from recado.foundation.wiring import wired
from recado.messaging import actions as messaging
from recado.messaging.types import LinkWish

from . import letters
from .models import Event
from .types import DocumentToRead, EventKind, FormToFill

SOURCE, LINK = "documents", "paper"
OPEN_FOR = timedelta(days=92)  # longer than any document; its own page knows the day
TEMPLATES = {
    "result_ready": "paper_ready",
    "document_ready": "paper_ready",
    "result_again": "paper_again",
    "document_again": "paper_again",
    "form_ready": "form_ready",
    "form_again": "form_again",
}
"""What is said of a paper of ours: a text with a link."""


def link_text(clinic_id: UUID, document_id: UUID) -> str | None:
    """The text with a fresh link to a paper. Call it inside `clinic_scope`."""
    event = Event.objects.filter(clinic_id=clinic_id, source=SOURCE, external_id=str(document_id)).last()
    if event is None:
        return None
    person = consent.recipients(clinic_id, [event.patient_id])[event.patient_id]
    link = links(clinic_id, [event], {event.id: person})[event.id]
    if event.kind == EventKind.FORM:
        return letters.write(clinic_id, [(FormToFill(event.at), "form_again", person)], [link])[0].text
    return letters.write(clinic_id, [(DocumentToRead(event.at), "paper_ready", person)], [link])[0].text


def links(clinic_id: UUID, events: Sequence[Event], people: Mapping[UUID, Reach]) -> dict[UUID, str]:
    """A new link to the paper of each event that has one; `people`, by event, are sent them. Call it inside `clinic_scope`."""
    papers = [event for event in events if event.source == SOURCE]
    if not papers:
        return {}
    until = business_time.now() + OPEN_FOR
    wishes = [
        LinkWish(LINK, UUID(event.external_id), event.patient_id, people[event.id].phone_bi, until) for event in papers
    ]
    made = messaging.make_links(clinic_id=clinic_id, wishes=wishes)
    ends = wired("LINK_ENDS", LINK)(clinic_id, [wish.subject_id for wish in wishes])
    return {
        event.id: f"{link}#{ends[wish.subject_id]}" if wish.subject_id in ends else link
        for event, wish, link in zip(papers, wishes, made, strict=True)
    }
