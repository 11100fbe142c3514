"""The language model that the clinic has connected, if any: its address, the model, the key; and what leaves the machine.

Who decides where patients' conversations go is who may read them: connecting other systems alone does not open it.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recado.assistant import actions, queries
from recado.assistant.types import NotUsable
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation.tenancy import clinic_scope
from recado.web import shell
from recado.web.sign_in.at_work import clinic_of
from recado.webhooks.types import ADDRESS_FAULTS

from . import frame


@needs(Permission.MANAGE_CONNECTIONS, also=Permission.SEE_MESSAGES)
@require_http_methods(["GET", "HEAD", "POST"])
def assistant(request: HttpRequest) -> HttpResponse:
    """GET shows the connection without its key; POST keeps `url`, `model`, `key` (empty: as it was) and `is_on`."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        found = queries.connector(clinic_id)
    if request.method != "POST":
        form = {
            "url": found.url if found else "",
            "model": found.model if found else "",
            "is_on": found and found.is_on,
        }
        return _page(request, form, {})
    form = {name: request.POST.get(name, "").strip() for name in ("url", "model")} | {"is_on": "is_on" in request.POST}
    key = request.POST.get("key", "").strip()
    new_key = "" if "no_key" in request.POST else key or None
    try:
        with clinic_scope(clinic_id):
            actions.connect(
                clinic_id=clinic_id,
                url=str(form["url"]),
                model=str(form["model"]),
                key=new_key,
                is_on=bool(form["is_on"]),
                by=shell.actor(request),
            )
    except NotUsable as error:
        return _page(request, form, {error.field: _why(error)}, status=422)
    messages.success(request, _("Saved.") if form["is_on"] else _("Saved. It is off: nothing is asked."))
    return HttpResponseRedirect(reverse("settings-assistant"), status=303)


def _why(error: NotUsable) -> str:
    if error.field == "model":
        return _("Write the name of the model, as its server calls it.")
    if error.field == "key" and error.code == "missing":
        return _("The address leads elsewhere now: write its key, or tick that it wants none.")
    if error.field == "key":
        return _("A key has no spaces and no letters with accents.")
    return _("Write the whole address.") if error.code == "missing" else _(ADDRESS_FAULTS[error.code])


def _page(request: HttpRequest, form: dict[str, Any], errors: dict[str, str], status: int = 200) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        found = queries.connector(clinic_id)
    context = {"found": found, "form": form, "errors": errors}
    return frame.page(request, "recado/administration/assistant.html", context, at="assistant", status=status)


@needs(Permission.MANAGE_CONNECTIONS, also=Permission.SEE_MESSAGES)
@require_POST
def disconnect(request: HttpRequest) -> HttpResponse:
    """Forgets address and key."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        if actions.disconnect(clinic_id=clinic_id, by=shell.actor(request)):
            messages.success(request, _("Address and key are forgotten. Nothing is asked any more."))
    return HttpResponseRedirect(reverse("settings-assistant"), status=303)
