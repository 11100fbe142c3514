"""A clinic's places: add one, change one, close one."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recado.clinics import actions, queries
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.clinics.types import Refused, SiteView
from recado.web import shell
from recado.web.sign_in.at_work import clinic_of

from . import frame

FIELDS = ("name", "address", "directions_url")


@needs(Permission.CHANGE_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, None, dict.fromkeys(FIELDS, ""))
    typed = {name: request.POST.get(name, "").strip() for name in FIELDS}
    try:
        actions.add_site(clinic_id=clinic_of(request), by=shell.actor(request), **typed)
    except Refused as refused:
        return _page(request, None, typed, refused)
    messages.success(request, _("The place is added."))
    return _back()


@needs(Permission.CHANGE_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def site(request: HttpRequest, site_id: UUID) -> HttpResponse:
    found = next((one for one in queries.sites(clinic_of(request)) if one.id == site_id), None)
    if found is None:
        raise Http404("There is no such place.")
    if request.method != "POST":
        return _page(request, found, {name: getattr(found, name) for name in FIELDS})
    typed = {name: request.POST.get(name, "").strip() for name in FIELDS}
    try:
        actions.change_site(clinic_id=clinic_of(request), site_id=site_id, by=shell.actor(request), **typed)
    except Refused as refused:
        return _page(request, found, typed, refused)
    messages.success(request, _("Saved. It counts from now on."))
    return _back()


@needs(Permission.CHANGE_SETTINGS)
@require_POST
def close(request: HttpRequest, site_id: UUID) -> HttpResponse:
    if not actions.close_site(clinic_id=clinic_of(request), site_id=site_id, by=shell.actor(request)):
        raise Http404("There is no such place.")
    messages.success(request, _("The place is closed. Add it again by its name to open it."))
    return _back()


def _back() -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('settings-clinic')}#sites", status=303)


def _page(
    request: HttpRequest, found: SiteView | None, form: dict[str, str], refused: Refused | None = None
) -> HttpResponse:
    errors = {refused.field: frame.said(refused)} if refused else {}
    context = {"site": found, "form": form, "errors": errors}
    return frame.page(request, "recado/administration/site.html", context, at="clinic", status=422 if refused else 200)
