"""The sentences of a text's story: rules, steps, hand-overs, receipts, replies. Codes are stored, sentences are shown."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from recado.appointments.types import ChangeKind
from recado.consent.types import Purpose
from recado.messaging import queries as texts
from recado.messaging.types import EventKind, EventView, Lane, State

LEVELS = {
    "neutral": gettext_noop("neutral"),
    "place_and_time": gettext_noop("place and time"),
    "clinical": gettext_noop("clinical"),
}
RULES = {**texts.RULES, "no_carrier": gettext_noop("The clinic has no number to text from.")}


def said(sentences: dict[str, str], code: str) -> str:
    """The sentence for a stored code; a code without one, such as a carrier's own, is shown with spaces. Several carriers'
    reasons stand with a plus between them."""
    if "+" in code:
        return " ".join(said(sentences, one) for one in code.split("+"))
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

NOT_SENT = ("refused", gettext_noop("Not sent"))


def title_of(event: EventView) -> tuple[str, str]:
    """The icon and title of an event: what our own rules kept back while it waited, no carrier has refused."""
    return NOT_SENT if event.kind is EventKind.REFUSED and event.reason in texts.NO_WAY else TITLES[event.kind]


# Why, in Recado's own codes. What only a carrier says stays in its words.
_NO_LINK = gettext_noop("There was no connection to the carrier at that moment.")
_NOT_LEFT = gettext_noop("It had not left yet.")
_NO_OTHER_REASON = gettext_noop("The carrier gave no other reason.")
_NOT_UNDERSTOOD = gettext_noop("The carrier did not understand our request.")
_NOT_AN_SMS = gettext_noop("This text cannot be sent as an SMS.")
REASONS = {
    **RULES,
    "moved_to_another_carrier": gettext_noop(
        "Moved to another carrier: the first was away or refused it several times."
    ),
    "carrier_put_right": gettext_noop("The carrier takes texts again: what it had put off goes at once."),
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
    "settled_by_lookup": gettext_noop("We asked the carrier: it has it."),
    "settled_by_receipt": gettext_noop("Its receipt came, so the carrier took it."),
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
    "choice_changed": gettext_noop("What the person wants had changed before it left: it was written anew."),
    "words_changed": gettext_noop(
        "What it tells or goes by changed while it was on its way, or it was taken back, and the carrier did not take it:"
        " what still holds is told anew."
    ),
    "offer_over": gettext_noop("Somebody else had taken the offer, or it was taken back."),
}


PARTS = {
    EventKind.DELIVERED: gettext_noop("delivered"),
    EventKind.FAILED: gettext_noop("not delivered"),
    EventKind.EXPIRED: gettext_noop("its time was over"),
}


LOOKUPS = {
    "": gettext_noop("It hasn't said yet. We ask again."),
    "found": gettext_noop("It has it."),
    "told": gettext_noop("A receipt told first."),
    "not_there": gettext_noop("It says that it doesn't have it."),
    "cannot_tell": gettext_noop("It couldn't say. The rule for such texts decides."),
    "nobody_asked": gettext_noop("It is no longer connected. The rule for such texts decides."),
}


UNDERSTOOD = {
    "confirm": gettext_noop("Understood as: confirm"),
    "change": gettext_noop("Understood as: another time"),
    "cancel": gettext_noop("Understood as: cancel"),
    "choice": gettext_noop("Understood as: the choice we asked for"),
    "arrived": gettext_noop("Understood as: I am here"),
    **dict.fromkeys(("a", "b", "c"), gettext_noop("Understood as: one of the times offered")),
    "accept": gettext_noop("Understood as: yes to the offer"),
    "decline": gettext_noop("Understood as: no to the offer"),
    "stop": gettext_noop("Understood as: stop all texts"),
    "start": gettext_noop("Understood as: start again"),
    "help": gettext_noop("Understood as: help"),
    "join": gettext_noop("Understood as: yes to texts"),
    "danger": gettext_noop("Understood as: somebody may be in danger"),
    "thanks": gettext_noop("Understood as: thanks"),
    "language_change": gettext_noop("Understood as: another language"),
    "wrong_number": gettext_noop("Understood as: this is not their number"),
    "running_late": gettext_noop("Understood as: they come later"),
    "refill_request": gettext_noop("Understood as: they need their medicine again"),
    "reschedule": gettext_noop("Understood as: another time"),
    "question": gettext_noop("Understood as: a question"),
    "accept_offer": gettext_noop("Understood as: yes to the offer"),
    "decline_offer": gettext_noop("Understood as: no to the offer"),
    "survey_score": gettext_noop("Understood as: a score"),
    "symptom_or_emergency": gettext_noop("Understood as: a complaint"),
    "order": gettext_noop("Understood as: please prepare it again"),
    "call_me": gettext_noop("Understood as: please call me"),
    "no": gettext_noop("Understood as: not this time"),
    "words": gettext_noop("Read as their own words"),
    "unclear": gettext_noop("Not clear: an answer about the visit"),
    "other": gettext_noop("Read as a text of its own"),
    "nothing": gettext_noop("Not understood: a person reads it"),
}
REPEATED = gettext_noop("The same words again")

# What came of a reply: what the rooms say in a `Read` or a `Settlement`.
OUTCOMES = {
    "confirmed": gettext_noop("The appointment is confirmed."),
    "cancelled": gettext_noop("The appointment is cancelled."),
    "change_noted": gettext_noop("The wish is noted; the appointment stands until somebody calls."),
    "times_offered": gettext_noop("We offered other times; the appointment stands until they choose one."),
    "rated": gettext_noop("They wrote that the answer helped."),
    "alarm_taken": gettext_noop("A mobile on call took the emergency."),
    "alarm_seen_to": gettext_noop("The emergency was taken already: we said so."),
    "visit_offered": gettext_noop("We offered times for a new appointment."),
    "booked": gettext_noop("They chose a time: the appointment is booked."),
    "moved": gettext_noop("The appointment is moved to the time they chose."),
    "taken_back": gettext_noop("The cancellation is taken back."),
    "arrived": gettext_noop("They are here: the day's list says so."),
    "too_late": gettext_noop("It could no longer be changed this way: we asked them to call."),
    "times_asked": gettext_noop("Their words fit several of the times that we offered: we asked which."),
    "asked_which": gettext_noop("There are several appointments: we asked which one."),
    "picture": gettext_noop("A picture came, which nobody can see here: a person looks after it."),
    "asked_sure": gettext_noop("Nothing is cancelled yet: we told them what to reply to cancel it, and to keep it."),
    "answered": gettext_noop("An article answered it, with a way to a person."),
    "waits_for_person": gettext_noop("It waits for a member of the team."),
    "in_danger": gettext_noop(
        "We told them whom to call; it waits for a member of the team, and nothing is changed by itself until then."
    ),
    "repeated": gettext_noop("They were answered a moment ago: no second answer goes."),
    "dialogue_asked": gettext_noop("A dialogue answered, and asked the next question."),
    "dialogue_ended": gettext_noop("A dialogue answered, and came to its end."),
    **dict.fromkeys(("noted", "survey_answered", "survey_ended"), gettext_noop("The answer is noted.")),
    "won": gettext_noop("They said yes first: it is theirs."),
    "declined": gettext_noop("They declined the offer."),
    "stopped": gettext_noop("All texts to this number are stopped."),
    "stopped_before": gettext_noop("All texts to this number had been stopped already."),
    "stopped_some": gettext_noop("Texts of the kinds they named are stopped; the others still go."),
    "started": gettext_noop("Texts go to this number again."),
    "not_stopped": gettext_noop("No texts to this number had been stopped."),
    "joined": gettext_noop("They agreed to texts by the keyword; we confirmed it."),
    "joined_before": gettext_noop("They had agreed already: nothing changed."),
    "waits": gettext_noop("They wait for an earlier time by the keyword; we confirmed it."),
    "waits_before": gettext_noop("They were on the waitlist already: nothing changed."),
    "asked_when": gettext_noop("They want to be told of a free time: we sent the page on which they say when."),
    "waits_no_more": gettext_noop("They are off the waitlist by the keyword."),
    "helped": gettext_noop("We told them who we are and how to reach a person."),
    "late": gettext_noop("They come later: the day's list says so, and they were told that the team knows."),
    "refill_asked": gettext_noop("The team has it as a task, and they were told so."),
    "thanked": gettext_noop("No answer is owed."),
    "language_changed": gettext_noop("From now on we write to them in the language they asked for."),
    "asked_again": gettext_noop("We asked once what they mean; the next such text waits for a member of the team."),
    "asked_wrong": gettext_noop("We asked once more whether the number is wrong."),
    "frozen": gettext_noop("Nothing about this patient goes to the number any more; a task asks for the right one."),
    "number_right": gettext_noop("The number is right after all: we go on writing to it."),
}
ANY_OUTCOME = gettext_noop("It was read.")


CHANGES = {
    ChangeKind.BOOKED: ("booked", gettext_noop("Appointment booked")),
    ChangeKind.MOVED: ("moved", gettext_noop("Appointment moved")),
    ChangeKind.CANCELLED: ("cancelled", gettext_noop("Appointment cancelled, its time is free")),
    ChangeKind.CONFIRMED: ("confirmed", gettext_noop("Appointment confirmed")),
    ChangeKind.WISHED: ("person", gettext_noop("Another time is wanted: the appointment stands")),
    ChangeKind.TAKEN_BACK: ("booked", gettext_noop("Cancellation taken back")),
    ChangeKind.ARRIVED: ("confirmed", gettext_noop("The patient arrived")),
    ChangeKind.MISSED: ("cancelled", gettext_noop("The patient did not come")),
    ChangeKind.FINISHED: ("confirmed", gettext_noop("The patient was seen")),
    ChangeKind.LATE: ("held", gettext_noop("The patient says that they come later")),
}


BY = {
    "staff": gettext_noop("by somebody of the clinic"),
    "patient": gettext_noop("by the patient"),
    "import": gettext_noop("by an import"),
    "api_key": gettext_noop("by another system"),
    "system": gettext_noop("by Recado itself"),
    "operator": gettext_noop("by an operator of the server"),
}

# The steps of the journeys that come with the product (`journeys.plans`).
JOURNEYS = {"appointment": gettext_noop("Appointment texts")}
STEPS = {
    "booked": gettext_noop("Confirmation after booking"),
    "booked_question": gettext_noop("Question at booking: no other can follow before the visit"),
    "moved": gettext_noop("Notice that the appointment was moved"),
    "moved_question": gettext_noop("Question after a move: no other can follow before the visit"),
    "cancelled": gettext_noop("Notice that the clinic cancelled"),
    "cancel_confirmed": gettext_noop("Answer: visit cancelled"),
    "question": gettext_noop("Question 3 days before"),
    "second_question": gettext_noop("Question 1 day before, to whom has not answered"),
    "clinician": gettext_noop("Notice of who they will see"),
    "check_in": gettext_noop("Question whether they are here"),
    "late_question": gettext_noop("Question as soon as may be: the usual moments had passed"),
}

PURPOSES: dict[Purpose, Any] = {
    Purpose.EMERGENCY: gettext_lazy("Emergency"),
    Purpose.VERIFY: gettext_lazy("One-time code"),
    Purpose.ANSWER: gettext_lazy("Answer"),
    Purpose.OPT_OUT_CONFIRMATION: gettext_lazy("Confirmation of a stop"),
    Purpose.CARE: gettext_lazy("Care"),
    Purpose.BILLING: gettext_lazy("Bill"),
    Purpose.SURVEY: gettext_lazy("Survey"),
    Purpose.NEWS: gettext_lazy("News"),
    Purpose.STAFF: gettext_lazy("To staff"),
    Purpose.HELP: gettext_lazy("Help"),
}
LANES: dict[Lane, Any] = {
    Lane.EMERGENCY: gettext_lazy("emergency, before all others"),
    Lane.VERIFY: gettext_lazy("codes"),
    Lane.CONVERSATION: gettext_lazy("conversations"),
    Lane.CARE: gettext_lazy("care"),
    Lane.BULK: gettext_lazy("many at once, after all others"),
}

# Colour, icon and word.
STATES: dict[State, tuple[str, str, Any]] = {
    State.WAITING: ("mute", "clock", gettext_lazy("Waiting")),
    State.SENDING: ("info", "send", gettext_lazy("On its way")),
    State.SENT: ("info", "check", gettext_lazy("Sent")),
    State.DELIVERED: ("ok", "check-check", gettext_lazy("Delivered")),
    State.FAILED: ("bad", "circle-x", gettext_lazy("Not delivered")),
    State.STOPPED: ("mute", "ban", gettext_lazy("Stopped")),
    State.UNCERTAIN: ("ask", "circle-question-mark", gettext_lazy("Uncertain")),
    State.REFUSED: ("bad", "circle-x", gettext_lazy("Not accepted")),
    State.NOT_ALLOWED: ("mute", "ban", gettext_lazy("Not sent: a rule")),
    State.CALLED_OFF: ("mute", "undo-2", gettext_lazy("Called off")),
    State.EXPIRED: ("bad", "hourglass", gettext_lazy("Its time was over")),
}

# Colour and icon of a line, by its kind.
ICONS: dict[str, tuple[str, str]] = {
    "booked": ("mute", "calendar-plus"),
    "moved": ("mute", "calendar-sync"),
    "cancelled": ("mute", "calendar-x"),
    "confirmed": ("ok", "calendar-check"),
    "step": ("info", "route"),
    "written": ("mute", "pen-line"),
    "verdict": ("ok", "shield-check"),
    "held": ("warn", "clock"),
    "refused": ("mute", "ban"),
    "route": ("info", "signpost"),
    "sent": ("info", "send"),
    "delivered": ("ok", "check-check"),
    "failed": ("bad", "circle-x"),
    "stopped": ("mute", "ban"),
    "uncertain": ("ask", "circle-question-mark"),
    "asked": ("info", "search"),
    "cost": ("mute", "wallet"),
    "reply": ("mute", "message-square-reply"),
    "question": ("ok", "check"),
    "person": ("ask", "hand"),
}
