"""Surveys in words: figures, chips, and the names of kinds."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from recado.surveys.queries import Figure
from recado.surveys.types import QuestionKind, SurveyState, Topic, Way
from recado.web import numbers
from recado.web.chips import Chip

KINDS: dict[QuestionKind, Any] = {
    QuestionKind.RATE: gettext_lazy("Score from 1 to 5"),
    QuestionKind.RECOMMEND: gettext_lazy("Recommend us, 0 to 10"),
    QuestionKind.CHOICE: gettext_lazy("One of several"),
    QuestionKind.SEVERAL: gettext_lazy("Any of several"),
    QuestionKind.YES_NO: gettext_lazy("Yes or no"),
    QuestionKind.CALL: gettext_lazy("Yes asks for a call back"),
    QuestionKind.WORDS: gettext_lazy("In their own words"),
}
WAYS: dict[Way, Any] = {
    Way.TEXT: gettext_lazy("By text, one question at a time"),
    Way.PAGE: gettext_lazy("On a page behind a link"),
    Way.BOTH: gettext_lazy("By text, with a link to the page"),
}


TOPICS: dict[Topic, Any] = {
    Topic.WAITING: pgettext_lazy("what words are about", "Waiting"),
    Topic.KINDNESS: gettext_lazy("Kindness"),
    Topic.CLARITY: gettext_lazy("Explaining"),
    Topic.REACHING: gettext_lazy("Phone"),
    Topic.PLACE: gettext_lazy("The place"),
    Topic.BOOKING: gettext_lazy("Booking"),
}


def trend(risen: Figure | None) -> Chip | None:
    """Whether the later half of the weeks scores better than the earlier: said only where it is more than chance."""
    if risen is None or risen.low is None or risen.high is None:
        return None
    if risen.low > 0:
        return Chip("ok", "arrow-up", _("Rising"))
    if risen.high < 0:
        return Chip("bad", "arrow-down", _("Falling"))
    return Chip("mute", "minus", _("No clear change"))


def states(state: SurveyState) -> Chip:
    """The chip of a survey's state."""
    return {
        SurveyState.DRAFT: Chip("mute", "pen-line", _("Draft")),
        SurveyState.LIVE: Chip("ok", "check", _("Live")),
        SurveyState.ENDED: Chip("mute", "x", _("Ended")),
    }[state]


def span(figure: Figure | None, written: Callable[[float], str] = numbers.hundredths) -> str:
    """How sure a figure is; `written`: how its kind of figure is written."""
    if figure is None:
        return _("nobody has answered")
    if figure.low is None or figure.high is None:
        return _("%(count)s answers are too few to say how sure") % {"count": figure.total}
    return _("likely between %(low)s and %(high)s") % {"low": written(figure.low), "high": written(figure.high)}


def score_chip(score: int | None, most: int) -> Chip | None:
    """A score, coloured by the part of the scale that it lies in."""
    if score is None or not most:
        return None
    colour = "ok" if score >= 0.7 * most else "warn" if score > 0.4 * most else "bad"
    return Chip(colour, "star", _("%(score)s of %(most)s") % {"score": score, "most": most})
