"""Information pages in words."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recado.information.types import PageKind, PageState
from recado.web.chips import Chip

KINDS: dict[PageKind, tuple[str, Any]] = {
    PageKind.DIRECTIONS: ("map-pin", gettext_lazy("Directions")),
    PageKind.PREPARATION: ("scroll-text", gettext_lazy("Preparation")),
    PageKind.CONDITION: ("info", gettext_lazy("About a condition")),
    PageKind.OTHER: ("file-text", gettext_lazy("Something else")),
}


def states(state: PageState) -> Chip:
    """The chip of a page's state."""
    return {
        PageState.DRAFT: Chip("mute", "pen-line", _("Draft")),
        PageState.LIVE: Chip("ok", "check", _("Live")),
        PageState.ENDED: Chip("mute", "x", _("Taken down")),
    }[state]
