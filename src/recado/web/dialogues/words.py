"""What dialogues, their steps and their ends are called. The room stores codes, these are the words."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recado.dialogues import queries as dialogues
from recado.dialogues.types import NEXT, TO_PERSON, Dialogue, Ending, Silence, StepKind, TaskFor
from recado.foundation.works import WorkState
from recado.web.chips import Chip

STATES: dict[WorkState, Chip] = {
    WorkState.LIVE: Chip("ok", "check", gettext_lazy("Live")),
    WorkState.DRAFT: Chip("warn", "pencil", gettext_lazy("Draft")),
    WorkState.ENDED: Chip("mute", "pause", gettext_lazy("Paused")),
}

KINDS: dict[StepKind, tuple[str, Any]] = {
    StepKind.ASK: ("list", gettext_lazy("Question with choices")),
    StepKind.WORDS: ("pen-line", gettext_lazy("Question in own words")),
    StepKind.BRANCH: ("split", gettext_lazy("Ways by what was answered")),
    StepKind.SAY: ("message-square-text", gettext_lazy("Say something")),
    StepKind.HOURS: ("clock", gettext_lazy("Opening hours")),
    StepKind.DIRECTIONS: ("map-pin", gettext_lazy("Directions")),
    StepKind.BOOK: ("calendar-plus", gettext_lazy("Times to book a visit")),
    StepKind.PERSON: ("user-round", gettext_lazy("A person goes on")),
    StepKind.END: ("flag", gettext_lazy("End")),
}
"""Icon and name."""

TASKS: dict[TaskFor, Any] = {
    TaskFor.NOBODY: gettext_lazy("Nothing for staff"),
    TaskFor.CHECK: gettext_lazy("A task to check what was said"),
    TaskFor.REFILL: gettext_lazy("A task to prepare it again"),
}

SILENCES: dict[Silence, Any] = {
    Silence.PERSON: gettext_lazy("To a person, with what was said"),
    Silence.END: gettext_lazy("It ends without a word"),
}

ENDINGS: dict[Ending, Chip] = {
    Ending.RUNNING: Chip("info", "hourglass", gettext_lazy("Under way")),
    Ending.DONE: Chip("ok", "check", gettext_lazy("Came to its end")),
    Ending.HANDED: Chip("ask", "user-round", gettext_lazy("A person goes on")),
    Ending.SILENT: Chip("mute", "clock", gettext_lazy("No answer came")),
    Ending.BROKEN_OFF: Chip("bad", "ban", gettext_lazy("Broken off by STOP or by words of danger")),
}

PLACES: dict[str, Any] = {
    "clinic": gettext_lazy("our name"),
    "phone": gettext_lazy("our phone"),
    "hours": gettext_lazy("our opening hours"),
    "address": gettext_lazy("our address"),
    "name": gettext_lazy("first name"),
    "when": gettext_lazy("day and time of the next visit"),
}
"""What `queries.PLACES` stand for; a test compares them."""

MEANINGS: dict[str, Any] = {
    "refill_request": gettext_lazy("They want a medicine again"),
    "reschedule": gettext_lazy("They want another time, and have no visit"),
    "question": gettext_lazy("They ask a question"),
}
"""What a text may mean that begins a dialogue: values of the understanding."""


def title(key: str, name: str) -> str:
    """The name of a dialogue: the clinic's own, or the product's in the reader's language."""
    ready = dialogues.PRODUCT.get(key)
    return _(ready.title) if ready is not None and name in ("", ready.dialogue.name) else name


def step_name(content: Dialogue, key: str) -> str:
    """What a step is called in lists."""
    step = content.step(key)
    return step.name or str(KINDS[step.kind][1])


def leads(content: Dialogue, target: str) -> str:
    """Where a choice leads, in words."""
    if target == NEXT:
        return _("To the step below")
    if target == TO_PERSON:
        return _("To a person")
    known = any(step.key == target for step in content.steps)
    return _("Go to “%(step)s”") % {"step": step_name(content, target)} if known else _("Nowhere: choose again")
