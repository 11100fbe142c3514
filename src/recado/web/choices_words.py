"""What a patient's page calls the kinds of texts."""

from typing import Any

from django.utils.translation import gettext_lazy

from recado.consent.types import Privacy, PurposeGroup

GROUPS: dict[PurposeGroup, tuple[Any, Any]] = {
    PurposeGroup.CARE: (gettext_lazy("My care"), gettext_lazy("Bookings, reminders, changes, results that are ready")),
    PurposeGroup.BILLING: (gettext_lazy("Bills"), gettext_lazy("That one is due, never what it is for")),
    PurposeGroup.SURVEY: (gettext_lazy("Surveys"), gettext_lazy("A few questions after a visit")),
    PurposeGroup.NEWS: (gettext_lazy("Health news"), gettext_lazy("Flu clinic, opening times")),
}
"""What each kind is called on a patient's page, and what it brings."""

LEVELS: dict[Privacy, Any] = {
    Privacy.NEUTRAL: gettext_lazy("Only that there is something"),
    Privacy.PLACE_AND_TIME: gettext_lazy("Also when, where and with whom"),
    Privacy.CLINICAL: gettext_lazy("Also what the visit or the medicine is"),
}
"""How much a message says, in a patient's words."""

ONLY: dict[str, tuple[frozenset[PurposeGroup], Any]] = {
    "care": (frozenset({PurposeGroup.CARE}), gettext_lazy("Only about my care")),
    "care_bills": (frozenset({PurposeGroup.CARE, PurposeGroup.BILLING}), gettext_lazy("Only about my care and bills")),
}
"""What somebody may keep who finds that there were too many."""


def only() -> list[tuple[str, Any]]:
    """The choices of "Only too many?"."""
    return [(code, words) for code, (_groups, words) in ONLY.items()]
