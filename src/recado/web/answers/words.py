"""Articles, and what becomes of questions, in words."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recado.knowledge.types import Outcome, Topic, WorkState
from recado.web import dates
from recado.web.chips import Chip

TOPICS: dict[Topic, Any] = {
    Topic.PLACE: gettext_lazy("The place"),
    Topic.VISITS: gettext_lazy("Visits"),
    Topic.PRESCRIPTIONS: gettext_lazy("Prescriptions"),
    Topic.MONEY: gettext_lazy("Money"),
    Topic.OTHER: gettext_lazy("Something else"),
}
SOON = 14  # days before its review date that an article asks for it

WHY: dict[Outcome, Any] = {
    Outcome.UNSURE: gettext_lazy("No article is sure enough"),
    Outcome.MEDICAL: gettext_lazy("Medical: never answered without a person"),
    Outcome.LANGUAGE: gettext_lazy("The article that fits is not written in this language"),
    Outcome.OVERDUE: gettext_lazy("The article that fits is past its review date"),
}


def states(state: WorkState) -> Chip:
    """The chip of an article's state, where it is not live."""
    return {
        WorkState.DRAFT: Chip("mute", "pen-line", _("Draft")),
        WorkState.LIVE: Chip("ok", "check", _("Live")),
        WorkState.ENDED: Chip("mute", "x", _("Taken down")),
    }[state]


def review(due: date | None, today: date) -> Chip:
    """The chip of an article's review date."""
    if due is None:
        return Chip("warn", "triangle-alert", _("no date"))
    days = (due - today).days
    if days < 0:
        words = ngettext("overdue %(days)s day", "overdue %(days)s days", -days) % {"days": -days}
        return Chip("bad", "x", words)
    if days <= SOON:
        return Chip(
            "warn", "triangle-alert", ngettext("due in %(days)s day", "due in %(days)s days", days) % {"days": days}
        )
    return Chip("ok", "check", _("by %(day)s") % {"day": dates.full_date(due)})
