"""What the kinds of care events are called on the import pages, and what is wrong with a row."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from recado.care_events.types import EventKind

KINDS: dict[EventKind, Any] = {
    EventKind.PRESCRIPTION: _("Ready to collect"),
    EventKind.MEDICATION: _("Medication course"),
    EventKind.REFILL: _("Medicine runs out"),
    EventKind.RESULT: _("Result ready"),
    EventKind.DOCUMENT: _("Document to read"),
    EventKind.INVOICE: _("Invoice"),
    EventKind.COVER_RENEWAL: _("Cover renews"),
    EventKind.DELAY: _("Delay"),
    EventKind.RECALL: _("Check-up due"),
    EventKind.VACCINATION: _("Vaccination"),
    EventKind.VIDEO_VISIT: _("Video visit"),
    EventKind.PORTAL: _("Link to a portal"),
    EventKind.EDUCATION: _("Pages to read"),
    EventKind.HOURS: _("Other opening hours"),
}

WRONG: dict[str, Any] = {
    "kind": _("Write one of the kinds of care events, as prescription or invoice."),
    "id_missing": _("Give each event a name of its own: by it a second import knows it again."),
    "id_long": _("Shorten it to 128 letters or fewer."),
    "nobody": _("Give the record number or the name of the patient."),
    "phone": _("This is no phone number that can be texted. Write it as +447700900123, or leave it empty."),
    "language": _("Write the code of a language, as pl."),
    "birth": _("Write the day of birth, as 31/03/1950."),
    "broken": _("A quotation mark opens in this row and never closes. Remove it."),
    "needed": _("This is needed."),
    "day": _("Write a day, as 24/11/2026 or 2026-11-24."),
    "moment": _("Write a day and an hour, as 2026-11-24 10:30."),
    "clock": _("Write an hour, as 08:30."),
    "number": _("Write a whole number."),
    "amount": _("Write an amount, as 45.00."),
    "stages": _("Write each stretch as: 7 days at 08:00 20:00."),
    "no_stage": _("A course needs days and hours. Give at least one stretch."),
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
    "bad_state": _("An event of this kind is never in this state."),
    "begun": _("Its first day has begun."),
    "past": _("Its day is more than a year ago."),
    "far": _("Its day is more than five years ahead."),
}
