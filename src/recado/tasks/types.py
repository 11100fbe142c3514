"""Values of this room."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class TaskKind(StrEnum):
    UNCERTAIN = "uncertain"  # texts whose fate is not known: one task for each incident
    READ_REPLY = "read_reply"  # a patient wrote what only a person can answer
    ANOTHER_TIME = "another_time"  # a patient wants another time
    WRONG_NUMBER = "wrong_number"
    CALL = "call"  # no text can reach the patient in time: phone them


@dataclass(frozen=True, slots=True)
class TaskView:
    id: UUID
    kind: TaskKind
    patient_id: UUID | None
    subject_id: UUID | None
    due_at: datetime
    raised_at: datetime
    done_at: datetime | None
    detail: dict[str, object] = field(default_factory=dict)
