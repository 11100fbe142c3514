"""The gallery: every ready journey with its title and a sentence that says what it is for. Whoever shows them translates.

Those that a clinic has from its first day are live until it changes them; the others begin as a draft (`keeping.begin`).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from recado.foundation.text import gettext_noop as _
from recado.journeys.events import EVENTS
from recado.journeys.plans import BY_DEFAULT, READY
from recado.journeys.types import Plan, Text
from recado.journeys.writing import to_json


class Theme(StrEnum):
    """What a ready journey is about: how the gallery is grouped, in this order."""

    BEFORE = "before"
    ON_THE_DAY = "on_the_day"
    AFTER = "after"
    MEDICINES = "medicines"
    RESULTS = "results"
    MONEY = "money"
    PREVENTION = "prevention"


THEMES: dict[Theme, str] = {
    Theme.BEFORE: _("Before a visit"),
    Theme.ON_THE_DAY: _("On the day"),
    Theme.AFTER: _("After a visit"),
    Theme.MEDICINES: _("Medicines"),
    Theme.RESULTS: _("Results and documents"),
    Theme.MONEY: _("Invoices and cover"),
    Theme.PREVENTION: _("Staying well"),
}


@dataclass(frozen=True, slots=True)
class Ready:
    """A ready journey. `title` and `what_for` are English, marked for the catalogues."""

    plan: Plan
    theme: Theme
    title: str
    what_for: str

    @property
    def is_by_default(self) -> bool:
        """Live in a clinic that has changed nothing."""
        return self.plan in BY_DEFAULT


_SAID: dict[str, tuple[Theme, str, str]] = {
    "appointment": (
        Theme.BEFORE,
        _("Appointment"),
        _("Confirms a visit when it is booked, asks three days and one day before, and tells of changes."),
    ),
    "arrival": (
        Theme.BEFORE,
        _("Arriving"),
        _("Five days before: what to bring, and how to find you."),
    ),
    "first_visit": (
        Theme.BEFORE,
        _("First visit"),
        _("Two days before somebody's first visit: to come ten minutes early, and how to find you."),
    ),
    "clinician": (
        Theme.BEFORE,
        _("Who you will see"),
        _(
            "Tells who it will be, when that is known or has changed. What changes back before the text leaves is not told."
        ),
    ),
    "check_in": (
        Theme.ON_THE_DAY,
        _("Check-in by text"),
        _("An hour before: whoever has come answers 1, and the desk sees it. 2 says that they can't come."),
    ),
    "same_day": (
        Theme.ON_THE_DAY,
        _("Same-day reminder"),
        _("Two hours before each visit, for everybody. Early visits are told the evening before."),
    ),
    "missed": (
        Theme.AFTER,
        _("Missed visit"),
        _(
            "Kind words and a link to a new time, or a number, when somebody did not come; three days later a person calls."
        ),
    ),
    "delay": (
        Theme.ON_THE_DAY,
        _("Running late"),
        _("Tells whoever waits, or is about to come, how long it will be, and when you are on time after all."),
    ),
    "video_visit": (
        Theme.ON_THE_DAY,
        _("Video visit"),
        _("The link when it is made, the day before, and a quarter of an hour before it begins."),
    ),
    "hours": (
        Theme.BEFORE,
        _("Opening hours"),
        _("Tells those who have a visit on a day when you are closed, or open at other hours."),
    ),
    "portal": (
        Theme.RESULTS,
        _("Patient portal"),
        _("The link to the patient's own page, and once more if it was not opened after three days."),
    ),
    "education": (
        Theme.PREVENTION,
        _("Pages to read"),
        _("A series of your own pages between visits, at your pace, until the patient stops it."),
    ),
    "survey": (
        Theme.AFTER,
        _("Survey"),
        _("Three hours after a visit, asks those who agreed to surveys how it was. A low score asks a person to call."),
    ),
    "form": (
        Theme.BEFORE,
        _("Form before a visit"),
        _("Asks for a form before a visit, once more four days before, and then asks a person to follow up."),
    ),
    "prescription": (
        Theme.MEDICINES,
        _("Ready to collect"),
        _("Tells when a medicine is ready, and once more if it is still there after three days."),
    ),
    "medication": (
        Theme.MEDICINES,
        _("Medication reminders"),
        _("At the hours that the patient chose, until the course ends or the patient stops it."),
    ),
    "refill": (
        Theme.MEDICINES,
        _("Order again"),
        _("A week before a medicine runs out, asks whether to prepare the next one."),
    ),
    "result": (
        Theme.RESULTS,
        _("Results ready"),
        _("Tells that results are there, never what they say. Those to be told in person become a request to call."),
    ),
    "document": (
        Theme.RESULTS,
        _("Document to read"),
        _("Tells that a document waits, once more after two days, and then asks a person to follow up."),
    ),
    "invoice": (
        Theme.MONEY,
        _("Invoice"),
        _("When an invoice is made, two days before it is due, and kindly when it is late or a payment failed."),
    ),
    "cover_renewal": (
        Theme.MONEY,
        _("Cover renews"),
        _("A month and a week before a health cover renews itself."),
    ),
    "recall": (
        Theme.PREVENTION,
        _("Check-up due"),
        _("Invites to book the next check, once more after two weeks, and then asks a person to call."),
    ),
    "vaccination": (
        Theme.PREVENTION,
        _("Vaccination"),
        _("Tells those it is meant for that a vaccination is reserved for them, twice."),
    ),
}

_ORDER = list(Theme)
GALLERY: tuple[Ready, ...] = tuple(
    sorted((Ready(plan, *_SAID[plan.key]) for plan in READY), key=lambda ready: _ORDER.index(ready.theme))
)


PLAN_OF: dict[str, Plan] = {ready.plan.key: ready.plan for ready in GALLERY}


def origin(key: str) -> dict[str, Any]:
    """What is kept of the ready journey that a clinic's own is made of, as JSON; nothing where it is none."""
    return {"key": key, **to_json(PLAN_OF[key])} if key in PLAN_OF else {}


def texts_about(event: str) -> frozenset[str]:
    """The texts that can be sent about an event of this kind: those of the ready journeys, which know what it holds."""
    steps = [one.step.does for plan in READY if plan.event.key == event for one in plan.placed]
    texts = [does for does in steps if isinstance(does, Text)]
    return frozenset(key for text in texts for key in (text.template, text.template_if_first) if key)


def texts_about_others(event: str) -> frozenset[str]:
    """Texts that are about another kind of event: one of this kind may not hold what they say."""
    return frozenset().union(*(texts_about(plan.event.key) for plan in READY)) - texts_about(event)


def empty_plan(event: str) -> Plan:
    """A journey about this kind of event with no step yet. Raises KeyError."""
    return Plan("", 0, EVENTS[event], ())
