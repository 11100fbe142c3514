"""Sign in, sign out, change the clinic."""

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from recado.clinics.access import public
from recado.web import languages
from recado.web.sign_in import at_work


@public("the way in; shows nothing of any clinic")
@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    return render(request, "recado/bare.html", {"lang": languages.chosen(request)})


@public("ends the session of whoever asks")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponseRedirect(reverse("sign-in"))


@public("chooses among the clinics that one works at")
@require_POST
def change_clinic(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("clinic", "")
    if any(str(place.clinic_id) == wanted for place in request.workplaces):  # type: ignore[attr-defined]
        request.session[at_work.CLINIC] = wanted
    return HttpResponseRedirect(reverse("home"))


@public("what an account sees of itself")
@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    return render(request, "recado/bare.html", {"lang": languages.chosen(request)})
