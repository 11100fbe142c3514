"""Numbers of ours on the carriers' page: their keywords, and taking one away. The operator of the server adds them: only there
is it seen whose a number is."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.clinics.types import Refused
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions
from recado.messaging.types import NoSuchNumber
from recado.web import shell
from recado.web.sign_in.at_work import clinic_of

from . import carriers_page


@needs(Permission.MANAGE_CONNECTIONS)
@require_POST
def keyword(request: HttpRequest, number_id: UUID) -> HttpResponse:
    clinic_id, typed = clinic_of(request), request.POST.get("keyword", "").strip()[:40]
    try:
        with clinic_scope(clinic_id):
            if actions.change_keyword(clinic_id=clinic_id, number_id=number_id, keyword=typed, by=shell.actor(request)):
                messages.success(request, _("Saved. It counts from now on."))
    except NoSuchNumber:
        raise Http404("The clinic has no such number.") from None
    except Refused as refused:
        return carriers_page.shown_again(request, number_id, refused, typed)
    return _back()


@needs(Permission.MANAGE_CONNECTIONS)
@require_POST
def remove(request: HttpRequest, number_id: UUID) -> HttpResponse:
    clinic_id = clinic_of(request)
    try:
        with clinic_scope(clinic_id):
            is_removed = actions.remove_number(clinic_id=clinic_id, number_id=number_id, by=shell.actor(request))
    except Refused as refused:
        return carriers_page.shown_again(request, number_id, refused)
    if not is_removed:
        raise Http404("The clinic has no such number.")
    messages.success(request, _("The number is removed."))
    return _back()


def _back() -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('settings-carriers')}#numbers", status=303)
