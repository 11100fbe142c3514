"""Send a form to one patient: what the page "Send a document" offers beside a file."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recado.appointments import queries as appointments
from recado.appointments.types import VisitState
from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.documents import actions, queries
from recado.documents.types import CannotSend, FormWish, NoSuchForm
from recado.foundation import business_time
from recado.foundation.tenancy import clinic_scope
from recado.web import dates, shell
from recado.web.documents import words
from recado.web.sign_in.at_work import clinic_of

DAYS = (7, 14, 30)
SHOWN = 5  # visits to come, to choose from
AHEAD = (VisitState.BOOKED, VisitState.CONFIRMED)


def offered(clinic_id: UUID, patient_id: UUID) -> dict[str, Any]:
    """The forms that can be sent, and before what: the visits to come, or so many days. Call it inside `clinic_scope`."""
    forms = queries.live_forms(clinic_id)
    if not forms:
        return {}
    zone, now = ZoneInfo(clinics.clinic_settings(clinic_id).time_zone), business_time.now()
    coming = [
        one for one in appointments.visits_of(clinic_id, [patient_id]) if one.starts_at > now and one.state in AHEAD
    ]
    visits = [
        (f"visit:{one.id}", _("the visit on %(when)s") % {"when": dates.short_moment(one.starts_at.astimezone(zone))})
        for one in coming[:SHOWN]
    ]
    return {
        "forms": forms,
        "befores": [*visits, *((f"days:{days}", _("%(days)s days") % {"days": days}) for days in DAYS)],
    }


@needs(Permission.SEND_DOCUMENTS)
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """POST `patient`, `form`, `before=visit:ID|days:14`."""
    clinic_id = clinic_of(request)
    if not request.POST.get("patient"):
        return HttpResponseRedirect(reverse("document-send"), status=303)  # an empty form: whom to is asked first
    patient_id = _id(request.POST["patient"])
    with clinic_scope(clinic_id):
        due_at, visit_id = _before(clinic_id, patient_id, request.POST.get("before", ""))
    wish = FormWish(request.POST.get("form", "")[:24], patient_id, due_at, visit_id)
    try:
        document_id = actions.send_form(clinic_id=clinic_id, wish=wish, by=shell.actor(request))
    except NoSuchForm:
        raise Http404 from None
    except CannotSend as refused:
        if refused.reason == "no_patient":
            raise Http404 from None
        messages.warning(request, str(words.REFUSALS[refused.reason]))
        return HttpResponseRedirect(f"{reverse('document-send')}?patient={patient_id}", status=303)
    messages.success(request, _("Sent. The text has a link to the form."))
    return HttpResponseRedirect(reverse("document", args=[document_id]), status=303)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _before(clinic_id: UUID, patient_id: UUID, typed: str) -> tuple[datetime, UUID | None]:
    kind, _sep, which = typed.partition(":")
    if kind == "days" and which in map(str, DAYS):
        return business_time.now() + timedelta(days=int(which)), None
    visits = {one.id: one for one in appointments.visits_of(clinic_id, [patient_id])} if kind == "visit" else {}
    visit = visits.get(_id(which)) if visits else None
    if visit is None:
        raise Http404
    return visit.starts_at, visit.id
