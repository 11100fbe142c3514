"""Care events of one patient: what there is, what became of it, and a form to note one."""

from dataclasses import fields
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recado.care_events import actions, queries
from recado.care_events.types import EventKind, EventView, Fault, NoSuchEvent
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation import audit
from recado.foundation.tenancy import clinic_scope
from recado.web import dates, shell
from recado.web.patients import care_forms, care_words, page
from recado.web.sign_in.at_work import clinic_of


@needs(Permission.SEE_PATIENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def care(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Every event of a patient, newest first; and, of the kind chosen, a form."""
    clinic_id = clinic_of(request)
    kind = _kind(request.POST.get("kind") or request.GET.get("kind", ""))
    faults: dict[str, str] = {}
    with clinic_scope(clinic_id):
        context = page.facts(request, patient_id)
        if request.method == "POST":
            if not context["may_change"] or kind is None:
                raise Http404("nothing to note")
            faults = _note(request, patient_id, kind, context["zone"])
            if not faults:
                return HttpResponseRedirect(reverse("patient-care", args=[patient_id]), status=303)
        elif request.headers.get("X-Live") != "true":
            audit.record(clinic_id=clinic_id, by=shell.actor(request), action="patient.open", patient_id=patient_id)
        events = [_shown(one, context["zone"]) for one in queries.events_of(clinic_id, [patient_id])]
    now = context["now"].astimezone(context["zone"])
    context |= {
        "events": events,
        "kinds": care_words.KINDS.items(),
        "kind": kind,
        "look": care_words.KINDS[kind] if kind else None,
        "form": care_forms.form(kind, request.POST.dict(), faults, now) if kind else [],
        "has_faults": bool(faults),
    }
    return shell.page(request, "recado/patients/care.html", context, at="patients", status=422 if faults else 200)


@needs(Permission.CHANGE_PATIENTS)
@require_POST
def become(request: HttpRequest, patient_id: UUID, event_id: UUID) -> HttpResponse:
    """Says what became of an event."""
    clinic_id, state = clinic_of(request), request.POST.get("state", "")
    with clinic_scope(clinic_id):
        try:
            event = queries.event(clinic_id, event_id)
        except NoSuchEvent as error:
            raise Http404("no such event") from error
        if event.patient_id != patient_id or state not in queries.states_of(event.kind):
            raise Http404("no such event or state")
        actions.set_state(clinic_id=clinic_id, event_ids=[event_id], state=state, by=shell.actor(request))
    messages.success(request, _("Noted: %(state)s.") % {"state": care_words.STATES[state]})
    return HttpResponseRedirect(reverse("patient-care", args=[patient_id]), status=303)


def _kind(code: str) -> EventKind | None:
    return EventKind(code) if code in set(EventKind) else None


def _note(request: HttpRequest, patient_id: UUID, kind: EventKind, zone: ZoneInfo) -> dict[str, str]:
    """What is wrong, by field; empty: it is noted."""
    detail, faults = queries.read_typed(kind, request.POST.dict(), zone)
    if detail is None:
        return faults
    noted = actions.note_event(
        clinic_id=clinic_of(request), patient_id=patient_id, detail=detail, by=shell.actor(request)
    )
    if isinstance(noted, Fault):
        return {noted.field: noted.key}
    messages.success(request, _("Noted. What is said and when, the journey decides."))
    return {}


def _shown(event: EventView, zone: ZoneInfo) -> dict[str, Any]:
    facts = [(care_words.FIELDS[name], _told(name, value, zone)) for name, value in _values(event)]
    return {
        "id": event.id,
        "look": care_words.KINDS[event.kind],
        "chip": care_words.chip(event.kind, event.state),
        "when": dates.short_moment(event.at.astimezone(zone)),
        "facts": [(label, told) for label, told in facts if told],
        "states": [
            (state, care_words.STATES[state]) for state in queries.states_of(event.kind) if state != event.state
        ],
    }


def _values(event: EventView) -> list[tuple[str, Any]]:
    return [(one.name, getattr(event.detail, one.name)) for one in fields(event.detail)]


def _told(name: str, value: Any, zone: ZoneInfo) -> str:
    match value:
        case None | "" | 0 | False:
            return ""
        case True:
            return _("yes")
        case datetime():
            return dates.short_moment(value.astimezone(zone))
        case date():
            return dates.full_date(value)
        case time():
            return f"{value:%H:%M}"
        case tuple() if name == "stages":
            stages = [_("%(days)d days") % {"days": one.days} + " " + _clocks(one.times) for one in value]
            return ", ".join(stages)
        case tuple():
            return " ".join(value)
        case int() if name == "amount_minor":
            return f"{value // 100}.{value % 100:02}"
    return str(value)


def _clocks(times: tuple[time, ...]) -> str:
    return " ".join(f"{one:%H:%M}" for one in times)
