"""Values of files that came with texts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class AttachmentState(StrEnum):
    """Stored."""

    WAITING = "waiting"  # to be fetched from the carrier
    HERE = "here"
    FAILED = "failed"  # it can't be had, or is none that is shown
    GONE = "gone"  # no longer kept


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """One file, without what is in it. `trouble`: why it is not here (`attachments.TROUBLES`)."""

    id: UUID
    reading_id: UUID
    state: AttachmentState
    media_type: str
    size: int  # bytes
    trouble: str
    until: datetime | None = None  # when it goes


class NoSuchAttachment(LookupError):
    """Of this conversation there is none, or it is not here."""
