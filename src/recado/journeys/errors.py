"""What journeys refuse. Pure; other rooms take these from `types`."""

from datetime import datetime

from recado.foundation.works import NotPublishable as NotPublishable


class UnknownStep(LookupError):
    """The plan has no step of that key."""


class NoSuchJourney(LookupError):
    """The clinic has no journey of that key."""


class DraftChanged(ValueError):
    """Somebody else has saved the draft meanwhile: `by` is their reference, `at` the moment."""

    def __init__(self, by: str, at: datetime) -> None:
        super().__init__("the draft was changed by somebody else")
        self.by, self.at = by, at


class UnreadablePlan(ValueError):
    """What is stored can't be read as a plan. The text says where."""
