"""The ready dialogues, in every language that the product speaks. Pure literals; whoever shows titles translates them.

None is live before a clinic publishes it: what answers by itself is the clinic's to decide. What a person wrote in a dialogue
goes to staff; nothing in a record is changed by one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from recado.dialogues.ready_words import (
    ASK_HOW,
    ASK_INSURED,
    ASK_MOVED,
    ASK_SAME,
    ASK_VISIT,
    BOOKED,
    CHECKED,
    ORDERED,
    STARTS,
    UNCHANGED,
    WHICH_DETAILS,
    WHICH_INSURER,
    WHICH_MEDICINES,
)
from recado.dialogues.types import NEXT, TO_PERSON, Case, Dialogue, Step, StepKind, TaskFor
from recado.foundation.text import gettext_noop as _

HOURS = Dialogue("hours", 0, "Opening hours", (Step("hours", StepKind.HOURS, "Opening hours"),), STARTS["hours"])

DIRECTIONS = Dialogue(
    "directions", 0, "Directions", (Step("way", StepKind.DIRECTIONS, "How to find us"),), STARTS["directions"]
)

BOOK = Dialogue(
    "book",
    0,
    "Book a visit",
    (
        Step("what", StepKind.ASK, "A new visit?", ASK_VISIT, then=("link", TO_PERSON, TO_PERSON)),
        Step("link", StepKind.BOOK, "A link to choose a time", BOOKED),
    ),
    STARTS["book"],
)

REPEAT = Dialogue(
    "repeat",
    0,
    "Repeat prescription",
    (
        Step("same", StepKind.ASK, "Same medicines as last time?", ASK_SAME, then=("how", NEXT, TO_PERSON)),
        Step("which", StepKind.WORDS, "Which ones", WHICH_MEDICINES),
        Step("how", StepKind.ASK, "How to get it", ASK_HOW),
        Step("end", StepKind.END, "Order noted, task to prepare it", ORDERED, task=TaskFor.REFILL),
    ),
    STARTS["repeat"],
    ("refill_request",),
)

DETAILS = Dialogue(
    "details",
    0,
    "Insurance and contact details",
    (
        Step("insured", StepKind.ASK, "Is the insurance the same?", ASK_INSURED, then=("moved", NEXT)),
        Step("insurer", StepKind.WORDS, "Which insurance", WHICH_INSURER),
        Step("moved", StepKind.ASK, "Are the contact details the same?", ASK_MOVED, then=("all", NEXT)),
        Step("details", StepKind.WORDS, "Which details", WHICH_DETAILS),
        Step(
            "all",
            StepKind.BRANCH,
            "Did anything change?",
            cases=(Case("insured", "2", "check"), Case("moved", "2", "check")),
        ),
        Step("same", StepKind.END, "Nothing changed", UNCHANGED),
        Step("check", StepKind.END, "Task to check it with the record", CHECKED, task=TaskFor.CHECK),
    ),
    STARTS["details"],
)


@dataclass(frozen=True, slots=True)
class Ready:
    """A ready dialogue. `title` and `what_for` are English, marked for the catalogues."""

    dialogue: Dialogue
    title: str
    what_for: str


READY: tuple[Ready, ...] = (
    Ready(
        BOOK,
        _("Book a visit"),
        _("Who wants a visit gets free times, each with a letter, and a link to the others; anybody else a person."),
    ),
    Ready(HOURS, _("Opening hours"), _("Tells the hours that stand in your settings.")),
    Ready(DIRECTIONS, _("Directions"), _("Sends the page of how to find you, or your address.")),
    Ready(
        REPEAT,
        _("Repeat prescription"),
        _("Asks whether it is the same as last time and how to get it. Staff have a task to prepare it."),
    ),
    Ready(
        DETAILS,
        _("Insurance and contact details"),
        _("Asks what has changed. Staff have a task to check it with the record; nothing is changed by itself."),
    ),
)

PRODUCT: Mapping[str, Ready] = {one.dialogue.key: one for one in READY}
