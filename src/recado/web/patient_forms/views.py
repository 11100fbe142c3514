"""The list of forms, and what one button does to one: begun, ended, sent again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recado.clinics import queries as clinics
from recado.clinics.access import may, needs
from recado.clinics.roles import Permission
from recado.documents import actions, queries
from recado.documents.types import Field, FieldKind, Form, Heading, Label
from recado.foundation.tenancy import clinic_scope
from recado.web import editing, shell
from recado.web.patient_forms import words
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of


@needs(Permission.SEE_DOCUMENTS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every form of the clinic."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        found = queries.forms(clinic_id)
    context = {
        "lines": [(view, words.states(view.state)) for view in found],
        "may_change": may(request, Permission.CHANGE_JOURNEYS),
        "may_send": may(request, Permission.SEND_DOCUMENTS),
    }
    return shell.page(request, "recado/forms/index.html", context, at="documents")


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Begins a form called `name`, with one question, in the clinic's language."""
    clinic_id = clinic_of(request)
    name = editing.line(request.POST.get("name", ""), 80)
    if not name:
        messages.warning(request, _("Give the form a name."))
        return _to_list()
    language = clinics.clinic_settings(clinic_id).default_language
    form = Form("", 0, name, {language: Heading(name)}, (Field("q1", FieldKind.SHORT, {language: Label("")}),))
    try:
        with clinic_scope(clinic_id):
            key = actions.begin_form(clinic_id=clinic_id, form=form, by=shell.actor(request))
    except actions.TooMany:
        messages.warning(request, _("A clinic has at most 100 forms."))
        return _to_list()
    return HttpResponseRedirect(reverse("form", args=[key]), status=303)


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def pace(request: HttpRequest, key: str) -> HttpResponse:
    """`do=end`: nobody new is sent it; `do=resume`: it is sent again."""
    editing.pace(request, key, actions.end_form, actions.resume_form)
    return _to_list()


def _to_list() -> HttpResponse:
    return HttpResponseRedirect(reverse("forms"), status=303)
