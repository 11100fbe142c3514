"""What somebody sees who may not open a page: the way in, or who can give the permission."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from recado.clinics import queries as clinics
from recado.clinics.roles import Permission
from recado.web import languages, shell
from recado.web.sign_in.at_work import clinic_of


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler of 403. Nobody signed in: to the sign-in page, and back afterwards. Addresses name no patient."""
    if not request.user.is_authenticated:
        if request.headers.get("HX-Request"):
            return HttpResponse(status=403, headers={"HX-Redirect": reverse("sign-in")})
        back = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
        return HttpResponseRedirect(f"{reverse('sign-in')}?{back}" if back else reverse("sign-in"))
    if getattr(request, "clinic_id", None) is None:
        context: dict[str, Any] = {"lang": languages.chosen(request)}
        return render(request, "recado/sign_in/no_clinic.html", context, status=403)
    if request.path == reverse("home") and shell.first_url(request):
        return HttpResponseRedirect(shell.first_url(request))  # not everybody's day begins with Today
    people = [person.name for person in clinics.staff(clinic_of(request)) if person.role.may(Permission.MANAGE_PEOPLE)]
    return shell.page(request, "recado/staff/forbidden.html", {"administrators": people}, status=403)
