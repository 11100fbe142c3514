"""Who did it: the `by=` of every action."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    STAFF = "staff"
    PATIENT = "patient"
    IMPORT = "import"
    API_KEY = "api_key"
    SYSTEM = "system"
    OPERATOR = "operator"  # a person at the console of the machine


@dataclass(frozen=True, slots=True)
class Actor:
    """One who acts. `ref` names them without personal data: a user id, an import id, a room."""

    kind: ActorKind
    ref: str = ""


SYSTEM = Actor(ActorKind.SYSTEM, "recado")
OPERATOR = Actor(ActorKind.OPERATOR, "console")
