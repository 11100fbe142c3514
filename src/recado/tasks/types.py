"""Values of this room."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class TaskKind(StrEnum):
    UNCERTAIN = "uncertain"  # texts whose fate is not known: one task for each incident
    READ_REPLY = "read_reply"  # a patient wrote what only a person can answer
    ANOTHER_TIME = "another_time"  # a patient wants another time
    WRONG_NUMBER = "wrong_number"
    CALL = "call"  # no text can reach the patient in time, or they asked for it: phone them
    CALL_BACK = "call_back"  # a low score in a survey, or they asked to be called about it
    REFILL = "refill"  # a patient asked for what they take to be prepared again
    UNOPENED = "unopened"  # what waits for a patient has been waiting too long


@dataclass(frozen=True, slots=True)
class TaskWish:
    """Something for a person to do. `source` is what raises it: the same kind from the same source is raised once."""

    kind: TaskKind
    source: str
    patient_id: UUID | None = None
    subject_id: UUID | None = None
    due_at: datetime | None = None  # None: now
    detail: Mapping[str, object] = field(default_factory=dict)  # counts and codes, never personal data


class CallResult(StrEnum):
    """What came of a phone call. Stored."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    ANOTHER_TIME = "another_time"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"


@dataclass(frozen=True, slots=True)
class CallView:
    """One try to phone a patient about a subject."""

    id: UUID
    subject_id: UUID
    patient_id: UUID
    at: datetime
    result: CallResult
    by: str


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
