"""Why a text was understood as it was: `understanding` names its reasons in English, here they are to be translated."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

REASONS = frozenset(
    {
        gettext_noop("reads like somebody who comes"),
        gettext_noop("reads like somebody who doesn't come"),
        gettext_noop("reads like a wish for another time"),
        gettext_noop("reads like somebody who comes late"),
        gettext_noop("reads like a question"),
        gettext_noop("reads like a wish for no more texts"),
        gettext_noop("reads like a wish for texts again"),
        gettext_noop("reads like somebody who asks how this works"),
        gettext_noop("reads like somebody else's phone"),
        gettext_noop("reads like thanks"),
        gettext_noop("reads like a score"),
        gettext_noop("reads like a yes to the offer"),
        gettext_noop("reads like a no to the offer"),
        gettext_noop("reads like a wish for medicine"),
        gettext_noop("reads like a complaint or an emergency"),
        gettext_noop("reads like a wish for another language"),
        gettext_noop("reads like something else"),
        gettext_noop("names a danger"),
        gettext_noop("may be an emergency"),
        gettext_noop("begins with STOP"),
        gettext_noop("spells STOP"),
        gettext_noop("asks to end the texts"),
        gettext_noop("signs off"),
        gettext_noop("a score, as was asked"),
        gettext_noop("names a time that was offered"),
        gettext_noop("the whole text is this answer"),
        gettext_noop("the whole text is STOP"),
        gettext_noop("the whole text is START"),
        gettext_noop("the whole text is JOIN"),
        gettext_noop("the whole text is HELP"),
        gettext_noop("a number that answers nothing that was asked"),
        gettext_noop("a number that was offered as this answer"),
        gettext_noop("thanks and nothing else"),
        gettext_noop("thanks, and nothing was asked"),
        gettext_noop("a yes to what was asked"),
        gettext_noop("a yes, and nothing was asked that it answers"),
        gettext_noop("a no to what was asked"),
        gettext_noop("a no, and nothing was asked that it answers"),
    }
)
_OFFERED = re.compile(r"\A\d+ was offered as this answer\Z")


def said(why: str) -> str:
    """The reasons in the reader's language, one after the other; one that is not known here as it stands."""
    return "; ".join(map(_one, filter(None, (part.strip() for part in why.split(";")))))


def _one(reason: str) -> str:
    known = "a number that was offered as this answer" if _OFFERED.match(reason) else reason
    return _(known) if known in REASONS else known
