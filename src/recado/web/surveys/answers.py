"""What one person answered, for whoever calls them back; and that it is done."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.contacts import queries as contacts
from recado.foundation import audit
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.surveys import actions
from recado.surveys import queries as surveys
from recado.surveys.types import Given, NoSuchResponse, Question, QuestionKind
from recado.web import shell
from recado.web.sign_in.at_work import clinic_of


@needs(Permission.CHANGE_APPOINTMENTS)
@require_safe
def show(request: HttpRequest, response_id: UUID) -> HttpResponse:
    """Only of people who gave a low score or asked to be called: of all others nobody is told who answered what."""
    clinic_id = clinic_of(request)
    language = translation.get_language() or "en"
    with clinic_scope(clinic_id):
        try:
            found = surveys.answered(clinic_id, response_id)
        except NoSuchResponse as error:
            raise Http404 from error
        person = contacts.reach(clinic_id, [found.patient_id])[found.patient_id]
        audit.record(
            clinic_id=clinic_id,
            by=shell.actor(request),
            action="survey.view_answers",
            patient_id=found.patient_id,
            subject=f"survey_response:{response_id}",
        )
    zone = clinics.clinic_settings(clinic_id).time_zone
    context: dict[str, Any] = {
        "found": found,
        "person": person,
        "visited": local(found.visited_at, zone),
        "lines": [
            (surveys.saying(question, language)[1].text, _said(question, given, language), local(at, zone))
            for question, given, at in found.answers
        ],
    }
    return shell.page(request, "recado/surveys/answers.html", context, at="surveys")


def _said(question: Question, given: Given, language: str) -> str:
    if given.is_left_out:
        return _("left out")
    if question.kind in (QuestionKind.YES_NO, QuestionKind.CALL):
        return _("Yes") if given.value else _("No")
    if question.kind in (QuestionKind.CHOICE, QuestionKind.SEVERAL):
        choices = surveys.saying(question, language)[1].choices
        return ", ".join(choices[at - 1] for at in surveys.chosen(given.value or 0) if at <= len(choices)) or _("none")
    return given.words or str(given.value)


@needs(Permission.CHANGE_APPOINTMENTS)
@require_POST
def done(request: HttpRequest, response_id: UUID) -> HttpResponse:
    """The call was made."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        try:
            surveys.answered(clinic_id, response_id)
        except NoSuchResponse as error:
            raise Http404 from error
        actions.called_back(clinic_id=clinic_id, response_id=response_id, by=shell.actor(request))
    messages.success(request, _("Noted that they were called."))
    return HttpResponseRedirect(reverse("home"))
