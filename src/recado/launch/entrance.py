"""`/`: what somebody sees who opens the address that `recado up` printed."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from recado.clinics.access import public
from recado.launch import demo
from recado.web import languages


@public("says that Recado runs, and how to begin")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """A demo leads to its phones; elsewhere the way to the first import, until staff have screens."""
    if demo.is_demo():
        return HttpResponseRedirect(reverse("handset"))
    with translation.override(languages.chosen(request)):
        return render(request, "recado/running.html")
