"""What journeys, their states and their events are called. The rooms store codes, these are the words."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recado.journeys import queries as journeys
from recado.journeys.types import JourneyState
from recado.web.chips import Chip

STATES: dict[JourneyState, Chip] = {
    JourneyState.LIVE: Chip("ok", "check", gettext_lazy("Live")),
    JourneyState.DRAFT: Chip("warn", "pencil", gettext_lazy("Draft")),
    JourneyState.PAUSED: Chip("mute", "pause", gettext_lazy("Paused")),
    JourneyState.ENDED: Chip("mute", "ban", gettext_lazy("Ended")),
}

# What starts a journey of this kind of event.
STARTS: dict[str, Any] = {
    "appointment": gettext_lazy("An appointment is booked"),
    "prescription": gettext_lazy("Something is ready to collect"),
    "medication": gettext_lazy("A medication course begins"),
    "refill": gettext_lazy("A medicine runs out soon"),
    "result": gettext_lazy("A result is ready"),
    "document": gettext_lazy("A document is sent"),
    "invoice": gettext_lazy("An invoice is made"),
    "cover_renewal": gettext_lazy("A health cover renews itself soon"),
    "delay": gettext_lazy("A visit runs late"),
    "recall": gettext_lazy("A check-up is due"),
    "vaccination": gettext_lazy("A time of vaccination begins"),
    "video_visit": gettext_lazy("A video visit is made"),
    "form": gettext_lazy("A form is sent"),
    "portal": gettext_lazy("A link to the patient portal is made"),
    "education": gettext_lazy("A series of pages begins"),
    "survey": gettext_lazy("A visit is over, and a survey asks about it"),
    "hours": gettext_lazy("Opening hours change for a day"),
    "visit_finished": gettext_lazy("Another system says that a visit is over"),
}

THEME_ICONS: dict[str, tuple[str, str]] = {
    "before": ("acc", "calendar-check"),
    "on_the_day": ("acc", "clock"),
    "after": ("info", "message-circle-heart"),
    "medicines": ("ask", "alarm-clock"),
    "results": ("info", "file-check"),
    "money": ("mute", "scroll-text"),
    "prevention": ("ok", "shield-check"),
}

READY = {ready.plan.key: ready for ready in journeys.GALLERY}


def title(key: str, name: str = "") -> str:
    """The name of a journey: the clinic's own, or the product's in the reader's language."""
    ready = READY.get(key)
    if ready is not None and name in ("", ready.title):
        return _(ready.title)
    return name or key.replace("_", " ")


def starts(event: str) -> str:
    """What starts a journey; a kind without words of its own is shown by its name."""
    return str(STARTS.get(event) or event.replace("_", " "))
