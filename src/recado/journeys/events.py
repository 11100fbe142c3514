"""The kinds of event that journeys can hang on: their states, and what conditions may ask of them. Pure literals."""

from typing import Any

from recado.journeys.types import EventKind

APPOINTMENT = EventKind(
    "appointment",
    opening="booked",
    open=frozenset({"booked", "confirmed"}),
    closed=frozenset({"cancelled", "arrived", "missed", "finished"}),
    until_start=frozenset({"booked", "moved", "reassigned", "confirmed", "cancelled"}),
    fields=(
        *("service", "clinician", "site", "lead_hours"),
        *("first_visit", "first_with_clinician", "first_of_service"),
    ),
    is_answerable=True,
    has_clinician=True,
    frees_its_time=True,
    named_answers=(("arrived", "arrived"),),
)


def _event(key: str, opening: str, closed: str, *, more: str = "", **rest: Any) -> EventKind:
    return EventKind(key, opening, frozenset({opening, *more.split()}), frozenset(closed.split()), **rest)


PRESCRIPTION = _event("prescription", "ready", "collected withdrawn")
MEDICATION = _event("medication", "running", "paused ended", has_times=True, are_hours_chosen=True)
REFILL = _event("refill", "due", "asked declined withdrawn")
RESULT = _event("result", "ready", "opened told withdrawn", fields=("needs_call", "can_book_online"))
DOCUMENT = _event("document", "sent", "opened withdrawn")
INVOICE = _event("invoice", "due", "paid withdrawn", more="refused")
COVER_RENEWAL = _event("cover_renewal", "coming", "renewed ended")
DELAY = _event(
    *("delay", "late", "over on_time"), until_start=frozenset({"late", "moved", "on_time"}), fields=("minutes",)
)
RECALL = _event("recall", "due", "booked declined withdrawn", fields=("can_book_online",))
VACCINATION = _event("vaccination", "coming", "booked declined withdrawn", fields=("can_book_online",))
VIDEO_VISIT = _event("video_visit", "coming", "over cancelled", until_start=frozenset({"coming", "moved", "cancelled"}))
PORTAL = _event("portal", "sent", "opened withdrawn")
EDUCATION = _event("education", "running", "paused ended", has_times=True)
HOURS = _event("hours", "coming", "over withdrawn", until_start=frozenset({"coming", "moved"}), fields=("is_closed",))
FORM = _event("form", "sent", "filled withdrawn")
VISIT_FINISHED = _event("visit_finished", "over", "withdrawn")  # the journey of the survey begins from it
SURVEY = _event("survey", "visited", "answered withdrawn", more="begun", fields=("service", "clinician", "site"))

EVENTS: dict[str, EventKind] = {
    kind.key: kind
    for kind in (
        *(APPOINTMENT, PRESCRIPTION, MEDICATION, REFILL, RESULT, DOCUMENT, INVOICE, COVER_RENEWAL, DELAY),
        *(RECALL, VACCINATION, VIDEO_VISIT, PORTAL, EDUCATION, HOURS, FORM, VISIT_FINISHED, SURVEY),
    )
}
