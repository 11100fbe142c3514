"""What a step does by itself, without steps inside it. Pure; other rooms take these from `types`."""

from dataclasses import dataclass

from recado.consent.types import Purpose
from recado.journeys.codes import Kind


@dataclass(frozen=True, slots=True)
class Text:
    """A text to the patient. `answers` names what 1, 2, 3... mean; none: what the event's own room offers."""

    template: str
    kind: Kind = Kind.NOTICE
    template_if_first: str | None = None  # where no question came before
    purpose: Purpose = Purpose.CARE
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """Something for a person: a line on the call list, or another task. `about`: a word for why, shown with it."""

    kind: str  # a value of tasks.types.TaskKind
    about: str = ""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Another system is told. `endpoint`: the id of one of the clinic's endpoints (webhooks)."""

    endpoint: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Does nothing: what follows counts from here."""


@dataclass(frozen=True, slots=True)
class End:
    """Nothing of this journey goes any more."""


@dataclass(frozen=True, slots=True)
class HoldOut:
    """So many in a hundred get none of the texts that follow, to see what the texts achieve. Drawn once, by person."""

    percent: int


@dataclass(frozen=True, slots=True)
class OfferTime:
    """The time of a cancelled visit, where it is free again or still, is offered to those who wait for one."""
