"""What somebody sees who may not open a page, the way in or who can give the permission, and who asks for one that is not there."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.defaults import page_not_found

from recado.clinics import queries as clinics
from recado.clinics.roles import Permission
from recado.web import languages, shell
from recado.web.sign_in.at_work import clinic_of

PATIENTS = ("/r/", "/i/", "/a/")  # where patients' pages are
MOST_NAMES = 5  # of those who can help: a hospital has dozens


def unknown_is_404(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What a room doesn't find, or what is another clinic's, is not there: a LookupError becomes 404."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: object, **more: object) -> HttpResponse:
        try:
            return view(request, *args, **more)
        except LookupError:
            raise Http404 from None

    return guarded


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler of 403. Nobody signed in: to the sign-in page, and back afterwards. Addresses name no patient."""
    if not request.user.is_authenticated:
        if request.headers.get("HX-Request"):
            return HttpResponse(status=403, headers={"HX-Redirect": reverse("sign-in")})
        back = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
        return HttpResponseRedirect(f"{reverse('sign-in')}?{back}" if back else reverse("sign-in"))
    if getattr(request, "clinic_id", None) is None:
        context: dict[str, Any] = {"lang": languages.for_staff(request)}
        return render(request, "recado/sign_in/no_clinic.html", context, status=403)
    if request.path == reverse("home") and shell.first_url(request):
        return HttpResponseRedirect(shell.first_url(request))  # not everybody's day begins with Today
    people = [person.name for person in clinics.staff(clinic_of(request)) if person.role.may(Permission.MANAGE_PEOPLE)]
    context = {"administrators": people[:MOST_NAMES], "more": max(0, len(people) - MOST_NAMES)}
    return shell.page(request, "recado/staff/forbidden.html", context, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler of 404. Patients' addresses answer in one of the nine languages of their pages, others in one of the screens'."""
    if not request.path.startswith(PATIENTS):
        return page_not_found(request, exception)
    language = languages.chosen(request)
    with translation.override(language):
        response = page_not_found(request, exception)
    response.headers["Content-Language"] = language
    return response
