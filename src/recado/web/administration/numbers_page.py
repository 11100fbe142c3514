"""Numbers of ours on the carriers' page: a new one, its keyword and what it is for, and taking one away."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.clinics.types import Refused
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions
from recado.messaging import queries as texts
from recado.messaging.types import NoSuchNumber
from recado.web import countries, shell
from recado.web.paging import whole
from recado.web.sign_in.at_work import clinic_of

from . import carriers_page, frame

FIELDS = {"address": 40, "carrier": 6, "keyword": 40, "note": 200, "is_preferred": 3}


@needs(Permission.MANAGE_CONNECTIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A number, short code or name, on one of the carriers that the clinic may use."""
    clinic_id = clinic_of(request)
    if request.method != "POST":
        with clinic_scope(clinic_id):
            is_first = not any(one.numbers for one in texts.carriers_of(clinic_id))
        return _new(request, {"carrier": request.GET.get("carrier", "")[:6], "is_preferred": "yes" if is_first else ""})
    typed = {name: request.POST.get(name, "").strip()[:most] for name, most in FIELDS.items()}
    try:
        _add(request, clinic_id, typed)
    except Refused as refused:
        return _new(request, typed, refused)
    return _back()


def _add(request: HttpRequest, clinic_id: UUID, typed: dict[str, str]) -> None:
    """Raises Refused."""
    by = shell.actor(request)
    address = actions.read_address(typed["address"], clinics.clinic_settings(clinic_id).country)
    carrier = whole(typed["carrier"], 0)
    with actions.alone_with_number(address) as used_by, clinic_scope(clinic_id):
        made = actions.add_number(
            clinic_id=clinic_id,
            address=address,
            carrier=carrier,
            keyword=typed["keyword"],
            note=typed["note"],
            used_by=used_by,
            by=by,
        )
        if typed["is_preferred"]:
            actions.choose_sender(clinic_id=clinic_id, number_id=made, by=by)
        problems = texts.sender_problems(clinic_id, address)
    messages.success(request, _("The number is added. It counts from now on."))
    for problem in problems:
        messages.warning(request, countries.problem_words(problem))


def _new(request: HttpRequest, typed: dict[str, str], refused: Refused | None = None) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        carriers = texts.carriers_to_choose(clinic_id)
    context: dict[str, Any] = {
        "form": typed,
        "carriers": [(str(number), name) for number, name in carriers],
        "no_carrier": "" if carriers else _(texts.why_no_carrier()),
        "errors": {refused.field: frame.said(refused)} if refused else {},
    }
    status = 422 if refused else 200
    return frame.page(request, "recado/administration/number_new.html", context, at="carriers", status=status)


@needs(Permission.MANAGE_CONNECTIONS)
@require_POST
def change(request: HttpRequest, number_id: UUID) -> HttpResponse:
    """Its keyword, and what it is for."""
    clinic_id = clinic_of(request)
    typed: dict[str, str] = {}
    try:
        with clinic_scope(clinic_id):
            number = _number(clinic_id, number_id)
        typed = {"keyword": number.keyword, "note": number.note}
        typed |= {name: request.POST[name].strip()[: FIELDS[name]] for name in typed if name in request.POST}
        with actions.alone_with_number(number.address) as used_by, clinic_scope(clinic_id):
            is_new = actions.change_number(
                clinic_id=clinic_id,
                number_id=number_id,
                keyword=typed["keyword"],
                note=typed["note"],
                is_shared=any(one.clinic_id != clinic_id for one in used_by),
                by=shell.actor(request),
            )
        if is_new:
            messages.success(request, _("Saved. It counts from now on."))
    except NoSuchNumber:
        raise Http404("The clinic has no such number.") from None
    except Refused as refused:
        return carriers_page.shown_again(request, number_id, refused, typed)
    return _back()


def _number(clinic_id: UUID, number_id: UUID) -> texts.OurNumber:
    """Raises NoSuchNumber. Call it inside `clinic_scope`."""
    for one in texts.carriers_of(clinic_id):
        for number in one.numbers:
            if number.id == number_id:
                return number
    raise NoSuchNumber


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
