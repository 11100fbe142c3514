"""Which dialogues a clinic has, and the one that somebody is in."""

from uuid import UUID

from recado.foundation.publishing import Shelf, Standing
from recado.foundation.works import WorkState

from .faults import faults
from .models import Dialogue as Row
from .models import Version
from .types import Dialogue, NoSuchDialogue
from .writing import from_json, to_json

DIALOGUES = Shelf(Row, Version, "dialogue", "dialogue", from_json, to_json, faults, NoSuchDialogue)
all_of, one, version_of, past = DIALOGUES.all, DIALOGUES.one, DIALOGUES.edition, DIALOGUES.past


def live(clinic_id: UUID) -> list[Dialogue]:
    """Those that answer, by name. Call it inside `clinic_scope`."""
    found: list[Standing[Dialogue]] = DIALOGUES.all(clinic_id, state=WorkState.LIVE)
    return [standing.published for standing in found if standing.published is not None]
