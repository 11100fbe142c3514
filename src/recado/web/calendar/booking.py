"""Staff book a visit for a patient, or move one: a service, a day, a free time."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recado.appointments import actions as appointments
from recado.appointments import queries
from recado.appointments.types import Outcome, ServiceView, Slot, SlotTaken, SlotWish
from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.contacts import queries as contacts
from recado.foundation import audit, business_time
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.web import dates, shell
from recado.web.calendar import days
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of
from recado.web.stories import words as story_words

SHOWN = 7  # days of free times on one page


@needs(Permission.CHANGE_APPOINTMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
@unknown_is_404
def book(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """GET shows free times; POST books one for this patient."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        is_known = bool(contacts.reach(clinic_id, [patient_id]))
    wish = _wish(request)
    if wish is not None and is_known:
        try:
            appointments.book(
                clinic_id=clinic_id, wish=wish, patient_id=patient_id, tell=_tells(request), by=shell.actor(request)
            )
        except SlotTaken:
            return _page(request, patient_id, is_gone=True)
        messages.success(request, _("The visit is booked."))
        return HttpResponseRedirect(reverse("patient", args=[patient_id]), status=303)
    return _page(request, patient_id)


@needs(Permission.CHANGE_APPOINTMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
@unknown_is_404
def move(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """GET shows free times; POST moves the visit to one. It keeps its old time until then."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        found = queries.these(clinic_id, [visit_id])
    if not found:
        raise Http404
    visit, wish = found[0], _wish(request)
    if wish is None:
        return _page(request, visit.patient_id, visit=visit)
    try:
        outcome = appointments.move(
            clinic_id=clinic_id, visit_id=visit_id, wish=wish, tell=_tells(request), by=shell.actor(request)
        )
    except SlotTaken:
        return _page(request, visit.patient_id, visit=visit, is_gone=True)
    if outcome is Outcome.TOO_LATE:
        messages.warning(request, _("The visit has begun, or somebody has changed it: nothing was changed."))
    else:
        messages.success(request, _("The visit is moved."))
    return HttpResponseRedirect(reverse("patient", args=[visit.patient_id]), status=303)


@needs(Permission.CHANGE_APPOINTMENTS)
@require_POST
@unknown_is_404
def link(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """POST `do=send` texts the patient a link to book one visit, `do=end` takes it back."""
    clinic_id, by = clinic_of(request), shell.actor(request)
    with clinic_scope(clinic_id):
        if not contacts.reach(clinic_id, [patient_id]):
            raise Http404
        if request.POST.get("do") == "end":
            appointments.end_booking_link(clinic_id=clinic_id, patient_id=patient_id, by=by)
            messages.success(request, _("The link has ended. What was booked by it stands."))
        elif rule := appointments.send_booking_link(clinic_id=clinic_id, patient_id=patient_id, by=by):
            why = story_words.said(story_words.RULES, rule)
            messages.warning(request, _("The link was not sent: %(why)s") % {"why": why})
        else:
            messages.success(request, _("The link is on its way."))
    return HttpResponseRedirect(reverse("visit-book", args=[patient_id]), status=303)


def _tells(request: HttpRequest) -> bool:
    return request.POST.get("tell") == "text"


def _wish(request: HttpRequest) -> SlotWish | None:
    """The time that a button names: service, calendar and moment."""
    service, _sep, rest = request.POST.get("slot", "").partition(" ")
    number, _sep, moment = rest.partition(" ")
    try:
        start = datetime.fromisoformat(moment)
        return SlotWish(UUID(service), int(number), start) if start.tzinfo else None
    except ValueError:
        return None


def _page(request: HttpRequest, patient_id: UUID, *, visit: Any = None, is_gone: bool = False) -> HttpResponse:
    clinic_id = clinic_of(request)
    zone = clinics.clinic_settings(clinic_id).time_zone
    today = local(business_time.now(), zone).date()
    day = max(days.day_asked(request.GET.get("day"), today), today)
    with clinic_scope(clinic_id):
        person = contacts.reach(clinic_id, [patient_id]).get(patient_id)
        if person is None:
            raise Http404
        services = queries.services(clinic_id)
        chosen = _chosen(request, services, visit.service if visit else "")
        slots = _free(clinic_id, chosen, day, zone, visit.id if visit else None)
        is_foreign = visit is not None and not queries.is_kept_here(clinic_id, visit.id)
        link_until = queries.booking_link_until(clinic_id, patient_id)
        audit.record(clinic_id=clinic_id, by=shell.actor(request), action="appointment.view", patient_id=patient_id)
    context = {
        "is_foreign": is_foreign,
        "may_link": visit is None and any(one.by_link for one in services),
        "link_until": dates.short_moment(local(link_until, zone)) if link_until else "",
        "person": person,
        "visit": visit,
        "when": dates.short_moment(local(visit.starts_at, zone)) if visit else "",
        "services": services,
        "chosen": chosen,
        "day_iso": day.isoformat(),
        "later": (day + timedelta(days=SHOWN)).isoformat(),
        "days": _by_day(slots, zone),
        "is_gone": is_gone,
    }
    return shell.page(request, "recado/calendar/book.html", context, at="appointments", status=409 if is_gone else 200)


def _chosen(request: HttpRequest, services: Sequence[ServiceView], usual: str) -> ServiceView | None:
    asked = request.GET.get("service", "")
    by_name = (one for one in services if one.name == usual)
    return next((one for one in services if str(one.id) == asked), next(by_name, services[0] if services else None))


def _free(clinic_id: UUID, service: ServiceView | None, day: date, zone: str, moving: UUID | None) -> list[Slot]:
    if service is None:
        return []
    start, end = days.bounds(day, zone, days=SHOWN)
    return queries.free_slots(clinic_id, service_id=service.id, start=start, end=end, moving=moving)


def _by_day(slots: Sequence[Slot], zone: str) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Each day with its times: clock, with whom, and what the button sends."""
    there = ZoneInfo(zone)
    found: dict[date, tuple[str, list[tuple[str, str, str]]]] = {}
    for slot in slots:
        at = slot.starts_at.astimezone(there)
        row = found.setdefault(at.date(), (dates.long_day(at), []))
        key = f"{slot.service_id} {slot.calendar_id} {slot.starts_at.isoformat()}"
        row[1].append((dates.clock(at), slot.clinician, key))
    return list(found.values())
