"""Why a text to come leaves later or stays out, in a few words; the sentence behind it is the gate's or the engine's own."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import gettext_noop

from recado.journeys import queries as journeys
from recado.web.stories import words as stories

# Title, colour, icon, and what to do about it.
SHORT: dict[str, tuple[Any, str, str, Any]] = {
    "withdrawn": (_l("Asked us to stop"), "mute", "bell-off", _l("Phone them if it matters.")),
    "no_phone": (_l("No number that works"), "bad", "phone-off", _l("Add a number to their record.")),
    "wrong_number": (_l("The number is not theirs"), "bad", "user-x", _l("Find the right number.")),
    "no_permission": (_l("No permission for this kind of text"), "mute", "hand", ""),
    "too_private": (_l("Says more than may stand on a screen"), "ask", "eye-off", ""),
    "quiet_hours": (_l("Outside the hours for texts"), "mute", "moon", ""),
    "law_hours": (_l("Outside the country's hours"), "mute", "moon", ""),
    "frequency_cap": (_l("Enough texts for one day"), "warn", "timer", _l("It waits for the next day.")),
    "hourly_cap": (_l("Enough texts for one hour"), "warn", "timer", _l("It waits for a later hour.")),
    "held_out": (_l("In the comparison group"), "info", "users", ""),
    "paused": (_l("The journey is paused"), "mute", "pause", _l("It waits until the journey goes on.")),
    "word": (_l("Waits for your word"), "warn", "hand", _l("Today asks whether to tell these people.")),
    "moved": (_l("The visit was moved meanwhile"), "mute", "calendar-sync", ""),
    "cancelled": (_l("The visit was cancelled meanwhile"), "mute", "calendar-x", ""),
    "no_allowed_moment": (_l("No allowed hour is left"), "warn", "clock", _l("They are on the call list.")),
    "expired": (_l("It would come too late"), "warn", "clock", ""),
    "together": (_l("In one text with another of that day"), "info", "users", ""),
    "held_here": (_l("Sending is held"), "warn", "pause", ""),
}

SENTENCES = {
    **journeys.REASONS,
    **stories.RULES,
    "paused": "",
    "word": "",
    "gone": "",
    "together": gettext_noop("Several visits of a day at one phone go in one text."),
}


def title(rule: str) -> str:
    """A few words for a stored rule."""
    return str(SHORT[rule][0]) if rule in SHORT else sentence(rule)


def sentence(rule: str) -> str:
    return _(SENTENCES[rule]) if SENTENCES.get(rule) else rule.replace("_", " ")


def look(rule: str) -> tuple[str, str]:
    """Colour and icon."""
    return (SHORT[rule][1], SHORT[rule][2]) if rule in SHORT else ("mute", "ban")


def advice(rule: str) -> str:
    """What to do about it, or the rule's sentence."""
    told = SHORT.get(rule, ("", "", "", ""))[3]
    return str(told) if told else sentence(rule)
