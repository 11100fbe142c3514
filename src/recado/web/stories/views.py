"""Why a text was sent, or was not, and what became of it. Whoever may not read messages sees it without number and text."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from recado.clinics import access
from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation import audit
from recado.foundation.tenancy import clinic_scope
from recado.web import shell
from recado.web.sign_in.at_work import clinic_of

from . import assembling
from .assembling import Story


@needs(Permission.SEE_MESSAGES, Permission.SEE_OPERATIONS)
@require_safe
def story(request: HttpRequest, message_id: UUID) -> HttpResponse:
    told = _story(request, message_id, is_masked=not access.may(request, Permission.SEE_MESSAGES))
    context = {
        "story": told,
        "is_raw": request.GET.get("detail") == "raw",
        "may_repeat": told.may_go_again and access.may(request, Permission.REPLY),
        "may_see_patient": access.may(request, Permission.SEE_PATIENTS),
        "is_front_desk": access.may(request, Permission.SEE_MESSAGES),
    }
    return shell.page(request, "recado/stories/story.html", context, at="inbox" if not told.is_masked else "settings")


@needs(Permission.SEE_MESSAGES, Permission.SEE_OPERATIONS)
@require_safe
def as_text(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """For a ticket: without the person's number, words or visits, whoever asks."""
    told = _story(request, message_id, is_masked=True)
    words = assembling.as_text(told, clinics.clinic_settings(clinic_of(request)))
    return HttpResponse(words, content_type="text/plain; charset=utf-8")


def _story(request: HttpRequest, message_id: UUID, *, is_masked: bool) -> Story:
    clinic = clinics.clinic_settings(clinic_of(request))
    with clinic_scope(clinic.id):
        told = assembling.story(clinic, message_id, is_masked=is_masked)
        if told is None:
            raise Http404("There is no such message in this clinic.")
        if request.headers.get("X-Live") != "true":
            audit.record(
                clinic_id=clinic.id,
                by=shell.actor(request),
                action="message.view",
                patient_id=told.patient_id,
                subject=f"message {message_id}",
                result="allowed",
                detail={"masked": is_masked},
            )
    return told
