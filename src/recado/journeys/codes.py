"""Words of journeys that are stored. Pure; other rooms take these from `types`."""

from enum import StrEnum


class At(StrEnum):
    """What makes a step due."""

    ON = "on"  # at once, when the event comes to `state`
    BEFORE = "before"  # so long before the event's time
    AFTER = "after"  # so long after its end
    NEXT = "next"  # so long after the step before it was done
    EACH = "each"  # at each of the event's own times, such as the doses of a course
    LATE = "late"  # as soon as may be, where every dated question is in the past already


class Kind(StrEnum):
    NOTICE = "notice"
    QUESTION = "question"  # opens a question that an answer is bound to


class Op(StrEnum):
    IS = "is"
    IS_NOT = "is_not"
    AT_LEAST = "at_least"
    BELOW = "below"


class JourneyState(StrEnum):
    """Stored."""

    DRAFT = "draft"  # never published: nobody is put on it
    LIVE = "live"
    PAUSED = "paused"  # the next step of everybody in it waits
    ENDED = "ended"  # nobody new is put on it; who is under way goes on


class AnchorState(StrEnum):
    """The states of an appointment."""

    BOOKED = "booked"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    ARRIVED = "arrived"
    MISSED = "missed"
    FINISHED = "finished"
