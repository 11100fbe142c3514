"""A clinic's dialogues: begun, written, published, paused and put back. Publishing makes a new version; whoever is in one stays
in the version that they began."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from recado.foundation.actors import Actor
from recado.foundation.works import key_of

from .book import DIALOGUES
from .models import Dialogue as Row
from .types import Dialogue, DraftChanged

publish = DIALOGUES.publish
pause, resume = DIALOGUES.end, DIALOGUES.resume  # nobody new comes into it, or they do again


def begin(*, clinic_id: UUID, dialogue: Dialogue, by: Actor) -> str:
    """A dialogue as a draft; its key is made of its name where it has none. Returns the key. Raises TooMany. Call it inside
    `clinic_scope`."""
    key = dialogue.key or key_of(dialogue.name, "dialogue")
    return DIALOGUES.begin_new(clinic_id=clinic_id, key=key, content=dialogue, by=by)


def save_draft(*, clinic_id: UUID, key: str, draft: Dialogue | None, by: Actor, seen: datetime | None = None) -> None:
    """Keeps what is being written, whatever its faults; None gives it up. `seen`: when it was changed last as the writer saw it;
    None asks nothing. Raises NoSuchDialogue, NotPublishable where there would be nothing left, and DraftChanged where somebody
    has saved since. Call it inside `clinic_scope`."""
    with transaction.atomic():
        row = Row.objects.select_for_update().filter(clinic_id=clinic_id, key=key).first()
        if row is not None and seen is not None and row.changed_at != seen:
            raise DraftChanged(row.changed_by, row.changed_at)
        DIALOGUES.save_draft(clinic_id=clinic_id, key=key, draft=draft, by=by)
