"""Where a visit stands, in one chip of colour, icon and word: one mapping for every page that shows visits."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recado.appointments.queries import ChangeView
from recado.appointments.types import PRESENCE, CancelReason, ChangeKind, Status, VisitState, VisitView
from recado.web import dates
from recado.web.chips import Chip

CHIPS: dict[Status, Chip] = {
    Status.CONFIRMED: Chip("ok", "check", gettext_lazy("Confirmed")),
    Status.NO_ANSWER: Chip("warn", "clock", gettext_lazy("No answer yet")),
    Status.ANOTHER_TIME: Chip("ask", "hand", gettext_lazy("Wants another time")),
    Status.NOT_DELIVERED: Chip("bad", "x", gettext_lazy("Number does not work")),
    Status.WRONG_NUMBER: Chip("bad", "user-x", gettext_lazy("Wrong number")),
    Status.NO_PHONE: Chip("bad", "phone-off", gettext_lazy("Not asked: no phone")),
    Status.STOPPED: Chip("bad", "bell-off", gettext_lazy("Not asked: stopped texts")),
    Status.NOT_ASKED: Chip("mute", "minus", gettext_lazy("Not asked yet")),
    Status.NOT_CONFIRMED: Chip("mute", "minus", gettext_lazy("Not confirmed")),
    Status.ARRIVED: Chip("ok", "user-check", gettext_lazy("Arrived")),
    Status.FINISHED: Chip("ok", "check-check", gettext_lazy("Seen")),
    Status.MISSED: Chip("bad", "user-x", gettext_lazy("Did not come")),
    Status.CANCELLED_BY_PATIENT: Chip("mute", "minus", gettext_lazy("Cancelled by patient")),
    Status.CANCELLED_BY_CLINIC: Chip("mute", "ban", gettext_lazy("Cancelled by clinic")),
}

REASONS: dict[CancelReason, Any] = {
    CancelReason.PATIENT: gettext_lazy("The patient asked for it"),
    CancelReason.CLINICIAN: gettext_lazy("The clinician is away or ill"),
    CancelReason.CLINIC: gettext_lazy("The clinic is closed, or there is no room"),
    CancelReason.DOUBLE: gettext_lazy("Booked twice"),
    CancelReason.OTHER: gettext_lazy("Another reason"),
}


OFF = Chip("mute", "minus", gettext_lazy("Cancelled"))
LATE = Chip("warn", "clock", gettext_lazy("Comes later"))


def late(minutes: str) -> Chip:
    """Who has written that they come later; `minutes`: how much, where they said so."""
    if not minutes:
        return LATE
    return Chip(LATE.colour, LATE.icon, _("Late, %(minutes)s min") % {"minutes": minutes})


def brief(visit: VisitView, *, is_asked: bool, is_ahead: bool = True) -> Chip:
    """The chip where a visit is one fact among others: without who cancelled it, and without how the person is reached.
    `is_asked`: there was a question that could have been answered."""
    if visit.state is VisitState.CANCELLED:
        return OFF
    if visit.state in PRESENCE:
        return CHIPS[Status(visit.state.value)]
    if visit.wants_another_time:
        return CHIPS[Status.ANOTHER_TIME]
    if visit.state is VisitState.CONFIRMED:
        return CHIPS[Status.CONFIRMED]
    if not is_ahead:
        return CHIPS[Status.NOT_CONFIRMED]
    return CHIPS[Status.NO_ANSWER if is_asked else Status.NOT_ASKED]


BY = {
    "sms": gettext_lazy("by reply, %(when)s"),
    "link": gettext_lazy("by link, %(when)s"),
    "staff": gettext_lazy("by staff, %(when)s"),
    "source": gettext_lazy("by the practice system, %(when)s"),
}


def how(actor_kind: str, actor_ref: str) -> str:
    """By which way something was done to a visit: sms, link, staff or source."""
    if actor_kind == "patient":
        return "link" if actor_ref in ("link", "page") else "sms"
    return "staff" if actor_kind == "staff" else "source"


def done_by(kind: ChangeKind, way: str, at: datetime) -> str:
    """Below the chip: who did it and when; empty where nobody has done anything."""
    if kind in (ChangeKind.BOOKED, ChangeKind.MOVED, ChangeKind.TAKEN_BACK):
        return ""
    return str(BY[way]) % {"when": dates.short_moment(at)}


CAME_FROM = {
    "link": gettext_lazy("Booked by the patient, by link, %(when)s"),
    "page": gettext_lazy("Booked on your booking page, %(when)s"),
    "sms": gettext_lazy("Taken by the patient from the waitlist, %(when)s"),
    "staff": gettext_lazy("Booked by staff, %(when)s"),
    "source": gettext_lazy("From the practice system, %(when)s"),
}


def came_from(line: ChangeView, at: datetime) -> str:
    """How a visit came into the calendar; `line` is the first of its story, `at` its moment on the clinic's clock."""
    way = line.actor_ref if line.actor_kind == "patient" else line.actor_kind
    return str(CAME_FROM.get(way, CAME_FROM["source"])) % {"when": dates.short_moment(at)}


def asked_line(times: int, at: datetime, fate: str) -> str:
    """Below "No answer yet": when the last text asked, and whether it arrived (`delivered`, `failed` or empty)."""
    lines = {
        "delivered": _("asked %(when)s, delivered"),
        "failed": _("asked %(when)s, not delivered"),
        "": _("asked %(when)s"),
    }
    return lines[fate] % {"when": dates.short_moment(at)}
