"""What happened to a patient, in the reader's words: visits, texts, permission, changes. Codes are kept elsewhere; every
code has words here or falls back to plain ones, so that a new code never breaks a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from babel.lists import format_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recado.appointments.types import ChangeKind as VisitChange
from recado.consent.types import Purpose, PurposeGroup, Stand
from recado.contacts.types import ChangeKind
from recado.foundation.actors import ActorKind
from recado.messaging.queries import RULES
from recado.messaging.types import EventKind, MessageView, State
from recado.web import dates
from recado.web.chips import Chip
from recado.web.patients import words


@dataclass(frozen=True, slots=True)
class Look:
    """How one kind of thing is shown."""

    icon: str
    colour: str
    words: Any


VISITS: dict[str, Look] = {
    VisitChange.BOOKED: Look("calendar-plus", "info", gettext_lazy("Visit booked: %(when)s")),
    VisitChange.MOVED: Look("calendar-sync", "info", gettext_lazy("Visit moved to %(when)s")),
    VisitChange.CANCELLED: Look("calendar-x", "", gettext_lazy("Visit cancelled: %(when)s")),
    VisitChange.CONFIRMED: Look("calendar-check", "ok", gettext_lazy("Visit confirmed: %(when)s")),
    VisitChange.LATE: Look("clock", "warn", gettext_lazy("Comes later than %(when)s")),
    VisitChange.WISHED: Look("calendar-clock", "ask", gettext_lazy("Wants another time than %(when)s")),
    VisitChange.TAKEN_BACK: Look("undo-2", "info", gettext_lazy("Last answer taken back: %(when)s")),
}
_VISIT = Look("calendar-days", "", gettext_lazy("Visit changed: %(when)s"))


def visit(kind: str) -> Look:
    return VISITS.get(kind, _VISIT)


PURPOSES: dict[Purpose, Look] = {
    Purpose.CARE: Look("send", "info", gettext_lazy("Text about care")),
    Purpose.BILLING: Look("wallet", "info", gettext_lazy("Text about a bill")),
    Purpose.ANSWER: Look("message-square-text", "info", gettext_lazy("Answer to the patient")),
    Purpose.OPT_OUT_CONFIRMATION: Look("bell-off", "", gettext_lazy("Confirmed that texts stop")),
    Purpose.SURVEY: Look("star", "info", gettext_lazy("Survey")),
    Purpose.NEWS: Look("send", "info", gettext_lazy("News")),
    Purpose.HELP: Look("message-square-text", "info", gettext_lazy("Answer to the patient")),
    Purpose.VERIFY: Look("key-round", "info", gettext_lazy("A code")),
    Purpose.EMERGENCY: Look("triangle-alert", "bad", gettext_lazy("Emergency message")),
    Purpose.STAFF: Look("send", "info", gettext_lazy("Text to staff")),
}


def purpose(of: Purpose) -> Look:
    return PURPOSES[of]


STATES: dict[State, Chip] = {
    State.WAITING: Chip("info", "clock", gettext_lazy("Waiting")),
    State.SENDING: Chip("info", "send", gettext_lazy("On the way")),
    State.SENT: Chip("info", "send", gettext_lazy("Sent")),
    State.DELIVERED: Chip("ok", "check-check", gettext_lazy("Delivered")),
    State.FAILED: Chip("bad", "circle-x", gettext_lazy("Not delivered")),
    State.STOPPED: Chip("", "bell-off", gettext_lazy("Stopped before it left")),
    State.UNCERTAIN: Chip("warn", "circle-question-mark", gettext_lazy("Not certain")),
    State.REFUSED: Chip("bad", "circle-x", gettext_lazy("Not accepted")),
    State.NOT_ALLOWED: Chip("", "ban", gettext_lazy("Not sent")),
    State.CALLED_OFF: Chip("", "x", gettext_lazy("Not needed any more")),
    State.EXPIRED: Chip("warn", "timer", gettext_lazy("Came too late")),
}


def state(of: State) -> Chip:
    return STATES[of]


def fate(message: MessageView, zone: ZoneInfo) -> str:
    """When it arrived or is due, or by which rule it was not sent."""
    if message.state is State.NOT_ALLOWED:
        return rule(message.rule)
    if message.state is State.WAITING and message.due:
        return _("Leaves %(when)s") % {"when": dates.short_moment(message.due.astimezone(zone))}
    arrived = [event.at for event in message.events if event.kind is EventKind.DELIVERED]
    if arrived and message.state is State.DELIVERED:
        return _("Arrived %(when)s") % {"when": dates.short_moment(arrived[-1].astimezone(zone))}
    return ""


def rule(name: str) -> str:
    """The sentence of a rule that decided."""
    return _(RULES[name]) if name in RULES else name


UNDERSTOOD: dict[str, Any] = {
    "confirm": gettext_lazy("Understood as: I will come"),
    "change": gettext_lazy("Understood as: another time"),
    "cancel": gettext_lazy("Understood as: I will not come"),
    "choice": gettext_lazy("Understood as: which visit is meant"),
    "stop": gettext_lazy("Understood as: no more texts"),
    "start": gettext_lazy("Understood as: texts again"),
    "help": gettext_lazy("Understood as: who are you?"),
    "danger": gettext_lazy("Understood as: somebody may be in danger"),
    "join": gettext_lazy("Understood as: yes to texts"),
    "thanks": gettext_lazy("Understood as: thanks"),
    "language_change": gettext_lazy("Understood as: another language"),
    "wrong_number": gettext_lazy("Understood as: not their number"),
    "running_late": gettext_lazy("Understood as: they come later"),
    "refill_request": gettext_lazy("Understood as: they need their medicine again"),
}


def understood(code: str) -> str:
    return str(UNDERSTOOD.get(code, _("Read by a person")))


GROUPS: dict[PurposeGroup, Any] = {
    PurposeGroup.CARE: gettext_lazy("Care messages"),
    PurposeGroup.BILLING: gettext_lazy("Bills"),
    PurposeGroup.SURVEY: gettext_lazy("Surveys"),
    PurposeGroup.NEWS: gettext_lazy("News and campaigns"),
}


def groups(of: Sequence[PurposeGroup]) -> str:
    """The names of these groups as a list of the reader's language."""
    return format_list([str(GROUPS[group]) for group in sorted(of) if group in GROUPS], locale=words.locale())


PROOFS: dict[str, Look] = {
    "withdrawn": Look("bell-off", "bad", gettext_lazy("Said no to: %(what)s")),
    "restored": Look("bell", "ok", gettext_lazy("Wants again: %(what)s")),
    "permitted": Look("hand-heart", "ok", gettext_lazy("Said yes to: %(what)s")),
    "wrong_number": Look("user-x", "bad", gettext_lazy("The number was reported as somebody else's")),
    "carer_added": Look("users", "ok", gettext_lazy("Somebody is told in their place: %(what)s")),
    "carer_ended": Look("user-x", "", gettext_lazy("Nobody is told in their place any more: %(what)s")),
    "paper_kept": Look("scroll-text", "ok", gettext_lazy("Signed form kept: %(what)s")),
    "hours_wished": Look("clock", "info", gettext_lazy("Asked for certain hours")),
    "hours_dropped": Look("clock", "", gettext_lazy("Any hour suits again")),
    "shared": Look("users", "info", gettext_lazy("Others read this phone: no names in texts")),
    "not_shared": Look("user-check", "", gettext_lazy("Nobody else reads this phone")),
    "right_number": Look("user-check", "ok", gettext_lazy("The number was checked and is right")),
    "says_neutral": Look("eye-off", "info", gettext_lazy("Wants texts that tell neither place nor time")),
    "says_clinical": Look(
        "activity", "info", gettext_lazy("Agreed to texts that tell what the visit or the medicine is")
    ),
    "says_place": Look("map-pin", "info", gettext_lazy("Wants texts that tell place and time")),
}
_PROOF = Look("scroll-text", "", gettext_lazy("Noted about permission: %(what)s"))


def proof(kind: str) -> Look:
    return PROOFS.get(kind, _PROOF)


HOWS: dict[str, Any] = {
    "sms": gettext_lazy("By text"),
    "link": gettext_lazy("By the link in a text"),
    "page": gettext_lazy("On the page to join"),
    "api": gettext_lazy("From another system"),
    "paper": gettext_lazy("On a signed form"),
    "carrier": gettext_lazy("Told by the carrier"),
    "import": gettext_lazy("From a file"),
    "desk": gettext_lazy("At the desk"),
    "call": gettext_lazy("In a call"),
    "letter": gettext_lazy("In writing"),
    "staff": gettext_lazy("Noted by staff"),
}


CHANNELS: dict[str, Any] = {"sms": gettext_lazy("Text message")}


def channel(code: str) -> str:
    return str(CHANNELS.get(code, code))


def how(code: str) -> str:
    return str(HOWS.get(code, code))


STANDS: dict[Stand, Chip] = {
    Stand.PERMITTED: Chip("ok", "check", gettext_lazy("Yes")),
    Stand.PART_OF_CARE: Chip(
        "ok", "check", gettext_lazy("Yes"), gettext_lazy("Part of the care, unless the person says no")
    ),
    Stand.NOT_ASKED: Chip("", "minus", gettext_lazy("No"), gettext_lazy("No permission is recorded")),
    Stand.STOPPED: Chip("bad", "bell-off", gettext_lazy("Stopped")),
}


DETAILS: dict[ChangeKind, Look] = {
    ChangeKind.PHONE_ADDED: Look("phone", "info", gettext_lazy("Phone added")),
    ChangeKind.PHONE_REPLACED: Look("phone", "info", gettext_lazy("Phone replaced")),
    ChangeKind.PHONE_REMOVED: Look("phone-off", "", gettext_lazy("Phone taken away")),
    ChangeKind.LANGUAGE: Look("languages", "info", gettext_lazy("Language changed")),
}


def detail(kind: ChangeKind) -> Look:
    return DETAILS[kind]


def by(kind: str, ref: str, staff: dict[str, str]) -> str:
    """Who did it; empty where it goes without saying."""
    if kind == ActorKind.STAFF:
        return _("noted by %(name)s") % {"name": staff[ref]} if ref in staff else _("noted by a former colleague")
    if kind == ActorKind.PATIENT:
        return _("by the patient")
    if kind in (ActorKind.IMPORT, ActorKind.API_KEY):
        return _("from another system")
    return _("by the operator") if kind == ActorKind.OPERATOR else ""
