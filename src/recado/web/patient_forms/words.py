"""Forms in words."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recado.documents.types import FieldKind, FormState
from recado.web.chips import Chip

KINDS: dict[FieldKind, Any] = {
    FieldKind.SHORT: gettext_lazy("A line of text"),
    FieldKind.LONG: gettext_lazy("A longer text"),
    FieldKind.CHOICE: gettext_lazy("One of several"),
    FieldKind.SEVERAL: gettext_lazy("Any of several"),
    FieldKind.DATE: gettext_lazy("A day"),
    FieldKind.YES_NO: gettext_lazy("Yes or no"),
}


def states(state: FormState) -> Chip:
    """The chip of a form's state."""
    return {
        FormState.DRAFT: Chip("mute", "pen-line", _("Draft")),
        FormState.LIVE: Chip("ok", "check", _("Live")),
        FormState.ENDED: Chip("mute", "x", _("Ended")),
    }[state]
