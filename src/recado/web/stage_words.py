"""What stages are called, and why somebody is stuck at one."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from recado.journeys.queries import Stage
from recado.web import coming_words

STAGES: dict[Stage, Any] = {
    Stage.BEGUN: _("Begun"),
    Stage.TOLD: _("Told"),
    Stage.ASKED: _("Asked"),
    Stage.ANSWERED: _("Answered"),
    Stage.REMINDED: _("Day before"),
    Stage.ARRIVED: _("Arrived"),
    Stage.FINISHED: _("Finished"),
    Stage.SURVEYED: _("Surveyed"),
}

BOOKED = _("Booked")
NO_ANSWER = _("Asked a day ago or more, no answer")


def title(stage: Stage, event: str) -> str:
    """An appointment begins by being booked."""
    return str(BOOKED if stage is Stage.BEGUN and event == "appointment" else STAGES[stage])


def stuck(why: str) -> str:
    return str(NO_ANSWER) if why == "no_answer" else coming_words.title(why)
