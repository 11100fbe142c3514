"""Which dialogues a clinic has, and the one that somebody is in."""

from uuid import UUID

from recado.foundation.publishing import Editions, Shelf, Standing
from recado.foundation.works import WorkState

from . import faults, places, weighing
from .models import Dialogue as Row
from .models import Version
from .types import Dialogue, Fault, NoSuchDialogue
from .writing import from_json, to_json


def faults_of(dialogue: Dialogue) -> list[Fault]:
    """What keeps a dialogue from being published."""
    return [*faults.faults(dialogue), *places.faults(dialogue), *weighing.faults(dialogue)]


DIALOGUES = Shelf(Row, Editions(Version, "dialogue", from_json, NoSuchDialogue), "dialogue", to_json, faults_of)
all_of, one = DIALOGUES.all, DIALOGUES.one
version_of, past = DIALOGUES.editions.one, DIALOGUES.editions.past


def live(clinic_id: UUID) -> list[Dialogue]:
    """Those that answer, by name. Call it inside `clinic_scope`."""
    found: list[Standing[Dialogue]] = DIALOGUES.all(clinic_id, state=WorkState.LIVE)
    return [standing.published for standing in found if standing.published is not None]
