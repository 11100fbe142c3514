"""What the forms about permission offer."""

from typing import Any

from django.utils.translation import gettext_lazy

from recado.consent.types import EVERYTHING
from recado.web.patients import happenings

SAID: dict[str, Any] = {
    "desk": gettext_lazy("At the desk"),
    "call": gettext_lazy("In a call"),
    "letter": gettext_lazy("In writing"),
}
"""How a person may have said it: the code is kept as proof."""


def choices() -> dict[str, Any]:
    """What the forms offer."""
    groups = [(group.name.lower(), happenings.GROUPS[group]) for group in EVERYTHING]
    return {"said_how": SAID.items(), "groups": groups}
