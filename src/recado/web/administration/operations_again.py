"""Sending all texts of an incident again that are still uncertain, after a page that says what it means."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from recado.clinics import queries
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation import audit
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.queries import IncidentView
from recado.web import numbers, shell
from recado.web.sign_in.at_work import clinic_of
from recado.web.stories.outdated import Outdated, outdated

from . import frame
from .operations_page import incident

OUTDATED_TOO = "outdated"


@needs(Permission.APPROVE_CAMPAIGNS)
@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Texts of visits that have changed since or are over stay behind unless somebody ticks them."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        found = next((one for one in texts.operations.incidents(clinic_id) if one.id == incident_id), None)
        if found is None:
            raise Http404("There is no such incident, or nothing of it is open.")
        old = outdated(clinic_id, found.unsettled)
        if request.method == "POST":
            return _send(request, found, old)
    zone = ZoneInfo(queries.clinic_settings(clinic_id).time_zone)
    became = list(old.values())
    context = {
        "incident": incident(found, zone),
        "most": numbers.counted(texts.MOST_AGAIN),
        "count": len(found.unsettled),
        "right": len(found.unsettled) - len(old),
        "old": len(old),
        "changed": became.count(Outdated.CHANGED),
        "over": became.count(Outdated.OVER),
    }
    return frame.page(request, "recado/administration/operations_again.html", context, at="operations")


def _send(request: HttpRequest, found: IncidentView, old: dict[UUID, Outdated]) -> HttpResponse:
    """Call it inside `clinic_scope`."""
    by, clinic_id = shell.actor(request), clinic_of(request)
    behind = {} if OUTDATED_TOO in request.POST else old
    wanted = [one for one in found.unsettled if one not in behind]
    made = messaging.send_again(clinic_id=clinic_id, message_ids=wanted, by=by)
    counts = {"sent": len(made.sent), "known": len(made.known), "refused": len(made.refused), "outdated": len(behind)}
    audit.record(clinic_id=clinic_id, by=by, action="message.again_all", subject=f"incident {found.id}", detail=counts)
    return _said(request, len(made.sent), len(made.refused), len(behind))


def _said(request: HttpRequest, sent: int, left: int, behind: int) -> HttpResponse:
    said = ngettext("%(count)s text is sent again.", "%(count)s texts are sent again.", sent)
    messages.success(request, said % {"count": numbers.counted(sent)})
    if behind:
        said = ngettext(
            "%(count)s text is left as it is: its appointment has changed since or is over.",
            "%(count)s texts are left as they are: their appointments have changed since or are over.",
            behind,
        )
        messages.warning(request, said % {"count": numbers.counted(behind)})
    if left:
        said = ngettext(
            "%(count)s text is left as it is: a rule forbids it, or its time is over.",
            "%(count)s texts are left as they are: a rule forbids them, or their time is over.",
            left,
        )
        messages.warning(request, said % {"count": numbers.counted(left)})
    return HttpResponseRedirect(reverse("settings-operations"), status=303)
