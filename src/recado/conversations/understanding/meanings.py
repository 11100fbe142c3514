"""Values: what a text may mean, what was asked before it, and what was understood."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Meaning(StrEnum):
    """What a patient wants. Written by `recado understand`."""

    CONFIRM = "confirm"
    CANCEL = "cancel"
    RESCHEDULE = "reschedule"
    RUNNING_LATE = "running_late"
    QUESTION = "question"
    STOP = "stop"
    START = "start"
    HELP = "help"
    WRONG_NUMBER = "wrong_number"
    THANKS = "thanks"
    SURVEY_SCORE = "survey_score"
    ACCEPT_OFFER = "accept_offer"
    DECLINE_OFFER = "decline_offer"
    REFILL_REQUEST = "refill_request"
    SYMPTOM_OR_EMERGENCY = "symptom_or_emergency"
    LANGUAGE_CHANGE = "language_change"
    OTHER = "other"


class Context(StrEnum):
    """What the person was asked last. It decides what a bare "yes", "no", "8" or "1" means."""

    REMINDER = "reminder"
    REMINDER_MENU = "reminder_menu"  # 1 comes, 2 another time, 3 cancels
    WAITLIST_OFFER = "waitlist_offer"
    SURVEY = "survey"
    REFILL_REMINDER = "refill_reminder"
    CAMPAIGN = "campaign"
    NONE = "none"


LANGUAGES = ("en", "fr", "nl", "pl", "es", "id", "de", "it", "pt")
VISITS = frozenset({Context.REMINDER, Context.REMINDER_MENU})
OFFERS = frozenset({Context.WAITLIST_OFFER, Context.CAMPAIGN})


@dataclass(frozen=True, slots=True)
class Asked:
    """A text to understand as an answer to `context`. `language`: what the person reads, where known; `now`: the local time to
    which "Thursday" is relative; `month_first`: "12/03" is 3 December, as in the clinic's country."""

    raw: str
    context: Context = Context.NONE
    language: str | None = None
    now: datetime | None = None
    month_first: bool = False


@dataclass(frozen=True, slots=True)
class Understood:
    """What a text means, how sure that is (0 to 1), and why. `acts`: sure enough to change something without a person."""

    meaning: Meaning
    confidence: float
    reason: str
    slots: dict[str, object] = field(default_factory=dict)
    acts: bool = False
    must_escalate: bool = False
    language: str = ""
