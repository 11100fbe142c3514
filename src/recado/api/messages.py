"""Where a text stands, for who sent it: neither its words nor its number, so that reading it discloses nothing new."""

from uuid import UUID

from django.db import close_old_connections

from recado.api import reading, shapes
from recado.api.answers import Answer, answer
from recado.foundation.tenancy import clinic_scope
from recado.messaging import queries as texts
from recado.messaging.types import TextStory

PURPOSE_NAMES = {purpose: name for name, purpose in reading.PURPOSES.items()}


def status(clinic_id: UUID, message_id: UUID) -> Answer | None:
    """A text of the clinic; None: it has none of this id."""
    close_old_connections()
    try:
        with clinic_scope(clinic_id):
            found = texts.text_story(clinic_id, message_id)
        return None if found is None else answer(200, _status(found))
    finally:
        close_old_connections()


def _status(story: TextStory) -> shapes.Status:
    said = story.message
    return shapes.Status(
        id=said.id,
        state=str(said.state),
        verdict=said.verdict,  # type: ignore[arg-type]  # the database holds it to these three
        rule=said.rule,
        reason=texts.RULES.get(said.rule, ""),
        parts=said.parts,
        purpose=PURPOSE_NAMES.get(said.purpose, said.purpose.name.lower()),
        lane=story.lane.name.lower(),
        sender=said.sender,
        created_at=said.at,
        due=said.due,
        events=[
            shapes.Event(event.kind.name.lower(), event.at, carrier, event.reason)
            for event, carrier in zip(said.events, story.carriers, strict=False)
        ],
    )
