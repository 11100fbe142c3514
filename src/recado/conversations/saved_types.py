"""Values of saved replies. Other rooms find them in `types`."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from recado.foundation.dates import When


class UnfitReply(ValueError):
    """It can't be kept as it stands. `fault`: no_title, no_text, bad_text, too_long, too_many; `language`: of which text."""

    def __init__(self, fault: str, language: str = "") -> None:
        self.fault, self.language = fault, language
        super().__init__(fault)


@dataclass(frozen=True, slots=True)
class SavedView:
    """A saved reply. `texts` by language."""

    id: UUID
    title: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ready:
    """A saved reply as it stands in an answer to one person."""

    title: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the places stand for: of whom the answer is for, and their next visit."""

    name: str = ""
    starts_at: When | None = None
    clinician: str = ""
    service: str = ""
    place: str = ""
