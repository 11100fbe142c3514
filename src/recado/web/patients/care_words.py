"""Care events in the reader's words: kinds, states, fields, and what is wrong with a field."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from recado.care_events.types import EventKind
from recado.web.chips import Chip


@dataclass(frozen=True, slots=True)
class Look:
    """How a kind is shown."""

    icon: str
    title: Any
    hint: Any


KINDS: dict[EventKind, Look] = {
    EventKind.PRESCRIPTION: Look("hand-heart", _("Ready to collect"), _("A medicine or an order waits.")),
    EventKind.MEDICATION: Look("alarm-clock", _("Medication reminders"), _("At hours that the patient chose.")),
    EventKind.REFILL: Look("refresh-cw", _("Order again"), _("A medicine runs out.")),
    EventKind.RESULT: Look("flask-conical", _("Results ready"), _("To collect, or to be told by a person.")),
    EventKind.DOCUMENT: Look("scroll-text", _("Document to read"), _("A paper waits for the patient.")),
    EventKind.INVOICE: Look("wallet", _("Invoice"), _("A bill is due.")),
    EventKind.COVER_RENEWAL: Look("shield-check", _("Cover renews"), _("A health cover renews itself.")),
    EventKind.DELAY: Look("hourglass", _("Running late"), _("Whoever waits hears how long.")),
    EventKind.RECALL: Look("calendar-clock", _("Check-up due"), _("It is time for the next check.")),
    EventKind.VACCINATION: Look("calendar-plus", _("Vaccination"), _("One is reserved for this person.")),
    EventKind.VIDEO_VISIT: Look("laptop", _("Video visit"), _("A visit behind a link.")),
    EventKind.PORTAL: Look("user-round", _("Patient portal"), _("The link to the patient's own page.")),
    EventKind.EDUCATION: Look("file-check", _("Pages to read"), _("One at a time, between visits.")),
    EventKind.FORM: Look(
        "pen-line", _("Form to fill in"), _("Another system's form. Your own are sent from Documents.")
    ),
    EventKind.HOURS: Look("building-2", _("Opening hours"), _("Other hours on a day, or closed.")),
    EventKind.VISIT_FINISHED: Look("check", _("Visit over"), _("Kept elsewhere: a survey may ask about it.")),
}

STATES: dict[str, Any] = {
    "ready": _("Ready"),
    "collected": _("Collected"),
    "withdrawn": _("Withdrawn"),
    "running": _("Running"),
    "paused": _("Paused"),
    "ended": _("Ended"),
    "due": _("Due"),
    "asked": _("Asked for"),
    "declined": _("Declined"),
    "opened": _("Opened"),
    "filled": _("Filled in"),
    "told": _("Told"),
    "sent": _("Sent"),
    "refused": _("Payment refused"),
    "paid": _("Paid"),
    "coming": _("Coming"),
    "renewed": _("Renewed"),
    "late": _("Late"),
    "over": _("Over"),
    "on_time": _("On time after all"),
    "booked": _("Booked"),
    "cancelled": _("Cancelled"),
}
CLOSED_WELL = frozenset({"collected", "opened", "filled", "told", "paid", "renewed", "booked", "asked"})
OPEN = frozenset({"ready", "running", "due", "sent", "coming", "late"})


def chip(_kind: EventKind, state: str) -> Chip:
    """Where an event stands."""
    words = STATES.get(state, state)
    if state in OPEN:
        return Chip("info", "clock", words)
    if state == "refused":
        return Chip("warn", "triangle-alert", words)
    return Chip("ok", "check", words) if state in CLOSED_WELL else Chip("mute", "minus", words)


FIELDS: dict[str, Any] = {
    "ready_at": _("Ready since"),
    "place": _("Where"),
    "until": _("Kept until"),
    "first_day": _("First day"),
    "stages": _("Days and hours"),
    "medicine": _("Medicine (in texts only for who agreed to clinical words)"),
    "on": _("Day"),
    "needs_call": _("A person tells it: ask the patient to call"),
    "reference": _("Reference"),
    "studied_on": _("Day of the study"),
    "sent_at": _("Ready since"),
    "title": _("Title (staff only)"),
    "due_on": _("Due on"),
    "due_at": _("Needed before"),
    "amount_minor": _("Amount (staff only)"),
    "currency": _("Currency, as GBP"),
    "pay_url": _("Where to pay"),
    "renews_on": _("Renews on"),
    "insurer": _("Insurer"),
    "conditions_url": _("Conditions"),
    "expected_at": _("Expected at"),
    "minutes": _("Minutes late"),
    "book_url": _("Where to book"),
    "begins_on": _("Begins on"),
    "starts_at": _("Begins at"),
    "join_url": _("Where to join"),
    "url": _("Address"),
    "every_days": _("Days from page to page"),
    "pages": _("Pages, one address a line"),
    "opens": _("Opens at"),
    "closes": _("Closes at"),
    "last_day": _("Last day, where it is more than one"),
    "finished_at": _("Over since"),
    "clinician": _("Clinician"),
    "service": _("Service"),
    "site": _("Place"),
}
HINTS: dict[str, Any] = {
    "stages": _("A line for each stretch of days: 7 days at 08:00 20:00, then 7 days at 08:00."),
    "opens": _("Both hours empty: closed."),
}

# What is wrong with a field: `care_events.kinds.FAULTS` by their keys, and what can't be read at all.
FAULTS: dict[str, Any] = {
    "no_stage": _("A course needs days and hours. Give at least one line."),
    "too_long": _("A course lasts at most a year. Enter the next one when it begins."),
    "too_often": _("At most eight times a day."),
    "same_time": _("The same hour stands twice in a day."),
    "bad_days": _("A stretch lasts one day or more."),
    "bad_minutes": _("A delay is between 1 minute and 24 hours."),
    "bad_url": _("An address on the web begins with https://."),
    "ends_first": _("It ends before it begins."),
    "too_long_text": _("At most 120 letters, and 300 in an address on the web."),
    "unseen": _("Leave line breaks and control characters out."),
    "no_page": _("Give 1 to 60 pages, each an address on the web."),
    "bad_pace": _("Pages come 1 to 92 days apart."),
    "bad_currency": _("Write the currency as three letters, as GBP."),
    "bad_hours": _("Give both hours, the later one second; or none for a day that is closed."),
    "begun": _("The first day has begun. Choose a later one, or call those who come today."),
    "past": _("Its day is more than a year ago."),
    "far": _("Its day is more than five years ahead."),
    "needed": _("This is needed."),
    "day": _("Type a day, as 24/11/2026 or 2026-11-24."),
    "moment": _("Type a day and an hour."),
    "clock": _("Type an hour, as 08:30."),
    "number": _("Type a whole number."),
    "amount": _("Type an amount, as 45.00."),
    "stages": _("Type each stretch as: 7 days at 08:00 20:00."),
}
