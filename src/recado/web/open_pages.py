"""The frame of a clinic's pages that are open to anybody: no link, no sign-in."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from recado.clinics.types import ClinicSettings
from recado.web import languages


def shown(
    request: HttpRequest, clinic: ClinicSettings, language: str, template: str, more: Mapping[str, Any], status: int
) -> HttpResponse:
    """`template`: of those for patients; `more`: what it shows besides the frame."""
    context = {
        "page": {"clinic_name": clinic.name, "clinic_phone": clinic.phone_shown},
        "token": "",
        "code": clinic.short_code,
        "lang": language,
        "dir": languages.direction(language),
        "languages": languages.patients_menu(language, clinic.languages),
        "has_languages": request.method != "POST",
        "asked": languages.asked(request),
        **more,
    }
    response = render(request, f"recado/patient/{template}.html", context, status=status)
    response.headers["Content-Language"] = language
    return response
