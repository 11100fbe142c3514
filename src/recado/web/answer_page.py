"""The page behind the link of an automatic answer: what the article says more, and whether it helped. It holds nothing about any
person; opening it changes nothing."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from recado.clinics import queries as clinics
from recado.clinics.access import public
from recado.clinics.types import ClinicSettings
from recado.foundation.tenancy import clinic_scope
from recado.information import queries as information
from recado.knowledge import actions, queries
from recado.knowledge.types import Given
from recado.web import languages

LONGEST_CODE = 12


@public("whoever was sent the link reads what the clinic published; it names nobody")
@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest, clinic: str, code: str) -> HttpResponse:
    """As it was published when it answered, in the language in which it did. POST says whether it helped: `helped` is yes or no."""
    at = clinics.clinic_by_code(clinic) if len(clinic) <= LONGEST_CODE else None
    if at is None or len(code) > LONGEST_CODE:
        raise Http404("no such clinic")
    with clinic_scope(at.id):
        given = queries.behind(at.id, code)
        if given is not None and request.method == "POST":
            helped = request.POST.get("helped")
            if helped in ("yes", "no"):
                actions.rate(clinic_id=at.id, code=code, helped=helped == "yes")
            return HttpResponseRedirect(f"{request.path}{languages.asked(request)}#help", status=303)
    return _shown(request, at, given)


def _shown(request: HttpRequest, clinic: ClinicSettings, given: Given | None) -> HttpResponse:
    chrome = languages.chosen(request, given.language if given else clinic.default_language)
    with translation.override(chrome):
        context: dict[str, Any] = {
            "page": {"clinic_name": clinic.name, "clinic_phone": clinic.phone_shown},
            "token": "",
            "lang": chrome,
            "dir": languages.direction(chrome),
            "asked": languages.asked(request),
            **(_article(given, chrome) if given else {}),
        }
        name = "answer" if given else "info_gone"
        response = render(request, f"recado/patient/{name}.html", context, status=200 if given else 404)
    response.headers["Content-Language"] = context.get("spoken", chrome)
    return response


def _article(given: Given, chrome: str) -> dict[str, Any]:
    spoken = queries.said_in(given.article, chrome)
    said = given.article.says[spoken]
    return {
        "spoken": spoken,
        "spoken_dir": languages.direction(spoken),
        "title": said.question,
        "blocks": information.read_markup(said.long or said.short),
        "helped": given.helped,
        "person": queries.PERSON.get(given.language, queries.PERSON["en"]),
        "has_languages": len(given.article.languages) > 1,
        "languages": [
            languages.Choice(code, languages.own_name(code), code == spoken) for code in given.article.languages
        ],
    }
