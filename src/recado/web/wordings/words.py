"""What texts, their levels and placeholders are called. The rooms store codes, these are the words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from recado.consent.types import Privacy

ROOMS: dict[str, Any] = {
    "visits": _("Visits"),
    "care": _("Care"),
    "surveys": _("Surveys"),
    "notices": _("Automatic answers"),
    "api": _("Other systems"),
    "news": _("News"),
}
FOR_NEW = ("visits", "care", "api", "news")
"""Rooms for which a clinic may make texts that the product does not have: a journey, or another system, says them."""

SAID_BY: dict[str, Any] = {"surveys": _("Surveys"), "notices": _("Automatic answers")}
"""Who says the texts of a room that no journey says."""

LEVELS: dict[Privacy, tuple[str, Any, Any]] = {
    Privacy.NEUTRAL: ("eye-off", _("Neutral"), _("Only that there is something. Safe on any screen.")),
    Privacy.PLACE_AND_TIME: ("map-pin", _("Place and time"), _("Clinic, day, time, clinician. No reason.")),
    Privacy.CLINICAL: (
        "activity",
        _("Clinical"),
        _("Also what the visit or the medicine is. Only to who agreed to it."),
    ),
}
"""Icon, name, meaning."""

NAMES: dict[str, Any] = {
    "visit_confirmation": _("Booking confirmation"),
    "visit_question": _("Reminder with a question"),
    "visit_second_question": _("Second reminder with a question"),
    "visit_moved": _("Visit moved"),
    "visit_moved_question": _("Visit moved, with a question"),
    "visit_cancelled_by_clinic": _("Visit cancelled by the clinic"),
    "visit_cancelled": _("Visit cancelled in another system"),
    "visit_today": _("Reminder on the same day"),
    "visit_arrival": _("What to bring and how to find us"),
    "visit_first": _("First visit: come early, and the way"),
    "visit_clinician": _("Who they will see"),
    "visit_check_in": _("Check-in, with a question"),
    "visit_missed": _("Missed visit"),
    "visit_missed_link": _("Missed visit, with a link to book"),
    "visits_question": _("Several visits, with a question"),
    "visits_confirmation": _("Several visits booked"),
    "visits_series": _("A series of visits booked"),
    "waitlist_offer": _("Waitlist: a time is free"),
    "waitlist_offer_by_link": _("Waitlist: a time is free, asks by link"),
    "waitlist_how": _("Waitlist: how to join"),
    "waitlist_joined": _("Waitlist: on the list"),
    "waitlist_left": _("Waitlist: off the list"),
    "waitlist_which": _("Waitlist: which visit may come sooner"),
    "waitlist_won": _("Waitlist: the time is yours"),
    "waitlist_gone": _("Waitlist: somebody else has the time"),
    "waitlist_over": _("Waitlist: the time can't be had any more"),
    "waitlist_declined": _("Waitlist: noted that it does not suit"),
    "booking_link": _("Link to book a visit"),
    "times_offered": _("Answer: other times to choose from"),
    "times_gone": _("Answer: that time is gone, others"),
    "visit_cancel_sure": _("Answer: how to cancel, or to keep"),
    "visit_which_moved": _("Answer: which visit shall be moved"),
    "visit_which_cancelled": _("Answer: which visit shall be cancelled"),
    "paper_ready": _("Document behind a code"),
    "paper_again": _("Document behind a code, still waiting"),
    "answer_confirmed": _("Answer: visit confirmed"),
    "answer_cancelled": _("Answer: visit cancelled"),
    "answer_change_noted": _("Answer: another time is wanted"),
    "answer_arrived": _("Answer: you are here"),
    "answer_late": _("Answer: we know that you come later"),
    "answer_too_late": _("Answer: too late to change"),
    "visit_question_by_link": _("Reminder that asks by link"),
    "visit_second_question_by_link": _("Second reminder that asks by link"),
    "visit_moved_question_by_link": _("Visit moved, asks by link"),
    "prescription_ready": _("Ready to collect"),
    "prescription_again": _("Still waiting to be collected"),
    "result_ready": _("Results ready"),
    "result_call": _("Please call us"),
    "result_call_me": _("Please call me"),
    "result_call_me_by_phone": _("Please call us, by phone"),
    "result_call_link": _("Please call us, by link"),
    "result_link": _("Results ready, by link"),
    "result_again": _("Results still waiting"),
    "document_ready": _("Document to read"),
    "document_again": _("Document still waiting"),
    "invoice_due": _("Invoice due"),
    "invoice_late": _("Payment not there yet"),
    "payment_refused": _("Payment did not go through"),
    "cover_renewal": _("Cover renews itself"),
    "delay": _("We are running late"),
    "delay_off": _("We are on time after all"),
    "recall": _("Next check, with a question"),
    "recall_link": _("Next check, with a link"),
    "recall_by_phone": _("Next check, asks to call"),
    "vaccination": _("Vaccination, with a question"),
    "vaccination_link": _("Vaccination, with a link"),
    "vaccination_by_phone": _("Vaccination, asks to call"),
    "dose": _("Reminder of a dose"),
    "dose_by_phone": _("Reminder of a dose, stopped by phone"),
    "refill_due": _("Time to order again"),
    "refill_due_by_phone": _("Time to order again, asks to call"),
    "answer_noted": _("Answer: noted"),
    "answer_call_you": _("Answer: we will call"),
    "answer_preparing": _("Answer: we prepare it"),
    "answer_refill_asked": _("Answer: your request is with the team"),
    "answer_reminders_stopped": _("Answer: reminders stopped"),
    "answer_closed": _("Answer: settled already"),
    "video_visit": _("Video visit"),
    "video_now": _("Video visit begins"),
    "video_off": _("Video visit cancelled"),
    "form_ready": _("Form to fill in"),
    "form_again": _("Form still empty"),
    "portal": _("Link to the portal"),
    "portal_again": _("Link to the portal, again"),
    "hours_changed": _("Other opening hours"),
    "hours_closed": _("Closed on a day"),
    "education": _("A page to read"),
    "education_by_phone": _("A page to read, stopped by phone"),
    "survey_ask": _("Survey: the first question"),
    "survey_both": _("Survey: the first question, with a link"),
    "survey_link": _("Survey: a link"),
    "survey_next": _("Survey: the next question"),
    "survey_thanks": _("Survey: thank you"),
    "survey_thanks_call": _("Survey: thank you, somebody will call"),
    "survey_over": _("Survey: it has ended"),
    "ask_which": _("Answer: which visit is meant"),
    "ask_which_one": _("Answer: what is meant"),
    "all_confirmed": _("Answer: several visits confirmed"),
    "picture_unseen": _("Answer: pictures can't be seen here"),
    "passed_to_person": _("Answer: a person will read it"),
    "passed_out_of_hours": _("Answer: read when the team is back"),
    "joined": _("Answer: agreed to texts"),
    "language_changed": _("Answer: from now on in another language"),
    "stopped_some": _("Answer: no more texts of a kind"),
    "number_stays": _("Answer: the number is right"),
}

PLACEHOLDERS: dict[str, Any] = {
    "clinic": _("clinic"),
    "name": _("first name"),
    "when": _("day and time"),
    "day": _("day"),
    "hours": _("opening hours"),
    "clinician": _("clinician"),
    "service": _("what the visit is for"),
    "room": _("room"),
    "medicine": _("medicine"),
    "choices": _("times to choose from"),
    "place": _("place"),
    "minutes": _("minutes"),
    "link": _("link"),
    "phone": _("our phone"),
    "question": _("the question"),
    "how": _("how to answer"),
    "emergency": _("emergency number"),
    "stop": _("the word that stops texts"),
    "kinds": _("kinds of texts"),
    "visits": _("all times of the day"),
    "count": _("how many visits"),
    "rhythm": _("how often"),
    "stays": _("that they stay on the waitlist"),
    "wait": _("how long to wait"),
    "insurer": _("insurer"),
    "reference": _("reference"),
    "start": _("the word that starts texts"),
}


def placeholder(name: str, titles: Mapping[str, str]) -> str:
    """What a placeholder is called; those of information pages are named after the page, by its title."""
    if name in titles:
        return str(_("page %(name)s")) % {"name": titles[name]}
    return str(PLACEHOLDERS.get(name, name))


def name_of(key: str, own: str = "") -> str:
    """What a text is called: by the clinic, or by the product in the reader's language."""
    return own or str(NAMES.get(key) or key.replace("_", " ").capitalize())
