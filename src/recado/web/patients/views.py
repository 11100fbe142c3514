"""The list of patients, and finding one. What somebody types to find a person goes by POST only: it stands in no address."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from recado.appointments import queries as appointments
from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.contacts import queries as contacts
from recado.foundation import audit
from recado.foundation.tenancy import clinic_scope
from recado.web import shell
from recado.web.paging import PAGE, Pages
from recado.web.patients import proofs, rows
from recado.web.sign_in.at_work import clinic_of

QUICK = 8  # hits under the search field while somebody types
LONGEST_QUERY = 200


@needs(Permission.SEE_PATIENTS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every patient: by the next visit, then those without one, the newest on record first."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        pages = Pages.asked(request.GET.get("page"), contacts.count(clinic_id))
        found = rows.rows(clinic_id, _ids(clinic_id, pages))
        _note(request, "patient.list", [row.id for row in found])
    context = {"rows": found, "pages": pages, "may_import": request.role.may(Permission.IMPORT)}  # type: ignore[attr-defined]
    return shell.page(request, "recado/patients/index.html", context, at="patients")


def _ids(clinic_id: UUID, pages: Pages) -> list[UUID]:
    coming = appointments.patients_coming(clinic_id)
    start = pages.first - 1
    ids = coming[start : start + PAGE]
    if len(ids) < PAGE:
        start = max(0, start - len(coming))
        ids += contacts.newest_but(clinic_id, coming, limit=PAGE - len(ids), offset=start)
    return ids


@needs(Permission.SEE_PATIENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Who fits what was typed. A GET shows the empty field."""
    clinic_id = clinic_of(request)
    query = request.POST.get("q", "")[:LONGEST_QUERY].strip()
    is_quick = request.headers.get("X-Quick") == "true"
    with clinic_scope(clinic_id):
        found = rows.find(clinic_id, query) if query else rows.Sorted((), False)
        pages = Pages.asked(None if is_quick else request.POST.get("page"), len(found.ids))
        start = pages.first - 1
        shown = rows.rows(clinic_id, found.ids[start : start + (QUICK if is_quick else PAGE)])
        context: dict[str, Any] = {"q": query, "rows": shown, "pages": pages, "is_cut": found.is_cut}
        if shown:
            _note(request, "patient.search", [row.id for row in shown])
        elif query and not is_quick:
            context |= _said_by_number(request, query)
    context["most"] = contacts.MOST_HITS
    context["may_see_messages"] = request.role.may(Permission.SEE_MESSAGES)  # type: ignore[attr-defined]
    if is_quick:
        return render(request, "recado/patients/_quick.html", context)
    return shell.page(request, "recado/patients/search.html", context, at="patients")


def _said_by_number(request: HttpRequest, query: str) -> dict[str, Any]:
    """What whoever holds this number has agreed to or stopped, where it is nobody's on record. Call it inside `clinic_scope`."""
    clinic_id = clinic_of(request)
    said = proofs.of_number(clinic_id, query)
    if not said:
        return {}
    audit.record(clinic_id=clinic_id, by=shell.actor(request), action="consent.view")
    clinic = clinics.clinic_settings(clinic_id)
    staff = {str(one.user_id): one.name for one in clinics.staff(clinic_id)}
    return {"proofs": [proofs.line(one, ZoneInfo(clinic.time_zone), clinic.name, staff) for one in said]}


def _note(request: HttpRequest, action: str, ids: Sequence[UUID]) -> None:
    """One audit line with the people shown; none for a page that brings itself up to date."""
    if request.headers.get("X-Live") != "true":
        shown = {"patients": [str(patient) for patient in ids]}
        audit.record(clinic_id=clinic_of(request), by=shell.actor(request), action=action, detail=shown)
