"""A patient chooses another time: a day, a time that is held for three minutes, and the word that moves the visit. The old time
stands until then. Opening the page changes nothing, and no step needs script."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from recado.appointments import actions as appointments
from recado.appointments import queries
from recado.appointments.types import Choice, Outcome, SlotTaken
from recado.clinics import queries as clinics
from recado.clinics.access import public
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.tenancy import clinic_scope
from recado.messaging import queries as messaging
from recado.web import patient_pages, slot_words

APPOINTMENT = "appointment"  # of links, in launch/wiring.py
BY_LINK = Actor(ActorKind.PATIENT, "link")


@public("the link in a patient's text is the permission")
@require_http_methods(["GET", "HEAD", "POST"])
def times(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows free times; POST `hold=` keeps one for three minutes, POST `move=` moves the visit to it."""
    page = patient_pages.behind(token)
    target = messaging.link_behind(token) if page else None
    if page is None or target is None or target.kind != APPOINTMENT:
        return patient_pages.ended(request, token)
    with clinic_scope(target.clinic_id):
        choice = queries.choice(target.clinic_id, target.subject_id)
    if choice is None:
        return patient_pages.see_other(request, "link", token)
    zone = ZoneInfo(str(page.starts_at.tzinfo))
    if request.method == "POST":
        return _post(request, token, choice, target.clinic_id)
    context = _context(request, choice, zone)
    return patient_pages.shown(request, "times", page=page, token=token, more=context)


def _post(request: HttpRequest, token: str, choice: Choice, clinic_id: UUID) -> HttpResponse:
    do = "move" if "move" in request.POST else "hold"
    wish = slot_words.wish_of(choice.service.id, request.POST.get(do, ""))
    if wish is None:
        return patient_pages.see_other(request, "link-times", token)
    key = choice.visit_id
    try:
        if do == "hold":
            appointments.hold(clinic_id=clinic_id, wish=wish, held_for=key, by=BY_LINK)
            return patient_pages.see_other(request, "link-times", token)
        outcome = appointments.move(clinic_id=clinic_id, visit_id=key, wish=wish, held_for=key, by=BY_LINK)
    except SlotTaken:
        day = slot_words.day_of(wish, clinics.clinic_settings(clinic_id).time_zone)
        return patient_pages.see_other(request, "link-times", token, said="gone", day=day)
    # Too late: it was cancelled or has begun since the page was made, and the visit's own page says how it stands.
    return patient_pages.see_other(request, "link", token, said="moved" if outcome is Outcome.DONE else "")


def _context(request: HttpRequest, choice: Choice, zone: ZoneInfo) -> dict[str, Any]:
    """The days that have free times, the times of one of them, and what is held; in the reader's words by `page`."""

    def words() -> dict[str, Any]:
        asked = request.GET.get("day", "")
        found = slot_words.worded(choice.free, zone, asked, choice.held, choice.held_until)
        return {**found, "is_gone": request.GET.get("said") == "gone"}

    return {"worded": words}
