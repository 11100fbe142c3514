"""What is done to a patient's coming visits from their page: confirm, cancel, take back."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recado.appointments import actions
from recado.appointments import queries as appointments
from recado.appointments.types import CancelReason, Outcome, VisitView
from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.contacts import queries as contacts
from recado.foundation import audit
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.web import dates, shell
from recado.web.sign_in.at_work import clinic_of
from recado.web.visit_words import REASONS


@needs(Permission.CHANGE_APPOINTMENTS)
@require_POST
def confirm(request: HttpRequest, patient_id: UUID, visit_id: UUID) -> HttpResponse:
    """The patient comes: they said so to a person."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        _belongs(clinic_id, patient_id, visit_id)
        outcome = actions.confirm(clinic_id=clinic_id, visit_id=visit_id, by=shell.actor(request))
    return _said(request, patient_id, visit_id, outcome, _("The visit is confirmed."))


@needs(Permission.CHANGE_APPOINTMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, patient_id: UUID, visit_id: UUID) -> HttpResponse:
    """GET asks why, and whether the patient hears of it; POST takes the visit off. A page and not a menu: news of other
    visits would close it under the hand."""
    clinic_id, why = clinic_of(request), request.POST.get("reason", "")
    with clinic_scope(clinic_id):
        visit = _belongs(clinic_id, patient_id, visit_id)
        if request.method != "POST":
            return _ask(request, visit)
        outcome = actions.cancel(
            clinic_id=clinic_id,
            visit_id=visit_id,
            reason=CancelReason(why) if why in set(CancelReason) else CancelReason.OTHER,
            tell=request.POST.get("tell") == "yes",
            by=shell.actor(request),
        )
    return _said(request, patient_id, visit_id, outcome, _("The visit is cancelled."))


def _ask(request: HttpRequest, visit: VisitView) -> HttpResponse:
    clinic_id = clinic_of(request)
    person = contacts.patient(clinic_id, visit.patient_id)
    audit.record(clinic_id=clinic_id, by=shell.actor(request), action="patient.open", patient_id=visit.patient_id)
    at = local(visit.starts_at, clinics.clinic_settings(clinic_id).time_zone)
    context = {
        "person": person,
        "visit": visit,
        "when": dates.short_moment(at),
        "facts": ", ".join(fact for fact in (visit.clinician, visit.service, visit.site) if fact),
        "reasons": REASONS.items(),
    }
    return shell.page(request, "recado/patients/cancel_visit.html", context, at="patients")


@needs(Permission.CHANGE_APPOINTMENTS)
@require_POST
def undo(request: HttpRequest, patient_id: UUID, visit_id: UUID) -> HttpResponse:
    """What staff last did to the visit is taken back, as long as nothing has happened to it since."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        _belongs(clinic_id, patient_id, visit_id)
        outcome = actions.take_back(clinic_id=clinic_id, visit_id=visit_id, by=shell.actor(request))
    if outcome is Outcome.TOLD_ALREADY:
        messages.warning(
            request, _("The visit stands again, but the patient had been told that it was off: phone them.")
        )
        return _back(patient_id)
    return _said(request, patient_id, None, outcome, _("Taken back."))


def _belongs(clinic_id: UUID, patient_id: UUID, visit_id: UUID) -> VisitView:
    for visit in appointments.visits_of(clinic_id, [patient_id]):
        if visit.id == visit_id:
            return visit
    raise Http404("no such visit")


def _said(request: HttpRequest, patient_id: UUID, visit_id: UUID | None, outcome: Outcome, words: str) -> HttpResponse:
    if outcome is Outcome.TOO_LATE:
        messages.warning(request, _("Too late: the visit has begun, or somebody has changed it since."))
    else:
        address = reverse("patient-visit-undo", args=[patient_id, visit_id]) if visit_id else ""
        messages.success(request, words, extra_tags=address)
    return _back(patient_id)


def _back(patient_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("patient", args=[patient_id]), status=303)
