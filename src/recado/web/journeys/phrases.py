"""A step in words: when it goes, what it does, only if what. One place for the timeline, the try and the differences."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recado.journeys.types import (
    At,
    Branch,
    Condition,
    End,
    HoldOut,
    Kind,
    Moment,
    OfferTime,
    Op,
    Pause,
    PlanStep,
    Task,
    Text,
    Variant,
    Webhook,
)

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)

# The states of events, as they stand behind "when it is" and "while it is".
STATES: dict[str, Any] = {
    "booked": gettext_lazy("booked"),
    "moved": gettext_lazy("moved"),
    "reassigned": gettext_lazy("given to another clinician"),
    "confirmed": gettext_lazy("confirmed"),
    "cancelled": gettext_lazy("cancelled"),
    "arrived": gettext_lazy("arrived"),
    "missed": gettext_lazy("missed"),
    "finished": gettext_lazy("finished"),
    "ready": gettext_lazy("ready"),
    "collected": gettext_lazy("collected"),
    "withdrawn": gettext_lazy("withdrawn"),
    "running": gettext_lazy("under way"),
    "paused": gettext_lazy("paused"),
    "ended": gettext_lazy("over"),
    "due": gettext_lazy("due"),
    "asked": gettext_lazy("ordered"),
    "declined": gettext_lazy("declined"),
    "opened": gettext_lazy("opened"),
    "told": gettext_lazy("told in person"),
    "sent": gettext_lazy("sent"),
    "paid": gettext_lazy("paid"),
    "refused": gettext_lazy("refused"),
    "coming": gettext_lazy("to come"),
    "renewed": gettext_lazy("renewed"),
    "late": gettext_lazy("late"),
    "over": gettext_lazy("over"),
    "on_time": gettext_lazy("on time after all"),
    "visited": gettext_lazy("over"),
    "begun": gettext_lazy("begun"),
    "answered": gettext_lazy("answered"),
    "filled": gettext_lazy("filled in"),
}

# What conditions ask of an event or a person.
FACTS: dict[str, Any] = {
    "answered": gettext_lazy("the patient has answered"),
    "asked": gettext_lazy("a question went before"),
    "needs_call": gettext_lazy("it must be told in person"),
    "can_book_online": gettext_lazy("it can be booked online"),
    "answer": gettext_lazy("the answer"),
    "state": gettext_lazy("how it stands"),
    "service": gettext_lazy("the service"),
    "clinician": gettext_lazy("the clinician"),
    "site": gettext_lazy("the place"),
    "lead_hours": gettext_lazy("hours between booking and visit"),
    "first_visit": gettext_lazy("it is their first visit"),
    "first_with_clinician": gettext_lazy("it is their first visit with this clinician"),
    "first_of_service": gettext_lazy("it is their first visit for this service"),
    "minutes": gettext_lazy("minutes of delay"),
    "is_closed": gettext_lazy("you are closed that day"),
}

# The same, where they must not hold.
NOT_FACTS: dict[str, Any] = {
    "answered": gettext_lazy("the patient has not answered"),
    "asked": gettext_lazy("no question went before"),
    "needs_call": gettext_lazy("it need not be told in person"),
    "can_book_online": gettext_lazy("it can't be booked online"),
    "is_closed": gettext_lazy("you are open that day"),
    "first_visit": gettext_lazy("they have been here before"),
    "first_with_clinician": gettext_lazy("they have seen this clinician before"),
    "first_of_service": gettext_lazy("they have had this service before"),
}

ANSWERS: dict[str, Any] = {
    "confirm": gettext_lazy("Confirm"),
    "change": gettext_lazy("Another time"),
    "cancel": gettext_lazy("Cancel"),
    "arrived": gettext_lazy("I am here"),
    "taken": gettext_lazy("Done"),
    "seen": gettext_lazy("Has read it"),
    "later": gettext_lazy("Later"),
    "stop": gettext_lazy("Stop these reminders"),
    "order": gettext_lazy("Please prepare it"),
    "no": gettext_lazy("No, thank you"),
    "call_me": gettext_lazy("Please call me"),
    "yes": gettext_lazy("Yes"),
    "useful": gettext_lazy("That helped"),
}

TASKS: dict[str, Any] = {
    "call": gettext_lazy("Put on the call list"),
    "unopened": gettext_lazy("A person follows up what waits unopened"),
    "read_reply": gettext_lazy("A person reads what was written"),
    "another_time": gettext_lazy("A person finds another time"),
    "refill": gettext_lazy("A person prepares it"),
}

TEMPLATES: dict[str, Any] = {
    "visit_confirmation": gettext_lazy("Visit booked"),
    "visit_question": gettext_lazy("Visit: question"),
    "visit_second_question": gettext_lazy("Visit: second question"),
    "visit_moved": gettext_lazy("Visit moved"),
    "visit_moved_question": gettext_lazy("Visit moved: question"),
    "visit_cancelled_by_clinic": gettext_lazy("Visit cancelled by the clinic"),
    "answer_cancelled": gettext_lazy("Answer: visit cancelled"),
    "visit_today": gettext_lazy("Visit today"),
    "visit_clinician": gettext_lazy("Who they will see"),
    "visit_check_in": gettext_lazy("Are you here?"),
    "visit_arrival": gettext_lazy("What to bring, and how to find us"),
    "visit_first": gettext_lazy("First visit: come early, and the way"),
    "prescription_ready": gettext_lazy("Ready to collect"),
    "prescription_again": gettext_lazy("Still ready to collect"),
    "dose": gettext_lazy("Time for a dose"),
    "refill_due": gettext_lazy("Order again?"),
    "result_ready": gettext_lazy("Results ready"),
    "result_again": gettext_lazy("Results still unopened"),
    "result_call": gettext_lazy("Please call about results"),
    "result_call_me": gettext_lazy("Please call me"),
    "result_call_link": gettext_lazy("Please call us, by link"),
    "document_ready": gettext_lazy("A document waits"),
    "document_again": gettext_lazy("A document still waits"),
    "invoice_due": gettext_lazy("Invoice due"),
    "invoice_late": gettext_lazy("Payment late"),
    "payment_refused": gettext_lazy("Payment failed"),
    "cover_renewal": gettext_lazy("Cover renews"),
    "delay": gettext_lazy("We run late"),
    "delay_off": gettext_lazy("We are on time after all"),
    "recall": gettext_lazy("Check-up due, by phone"),
    "recall_link": gettext_lazy("Check-up due, by link"),
    "vaccination": gettext_lazy("Vaccination, by phone"),
    "vaccination_link": gettext_lazy("Vaccination, by link"),
    "visit_missed": gettext_lazy("Visit missed"),
    "survey": gettext_lazy("Survey: the first question"),
    "video_visit": gettext_lazy("Video visit: link"),
    "video_now": gettext_lazy("Video visit: it begins"),
    "video_off": gettext_lazy("Video visit cancelled"),
    "form_ready": gettext_lazy("A form to fill in"),
    "form_again": gettext_lazy("A form is still empty"),
    "portal": gettext_lazy("Patient portal: link"),
    "portal_again": gettext_lazy("Patient portal: still unopened"),
    "education": gettext_lazy("A page to read"),
    "hours_closed": gettext_lazy("We are closed that day"),
    "hours_changed": gettext_lazy("Other opening hours"),
}


def named(names: dict[str, Any], code: str) -> str:
    """The word for a code; a code without one is shown with spaces."""
    return str(names[code]) if code in names else code.replace("_", " ")


def span(by: timedelta) -> str:
    """3 days, 2 hours, 45 minutes: in the largest whole unit."""
    if by and not by % DAY:
        return ngettext("%(count)d day", "%(count)d days", by // DAY) % {"count": by // DAY}
    if by and not by % HOUR:
        return ngettext("%(count)d hour", "%(count)d hours", by // HOUR) % {"count": by // HOUR}
    return ngettext("%(count)d minute", "%(count)d minutes", by // MINUTE) % {"count": by // MINUTE}


def when(moment: Moment) -> str:
    """3 days before."""
    by = span(moment.by)
    match moment.at:
        case At.ON:
            return _("When it is %(state)s") % {"state": named(STATES, moment.state)}
        case At.BEFORE:
            return _("%(span)s before") % {"span": by}
        case At.AFTER:
            return _("%(span)s after") % {"span": by} if moment.by else _("When its time comes")
        case At.NEXT:
            return _("%(span)s later") % {"span": by} if moment.by else _("Right after")
        case At.EACH:
            return _("At each of its times")
        case At.LATE:
            return _("As soon as may be")


def only_if(step: PlanStep) -> list[str]:
    """What must hold, each in some words, to stand behind "only if"."""
    found = [condition(one) for one in step.only_if]
    if step.when.at is At.LATE:
        found.append(_("the moments of the other questions have passed"))
    if step.when.state and step.when.at is not At.ON:
        found.append(_("it is still %(state)s") % {"state": named(STATES, step.when.state)})
    if step.stands_in_for:
        found.append(_("no question can follow"))
    return found


def condition(one: Condition) -> str:
    fact = named(FACTS, one.fact)
    if isinstance(one.value, bool):
        if one.value is (one.op is Op.IS):
            return fact
        return str(NOT_FACTS.get(one.fact) or _("not: %(fact)s") % {"fact": fact})
    value = value_words(one)
    match one.op:
        case Op.IS:
            return _("%(fact)s is %(value)s") % {"fact": fact, "value": value}
        case Op.IS_NOT:
            return _("%(fact)s is not %(value)s") % {"fact": fact, "value": value}
        case Op.AT_LEAST:
            return _("%(fact)s: at least %(value)s") % {"fact": fact, "value": value}
        case Op.BELOW:
            return _("%(fact)s: below %(value)s") % {"fact": fact, "value": value}


def value_words(one: Condition) -> str:
    names = {"answer": ANSWERS, "state": STATES}.get(one.fact)
    return named(names, str(one.value)) if names else str(one.value)


def does(step: PlanStep) -> str:
    """What a step does, in a few words: the title of its card."""
    match step.does:
        case Text(template):
            return named(TEMPLATES, template)
        case Task(kind):
            return named(TASKS, kind)
        case Webhook():
            return _("Tell another system")
        case OfferTime():
            return _("Offer the time to the waitlist")
        case Pause():
            return _("Wait")
        case End():
            return _("The journey ends here")
        case HoldOut(percent):
            return _("Comparison group: %(percent)d in 100 get no texts") % {"percent": percent}
        case Branch():
            return _("Choose by what is known")
        case Variant():
            return _("Choose by chance")


def icon(step: PlanStep) -> str:
    match step.does:
        case Text(kind=Kind.QUESTION):
            return "message-circle-question-mark"
        case Text():
            return "message-square-text"
        case Task():
            return "phone-call"
        case Webhook():
            return "send"
        case OfferTime():
            return "users"
        case Pause():
            return "hourglass"
        case End():
            return "ban"
        case HoldOut():
            return "eye-off"
        case Branch():
            return "signpost"
        case Variant():
            return "route"
