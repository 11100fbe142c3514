"""Values of this room: the language model that a clinic has connected, and what came of asking it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from recado.foundation.text import gettext_noop as _

LONGEST_ADDRESS, LONGEST_MODEL, LONGEST_KEY = 300, 120, 400


class Wish(StrEnum):
    """What is asked of it. All are shown to the one who asked, and none is ever sent by itself."""

    DRAFT = "draft"  # of a reply
    SUMMARY = "summary"  # of a conversation
    TRANSLATION = "translation"  # of one text of a patient's


@dataclass(frozen=True, slots=True)
class ConnectorView:
    """The connection, without its key. `url`: where the interface begins, such as https://host/v1."""

    url: str
    model: str
    has_key: bool
    is_on: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One text of a conversation."""

    is_ours: bool
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """What came of asking: words, or a trouble (a key of TROUBLES). `hidden`: how many names, numbers and dates stayed here."""

    text: str = ""
    trouble: str = ""
    hidden: int = 0
    took: timedelta = timedelta(0)


TROUBLES: dict[str, str] = {
    "off": _("No language model is connected."),
    "nothing": _("There is nothing to go by yet."),
    "private": _("Its address leads into a network that must not be called. Whoever runs the server can allow it."),
    "no_name": _("Its address leads nowhere. Check it in the settings."),
    "no_link": _("It could not be reached. Try again, or check the address in the settings."),
    "certificate": _("Its certificate is not valid for its name, so nothing was sent."),
    "timeout": _("It did not answer in time. Try again."),
    "broken": _("The connection broke off. Try again."),
    "redirect": _("It answers at another address. Put that one in the settings."),
    "refused": _("It refused the key, or does not know the model. Check both in the settings."),
    "busy": _("It is busy at the moment. Try again in a minute."),
    "unreadable": _("Its answer could not be read. It may not speak the interface that is expected."),
    "too_long": _("The text is too long to be translated whole, so nothing of it is shown."),
    "invented": _("It wrote of somebody or something that does not stand in the conversation. Nothing of it is shown."),
}


class NotUsable(ValueError):
    """What was typed can't be kept; `field` names it, `code` says why (a key of webhooks' ADDRESS_FAULTS, or `missing`)."""

    def __init__(self, field: str, code: str) -> None:
        self.field, self.code = field, code
        super().__init__(f"{field}: {code}")
