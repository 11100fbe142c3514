"""A state as every screen shows it: never a colour alone."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Chip:
    """Colour, icon and words; `why` is a sentence beside it."""

    colour: str
    icon: str
    words: Any
    why: Any = ""
