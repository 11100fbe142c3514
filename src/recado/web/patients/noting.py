"""What the forms about permission offer."""

from typing import Any

from django.utils.translation import gettext_lazy

from recado.consent.queries import PRIVACY_CHOICES, versions
from recado.consent.types import EVERYTHING, Privacy
from recado.web.patients import happenings

SAID: dict[str, Any] = {
    "desk": gettext_lazy("At the desk"),
    "call": gettext_lazy("In a call"),
    "letter": gettext_lazy("In writing"),
    "paper": gettext_lazy("On a signed form"),
}
"""How a person may have said it: the code is kept as proof."""


LEVELS: dict[Privacy, tuple[Any, Any]] = {
    Privacy.NEUTRAL: (gettext_lazy("Neutral"), gettext_lazy("Only that there is something. Safe on any screen.")),
    Privacy.PLACE_AND_TIME: (
        gettext_lazy("Place and time"),
        gettext_lazy("Day, hour, clinician and place. No reason."),
    ),
    Privacy.CLINICAL: (
        gettext_lazy("Clinical"),
        gettext_lazy("Also what the visit or the medicine is. Never a result or an illness."),
    ),
}
"""How much a text may say: its name and what it means."""


def levels(chosen: Privacy, counts: Privacy, *, may_agree: bool) -> dict[str, Any]:
    """What the form about it offers, and what counts for the phone of today: less than was chosen where they agreed to clinical
    words for another phone, or where others read this one. What counts is ticked, so that noting the form as it stands agrees to
    nothing. `may_agree`: their phone is theirs alone, so that clinical words may be agreed to."""
    offered = [
        (level.name.lower(), *LEVELS[level], level is counts, level is Privacy.CLINICAL)
        for level in PRIVACY_CHOICES
        if may_agree or level is not Privacy.CLINICAL
    ]
    return {"levels": offered, "level_name": LEVELS[counts][0], "is_agreed_elsewhere": counts < chosen}


def agreed_for(phone_bi: bytes | None) -> str:
    """Names the phone that a form about it was shown for: what is agreed to there is for no other."""
    return phone_bi.hex() if phone_bi else ""


def choices() -> dict[str, Any]:
    """What the forms offer."""
    groups = [(group.name.lower(), happenings.GROUPS[group]) for group in EVERYTHING]
    return {"said_how": SAID.items(), "groups": groups, "versions": versions()}
