"""What was stored about a phone, told in order: verdicts, hand-overs, receipts, replies and what came of them.

Only the demo's page shows it. Everything here is read from stored events; nothing is made up for the page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from recado.appointments import queries as appointments
from recado.appointments.queries import ChangeView
from recado.appointments.types import ChangeKind
from recado.clinics import queries as clinics
from recado.clinics.types import ClinicSettings
from recado.consent import queries as consent
from recado.contacts import queries as contacts
from recado.conversations import queries as conversations
from recado.conversations.queries import ReadingView
from recado.foundation.phone import Phone
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.types import EventKind, EventView, MessageView
from recado.web import dates

NEWEST_TEXTS = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened. `kind` chooses the icon."""

    at: datetime
    kind: str
    title: str
    detail: str
    raw: dict[str, Any]


def of_phone(e164: str, limit: int) -> list[dict[str, Any]]:
    """The newest `limit` lines about a phone in every clinic of the demo, newest first."""
    lines: list[Line] = []
    for clinic in clinics.all_clinics():
        with clinic_scope(clinic.id):
            lines += _of_clinic(clinic, e164)
    # Within one moment, what follows in a text's own story comes later.
    newest = sorted(enumerate(lines), key=lambda numbered: (numbered[1].at, numbered[0]), reverse=True)
    return [
        {"at": line.at.isoformat(), "kind": line.kind, "title": line.title, "detail": line.detail, "raw": line.raw}
        for _number, line in newest[:limit]
    ]


def _of_clinic(clinic: ClinicSettings, e164: str) -> Iterator[Line]:
    phone_bi = messaging.phone_index(clinic.id, Phone(e164))
    for message in texts.thread(clinic.id, phone_bi, limit=NEWEST_TEXTS):
        yield from _of_message(clinic, message)
    for reading in conversations.readings(clinic.id, phone_bi, limit=NEWEST_TEXTS):
        yield from _of_reading(reading)
    people = contacts.patients_at(clinic.id, phone_bi)
    visits = appointments.visits_of(clinic.id, [person.patient_id for person in people])
    for change in appointments.story(clinic.id, [visit.id for visit in visits]):
        yield _of_change(clinic, change)


def _of_message(clinic: ClinicSettings, message: MessageView) -> Iterator[Line]:
    raw = {
        "message": str(message.id),
        "purpose": message.purpose.name.lower(),
        "verdict": message.verdict,
        "rule": message.rule,
        "parts": message.parts,
        "sender": message.sender,
        "due": message.due.isoformat() if message.due else None,
    }
    rule = _said(RULES, message.rule)
    if message.verdict == "never":
        yield Line(message.at, "refused", _("Not sent"), rule, raw)
        return
    if message.verdict == "later":
        when = dates.short_moment(message.due.astimezone(ZoneInfo(clinic.time_zone))) if message.due else ""
        yield Line(message.at, "held", _("Waits until %(when)s") % {"when": when}, rule, raw)
    else:
        yield Line(message.at, "verdict", _("Policy check passed"), rule, raw)
    for event in message.events:
        yield _of_event(message, event)


RULES = {**consent.RULES, "no_carrier": gettext_noop("The clinic has no number to text from.")}


def _said(sentences: dict[str, str], code: str) -> str:
    """The sentence for a stored code; a code without one, such as a carrier's own, is shown with spaces."""
    return _(sentences[code]) if code in sentences else code.replace("_", " ")


TITLES = {
    EventKind.SENT: ("sent", gettext_noop("Handed to the carrier")),
    EventKind.DELIVERED: ("delivered", gettext_noop("Delivered")),
    EventKind.FAILED: ("failed", gettext_noop("Could not be delivered")),
    EventKind.STOPPED: ("stopped", gettext_noop("Stopped before it left")),
    EventKind.UNCERTAIN: ("uncertain", gettext_noop("It is not certain that the carrier took it")),
    EventKind.REFUSED: ("failed", gettext_noop("The carrier refused it")),
    EventKind.RETRY: ("held", gettext_noop("The carrier was busy: it goes again")),
    EventKind.CALLED_OFF: ("refused", gettext_noop("Called off: it is no longer needed")),
    EventKind.EXPIRED: ("failed", gettext_noop("Its time was over")),
    EventKind.RESENT: ("held", gettext_noop("Sent once more, by rule")),
}

# Why, in Recado's own codes. What only a carrier says stays in its words.
_NO_LINK = gettext_noop("There was no connection to the carrier at that moment.")
_NOT_LEFT = gettext_noop("It had not left yet.")
_NO_OTHER_REASON = gettext_noop("The carrier gave no other reason.")
_NOT_UNDERSTOOD = gettext_noop("The carrier did not understand our request.")
_NOT_AN_SMS = gettext_noop("This text cannot be sent as an SMS.")
REASONS = {
    **RULES,
    "throttled": gettext_noop("The carrier says that we send too fast."),
    "no_link": _NO_LINK,
    "not_bound": _NO_LINK,
    "link_lost_before_writing": _NO_LINK,
    "not_written": _NOT_LEFT,
    "not_written_in_time": _NOT_LEFT,
    "claim_interrupted": _NOT_LEFT,
    "link_lost": gettext_noop("The connection broke before the answer came."),
    "no_answer": gettext_noop("No answer came in time."),
    "partly_taken": gettext_noop("The carrier took some parts and not the others."),
    "sender_died": gettext_noop("The process that was sending it ended halfway."),
    "uncertain_resent_by_rule": TITLES[EventKind.UNCERTAIN][1],
    "carrier_error": gettext_noop("Something failed at the carrier."),
    "carrier_refused": _NO_OTHER_REASON,
    "submit_failed": _NO_OTHER_REASON,
    "not_understood": _NOT_UNDERSTOOD,
    "parameter_refused": _NOT_UNDERSTOOD,
    "validity_refused": _NOT_UNDERSTOOD,
    "sender_refused": gettext_noop("The carrier does not accept this sender."),
    "sender_invalid": gettext_noop("This sender cannot be used."),
    "number_refused": gettext_noop("The carrier does not accept this phone number."),
    "number_invalid": gettext_noop("This phone number cannot be texted."),
    "text_too_long": gettext_noop("The text is too long."),
    "text_empty": _NOT_AN_SMS,
    "text_invalid": _NOT_AN_SMS,
    "carrier_opt_out": gettext_noop("The carrier has noted a STOP from this number."),
    "visit_changed": gettext_noop("The appointment has changed."),
}


def _of_event(message: MessageView, event: EventView) -> Line:
    kind, title = TITLES[event.kind]
    detail = ""
    if event.kind is EventKind.SENT:
        detail = _("Parts: %(parts)s") % {"parts": message.parts}
    elif event.kind is EventKind.DELIVERED:
        sent = next((e.at for e in message.events if e.kind is EventKind.SENT), None)
        seconds = (event.at - sent).total_seconds() if sent else 0
        detail = _("Receipt after %(seconds)s s") % {"seconds": f"{seconds:.1f}"} if seconds > 0 else ""
    raw = {"message": str(message.id), "event": event.kind.name.lower(), "reason": event.reason}
    return Line(event.at, kind, _(title), detail or _said(REASONS, event.reason), raw)


UNDERSTOOD = {
    "confirm": gettext_noop("Understood as: confirm"),
    "change": gettext_noop("Understood as: another time"),
    "cancel": gettext_noop("Understood as: cancel"),
    "choice": gettext_noop("Understood as: the choice we asked for"),
    "stop": gettext_noop("Understood as: stop all texts"),
    "start": gettext_noop("Understood as: start again"),
    "help": gettext_noop("Understood as: help"),
    "nothing": gettext_noop("Not understood: a person reads it"),
}
REPEATED = gettext_noop("The same words again")

# What came of a reply: `conversations.routing` and, for an answer about an appointment, `appointments.replies`.
OUTCOMES = {
    "confirmed": gettext_noop("The appointment is confirmed."),
    "cancelled": gettext_noop("The appointment is cancelled."),
    "change_noted": gettext_noop("The wish is noted; the appointment stands until somebody calls."),
    "taken_back": gettext_noop("The cancellation is taken back."),
    "too_late": gettext_noop("It could no longer be changed this way: we asked them to call."),
    "asked_which": gettext_noop("There are several appointments: we asked which one."),
    "waits_for_person": gettext_noop("It waits for a member of the team."),
    "repeated": gettext_noop("They were answered a moment ago: no second answer goes."),
    "stopped": gettext_noop("All texts to this number are stopped."),
    "stopped_before": gettext_noop("All texts to this number had been stopped already."),
    "started": gettext_noop("Texts go to this number again."),
    "not_stopped": gettext_noop("No texts to this number had been stopped."),
    "helped": gettext_noop("We told them who we are and how to reach a person."),
}
ANY_OUTCOME = gettext_noop("It was read.")


def _of_reading(reading: ReadingView) -> Iterator[Line]:
    raw = {
        "inbound": str(reading.id),
        "understood": reading.understood,
        "outcome": reading.outcome,
        "question": str(reading.question_id) if reading.question_id else None,
    }
    yield Line(reading.at, "reply", _("Reply received"), f"“{reading.text}”", raw)
    kind = "person" if reading.needs_person else "stopped" if reading.understood == "stop" else "question"
    title = REPEATED if reading.outcome == "repeated" else UNDERSTOOD.get(reading.understood, reading.understood)
    yield Line(reading.at, kind, _(title), _(OUTCOMES.get(reading.outcome, ANY_OUTCOME)), raw)


CHANGES = {
    ChangeKind.BOOKED: ("booked", gettext_noop("Appointment booked")),
    ChangeKind.MOVED: ("moved", gettext_noop("Appointment moved")),
    ChangeKind.CANCELLED: ("cancelled", gettext_noop("Appointment cancelled, its time is free")),
    ChangeKind.CONFIRMED: ("confirmed", gettext_noop("Appointment confirmed")),
    ChangeKind.WISHED: ("person", gettext_noop("Another time is wanted: the appointment stands")),
    ChangeKind.TAKEN_BACK: ("booked", gettext_noop("Cancellation taken back")),
}


def _of_change(clinic: ClinicSettings, change: ChangeView) -> Line:
    kind, title = CHANGES[change.kind]
    zone = ZoneInfo(clinic.time_zone)
    times = [dates.short_moment(at.astimezone(zone)) for at in (change.was_at, change.starts_at) if at]
    if change.kind is not ChangeKind.MOVED:
        times = times[-1:]
    raw = {"appointment": str(change.appointment_id), "change": str(change.kind), "by": change.actor_kind}
    return Line(change.at, kind, _(title), " → ".join(times), raw)
