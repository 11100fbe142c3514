"""The texts about visits, for whoever shows or changes them. Wired under TEXTS."""

from uuid import UUID

from recado.messaging.types import TextRoom

from . import sampling
from .neutral_wordings import LEVELS
from .wordings import QUESTIONS, VALUES

ASKING = QUESTIONS | {"visits_question", "visit_check_in"}

ALWAYS = frozenset({"clinic", "when", "link"})


def room(clinic_id: UUID) -> TextRoom:
    """What may be written about a visit. Call it inside `clinic_scope`."""
    usual, longest = sampling.values(clinic_id)
    return TextRoom(LEVELS, VALUES, ALWAYS, ASKING, usual, longest)
