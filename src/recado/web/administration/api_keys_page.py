"""API keys of the clinic: what each system may do, from where, and when it last did. A key is shown once."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recado.clinics import actions, queries
from recado.clinics.access import needs
from recado.clinics.roles import ApiScope, Permission
from recado.clinics.types import ApiKeyView, IssuedKey, Refused
from recado.foundation.tenancy import clinic_scope
from recado.messaging import queries as texts
from recado.web import numbers, shell
from recado.web.sign_in.at_work import clinic_of

from . import frame
from .audit_page import as_id

SCOPES: dict[ApiScope, tuple[Any, Any]] = {
    ApiScope.SEND: (
        gettext_lazy("Send texts"),
        gettext_lazy("The clinic's rules hold: consent, quiet hours, stops."),
    ),
    ApiScope.EMERGENCY: (
        gettext_lazy("Send emergencies"),
        gettext_lazy("They pass every other text and leave at night too."),
    ),
    ApiScope.VERIFY: (
        gettext_lazy("Send codes"),
        gettext_lazy("One-time codes to sign in or to confirm. They pass all but emergencies and leave at night too."),
    ),
    ApiScope.READ: (
        gettext_lazy("Read where a text stands"),
        gettext_lazy("Sent, delivered or not. Neither words nor numbers."),
    ),
    ApiScope.EVENTS: (
        gettext_lazy("Tell of care events"),
        gettext_lazy(
            "What is ready, due or late for a patient: it starts what is sent by itself, and records the patient."
        ),
    ),
    ApiScope.DOCUMENTS: (
        gettext_lazy("Send documents"),
        gettext_lazy("Results and letters behind a link and a code: the patient is told. It reads none back."),
    ),
    ApiScope.APPOINTMENTS: (
        gettext_lazy("Book visits"),
        gettext_lazy(
            "Sees free times; books, moves and cancels visits that are kept here. It reads no patient's record."
        ),
    ),
    ApiScope.CONSENT: (
        gettext_lazy("Record consent"),
        gettext_lazy("For systems that ask people themselves: where, when and to which wording they agreed."),
    ),
}


@needs(Permission.MANAGE_CONNECTIONS)
@require_safe
def api_keys(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, made: IssuedKey | None = None) -> HttpResponse:
    clinic_id = clinic_of(request)
    zone = ZoneInfo(queries.clinic_settings(clinic_id).time_zone)
    with clinic_scope(clinic_id):
        counts = texts.put_by_keys(clinic_id)
    lines = [_line(one, zone, counts.get(str(one.id), (0, False))) for one in queries.api_keys_of(clinic_id)]
    context = {
        "working": [line for line in lines if not line["ended_at"]],
        "ended": [line for line in lines if line["ended_at"]],
        "made": made,
        "address": f"{settings.RECADO_PUBLIC_URL}/api/v1/messages",
    }
    return frame.page(request, "recado/administration/api_keys.html", context, at="api-keys")


def _line(one: ApiKeyView, zone: ZoneInfo, put: tuple[int, bool]) -> dict[str, Any]:
    count = numbers.counted(put[0])
    return {
        "count": _("at least %(count)s") % {"count": count} if put[1] else count,
        "id": one.id,
        "name": one.name,
        "prefix": one.prefix,
        "scopes": [SCOPES[scope][0] for scope in ApiScope if scope in one.scopes],
        "sources": one.sources,
        "last_used_at": one.last_used_at.astimezone(zone) if one.last_used_at else None,
        "ended_at": one.ended_at.astimezone(zone) if one.ended_at else None,
    }


@needs(Permission.MANAGE_CONNECTIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new key; `?like=` begins with what another may do, so that a system changes over while both work."""
    if request.method != "POST":
        return _new(request, _like(request))
    form: dict[str, Any] = {
        "name": request.POST.get("name", "").strip()[:200],
        "sources": request.POST.get("sources", "").strip()[:1000],
        "scopes": [scope for scope in ApiScope if scope in request.POST.getlist("scopes")],
    }
    try:
        made = actions.issue_api_key(
            clinic_id=clinic_of(request),
            name=form["name"],
            scopes=form["scopes"],
            sources=form["sources"].replace("\n", ",").split(","),
            by=shell.actor(request),
        )
    except Refused as refused:
        return _new(request, form, refused)
    # Not led on by a redirect: the key would have to stand somewhere meanwhile.
    return _page(request, made)


def _like(request: HttpRequest) -> dict[str, Any]:
    wanted = as_id(request.GET.get("like", ""))
    found = next((one for one in queries.api_keys_of(clinic_of(request)) if one.id == wanted), None)
    if found is None:
        return {"name": "", "sources": "", "scopes": [ApiScope.SEND, ApiScope.READ]}
    return {"name": found.name, "sources": ", ".join(found.sources), "scopes": sorted(found.scopes)}


def _new(request: HttpRequest, form: dict[str, Any], refused: Refused | None = None) -> HttpResponse:
    context = {
        "form": form,
        "errors": {refused.field: _said(refused)} if refused else {},
        "scopes": [(scope, name, about, scope in form["scopes"]) for scope, (name, about) in SCOPES.items()],
    }
    status = 422 if refused else 200
    return frame.page(request, "recado/administration/api_key_new.html", context, at="api-keys", status=status)


def _said(refused: Refused) -> str:
    return _("Choose what the key may do.") if refused.field == "scopes" else frame.said(refused)


@needs(Permission.MANAGE_CONNECTIONS)
@require_POST
def end(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Turns a key off for good."""
    if not actions.revoke_api_key(clinic_id=clinic_of(request), key_id=key_id, by=shell.actor(request)):
        raise Http404("The clinic has no such key, or it was turned off before.")
    messages.success(request, _("The key is turned off."))
    return HttpResponseRedirect(reverse("settings-api-keys"), status=303)
