"""A page of a clinic that anybody may read: the way there, what to do before a visit. It holds nothing about any person, and
nobody is known here: no sign-in, no cookie, nothing counted."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe

from recado.clinics import queries as clinics
from recado.clinics.access import public
from recado.clinics.types import ClinicSettings
from recado.foundation.tenancy import clinic_scope
from recado.information import queries
from recado.information.types import Page
from recado.web import languages

LONGEST_CODE = 12


@public("the clinic published it for everybody; it holds nothing about any person")
@require_safe
def read(request: HttpRequest, clinic: str, code: str) -> HttpResponse:
    """In the language asked for with `?lang=`, the browser's, or the clinic's, whichever the page is in."""
    at = clinics.clinic_by_code(clinic) if len(clinic) <= LONGEST_CODE else None
    if at is None or len(code) > LONGEST_CODE:
        raise Http404("no such clinic")
    with clinic_scope(at.id):
        page = queries.live_page(at.id, code)
    return _shown(request, at, page)


def _shown(request: HttpRequest, clinic: ClinicSettings, page: Page | None) -> HttpResponse:
    asked = request.GET.get("lang", "")[:12]
    browser = [tag for tag, _ in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    chrome = languages.chosen(request, clinic.default_language if not browser else None)
    with translation.override(chrome):
        context = {
            "page": {"clinic_name": clinic.name, "clinic_phone": clinic.phone_shown},
            "token": "",
            "lang": chrome,
            "dir": languages.direction(chrome),
            "asked": languages.asked(request),
            **(article(page, [asked, *browser, clinic.default_language]) if page else {}),
        }
        name = "info" if page else "info_gone"
        response = render(request, f"recado/patient/{name}.html", context, status=200 if page else 404)
    response.headers["Content-Language"] = context.get("spoken", chrome)
    return response


def article(page: Page, wanted: list[str]) -> dict[str, Any]:
    """What templates show of a page, in the first of these languages that it is in."""
    spoken, words = queries.said_in(page, wanted)
    return {
        "spoken": spoken,
        "spoken_dir": languages.direction(spoken),
        "words": words,
        "blocks": queries.read_markup(words.body),
        "has_languages": len(page.languages) > 1,
        "languages": [languages.Choice(code, languages.own_name(code), code == spoken) for code in page.languages],
    }
