"""Staff book a visit, or move one: a service, a day, a free time that is held for three minutes, the words that will tell the
patient, and the button that settles it. A visit keeps its old time until then. With script all of it happens in a dialog over
the day (`page_dialog.js`); without, each step is a page."""

import contextlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recado.appointments import actions as appointments
from recado.appointments import queries
from recado.appointments.types import DayVisit, Outcome, SlotTaken, SlotWish
from recado.clinics import access
from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.contacts import queries as contacts
from recado.contacts.types import KnownAlready, Reach
from recado.foundation import audit, business_time
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.web import dates, shell
from recado.web.calendar import adding, days, facts, finding, picking, told
from recado.web.calendar.acts import back_of
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of
from recado.web.stories import words as story_words

LONGEST_QUERY = 200


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is booked for, and the visit that is moved."""

    person: Reach | None = None
    visit: DayVisit | None = None


@needs(Permission.CHANGE_APPOINTMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A time first, then the patient. What is typed to find them goes by POST only."""
    return _serve(request, Subject())


@needs(Permission.CHANGE_APPOINTMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
@unknown_is_404
def book(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """GET shows free times; POST `hold=` holds one, `slot=` books it for this patient, `more=` books it and goes on to another,
    `let_go=` frees what was held."""
    with clinic_scope(clinic_of(request)):
        person = contacts.reach(clinic_of(request), [patient_id]).get(patient_id)
    if person is None:
        raise Http404
    return _serve(request, Subject(person))


@needs(Permission.CHANGE_APPOINTMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
@unknown_is_404
def move(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The same for a visit that is moved: it keeps its old time until then."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        found = queries.these(clinic_id, [visit_id])
        if not found:
            raise Http404
        person = contacts.reach(clinic_id, [found[0].patient_id])[found[0].patient_id]
    return _serve(request, Subject(person, found[0]))


def _serve(request: HttpRequest, subject: Subject) -> HttpResponse:
    clinic_id, given, by = clinic_of(request), request.POST, shell.actor(request)
    if "let_go" in given:
        appointments.let_go(clinic_id=clinic_id, held_for=_me(request), by=by)
        return _done(request, back_of(request))
    if given.get("add") in ("form", "yes") and subject.person is None:
        return _add(request, subject)
    wish = picking.wish_of(given.get("hold", "") or given.get("slot", "") or given.get("more", ""))
    if wish is None:
        return _page(request, subject)
    try:
        if "hold" in given:
            _hold(request, subject, wish)
            return HttpResponseRedirect(_here(request, slot=given["hold"]), status=303)
        if subject.person is None:
            raise Http404
        return _settle(request, subject, wish)
    except SlotTaken:
        return _page(request, subject, is_gone=True)


def _hold(request: HttpRequest, subject: Subject, wish: SlotWish) -> None:
    """Raises SlotTaken. A visit that is moved may get a time that overlaps its own, or one that is held for its patient: neither
    can be held for staff too, so that the page goes on without, and looks by itself whether it is free."""
    try:
        appointments.hold(clinic_id=clinic_of(request), wish=wish, held_for=_me(request), by=shell.actor(request))
    except SlotTaken:
        if subject.visit is None:
            raise


def _add(request: HttpRequest, subject: Subject) -> HttpResponse:
    """A new patient, for whom the time goes on being held: typing takes longer than a hold."""
    if not access.may(request, Permission.CHANGE_PATIENTS):
        raise Http404
    wish = picking.wish_of(request.GET.get("slot", ""))
    if wish is not None:
        with contextlib.suppress(SlotTaken):  # then the page says so
            _hold(request, subject, wish)
    try:
        made = adding.add(request) if request.POST["add"] == "yes" else adding.form(request)
    except KnownAlready as known:
        return _page(request, subject, known=known.patient_id)
    if isinstance(made, adding.Adding):
        return _page(request, subject, new=made)
    url = reverse("visit-book", args=[made])
    return HttpResponseRedirect(f"{url}?{urlencode(_kept(request))}", status=303)


def _settle(request: HttpRequest, subject: Subject, wish: Any) -> HttpResponse:
    """Books or moves. Raises SlotTaken."""
    assert subject.person is not None
    clinic_id, by, tell = clinic_of(request), shell.actor(request), request.POST.get("tell") == "text"
    settle = {"clinic_id": clinic_id, "wish": wish, "held_for": _me(request), "tell": tell, "by": by}
    if subject.visit is None:
        appointments.book(patient_id=subject.person.patient_id, **settle)
        messages.success(request, _("The visit is booked."))
        if "more" in request.POST:
            again = {"back": _back(request, subject), "service": str(wish.service_id)}
            url = reverse("visit-book", args=[subject.person.patient_id])
            return HttpResponseRedirect(f"{url}?{urlencode(again)}", status=303)
    elif appointments.move(visit_id=subject.visit.id, **settle) is Outcome.TOO_LATE:
        messages.warning(request, _("The visit has begun, or somebody has changed it: nothing was changed."))
    else:
        messages.success(request, _("The visit is moved."))
    return _done(request, _back(request, subject))


def _done(request: HttpRequest, url: str) -> HttpResponse:
    """Leads on; a dialog is told where, so that the page there still says what was done."""
    if request.headers.get("X-In-Dialog") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url, status=303)


def _back(request: HttpRequest, subject: Subject) -> str:
    has_place = "back" in request.POST or "back" in request.GET
    if has_place or subject.person is None:
        return back_of(request)
    return reverse("patient", args=[subject.person.patient_id])


def _here(request: HttpRequest, **changes: str) -> str:
    back = {"back": back_of(request)} if "back" in request.POST or "back" in request.GET else {}
    return request.path + days.with_query(request.GET, **changes, **back)


def _me(request: HttpRequest) -> UUID:
    """For whom staff hold a time: one at once, so that a second dialog lets go what the first held."""
    return UUID(str(request.user.pk))


def _page(
    request: HttpRequest,
    subject: Subject,
    *,
    is_gone: bool = False,
    new: adding.Adding | None = None,
    known: UUID | None = None,
) -> HttpResponse:
    clinic_id, person, visit = clinic_of(request), subject.person, subject.visit
    zone = clinics.clinic_settings(clinic_id).time_zone
    who = picking.Who(_me(request), *((visit.id, visit.service, visit.clinician) if visit else ()))
    asked = None if is_gone else picking.wish_of(request.GET.get("slot", ""))
    with clinic_scope(clinic_id):
        services = queries.services(clinic_id)
        chosen = picking.held(clinic_id, asked, who, zone)
        is_gone = is_gone or (asked is not None and chosen is None)
        context: dict[str, Any] = {"person": person, "visit": visit, "chosen": chosen, "is_gone": is_gone}
        if chosen and person is None:
            context |= {"others": picking.others(clinic_id, chosen, who), "adding": new}
            context |= {"may_add": access.may(request, Permission.CHANGE_PATIENTS), **_found(request, clinic_id, known)}
        else:
            context |= picking.choose(request, clinic_id, services, who, chosen, zone)
        context |= _about(request, clinic_id, subject, services, zone)
    if chosen and person:
        context |= told.words(clinic_id, chosen, person, visit, who.me)
    context |= {"in_dialog": request.headers.get("X-In-Dialog") == "true"}
    context |= {"back": _back(request, subject), "patient_query": urlencode(_kept(request))}
    status = 409 if is_gone else 422 if known or (new and (new.fault or new.warning)) else 200
    return shell.page(request, "recado/calendar/book.html", context, at="appointments", status=status)


def _kept(request: HttpRequest) -> dict[str, str]:
    """What of the address goes along when a patient is chosen."""
    return {name: request.GET[name] for name in ("slot", "back") if request.GET.get(name)}


def _about(request: HttpRequest, clinic_id: UUID, subject: Subject, services: Any, zone: str) -> dict[str, Any]:
    """What stands around the choice: the link a patient may have, the visit as it is, what they asked. Call it inside
    `clinic_scope`."""
    person, visit = subject.person, subject.visit
    if person is None:
        return {}
    audit.record(clinic_id=clinic_id, by=shell.actor(request), action="appointment.view", patient_id=person.patient_id)
    if visit is None:
        until = queries.booking_link_until(clinic_id, person.patient_id)
        return {
            "may_link": any(one.by_link for one in services),
            "link_until": dates.short_moment(local(until, zone)) if until else "",
        }
    (seen,) = facts.see(clinic_id, facts.stands(clinic_id, [visit], business_time.now(), zone))
    return {
        "when": dates.short_moment(local(visit.starts_at, zone)),
        "with_whom": ", ".join(filter(None, (visit.clinician, visit.room))),
        "clock": dates.clock(local(visit.starts_at, zone)),
        "is_foreign": not queries.is_kept_here(clinic_id, visit.id),
        "seen": seen if request.role.may(Permission.SEE_MESSAGES) else None,  # type: ignore[attr-defined]
    }


def _found(request: HttpRequest, clinic_id: UUID, known: UUID | None) -> dict[str, Any]:
    """The patients who fit what was typed; or the one whom a form for somebody new described. Call it inside `clinic_scope`."""
    query = request.POST.get("name" if known else "q", "")[:LONGEST_QUERY].strip()
    if not query or not request.role.may(Permission.SEE_PATIENTS):  # type: ignore[attr-defined]
        return {"q": query, "is_known": known}
    hits, count = (finding.these(clinic_id, [known]), 1) if known else finding.find(clinic_id, query)
    if hits:
        shown = {"patients": [str(one.id) for one in hits]}
        audit.record(clinic_id=clinic_id, by=shell.actor(request), action="patient.search", detail=shown)
    return {"q": query, "hits": hits, "hit_count": count, "is_known": known}


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
