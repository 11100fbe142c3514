"""What stands about the writer of a text as it comes in: asked once for all texts that are read together."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class LastRead:
    """How the text before was read."""

    at: datetime
    outcome: str
    body_mac: bytes
    question_id: UUID | None
    reply_id: UUID | None


@dataclass(frozen=True, slots=True)
class Known:
    """Of one phone. "Lately" is in the last day."""

    last: LastRead | None = None
    is_with_person: bool = False  # a text that names a danger has not been dealt with by a person
    passed_on: int = 0  # so often they heard lately that a person reads it, or looks at their picture
    was_asked_again: bool = False  # lately, what they mean
    refuses_care: bool = False  # answers don't go there either
    is_talking: bool = False  # somebody of TALKERS may have a question open with them


NOBODY_KNOWN = Known()  # a phone that has never written
