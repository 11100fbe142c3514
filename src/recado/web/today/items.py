"""One thing on Today that needs a person."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that needs a person. `name` and `words` are a patient's; `acts` are (words, address) of links."""

    colour: str
    icon: str
    title: str
    text: str = ""
    name: str = ""
    words: str = ""
    lang: str = ""
    waits: str = ""
    acts: tuple[tuple[Any, str], ...] = ()
    source: str = ""  # whose announcements wait
    task_id: UUID | None = None
    whose: str = ""  # the person or the team that a task was given to
