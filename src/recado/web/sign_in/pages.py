"""How the pages before signing in are shown: in the browser's language, or in one that was chosen here."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from recado.web import languages


def speak(request: HttpRequest) -> str:
    """Speaks the language that `?lang=fr` asks for from here on. Returns it; "": none was chosen now."""
    wanted = request.GET.get("lang", "")
    if wanted not in languages.OWN_NAMES or request.user.is_authenticated:
        return ""
    translation.activate(wanted)
    return wanted


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A language that was chosen holds until the browser is closed, by a cookie that says it and nothing else. Whoever is
    signed in has one in their profile."""
    wanted = speak(request)
    current = (translation.get_language() or languages.FALLBACK).split("-")[0]
    more = {"next": str(context["next"])} if context.get("next") else {}
    spoken = [(one, "?" + urlencode({"lang": one.code, **more})) for one in languages.menu(current)]
    is_asked = not request.user.is_authenticated
    shown = {**context, "spoken": spoken, "speaks": languages.OWN_NAMES.get(current, "") if is_asked else ""}
    answer = render(request, f"recado/sign_in/{template}", shown, status=status)
    if wanted:
        name, is_secure = settings.LANGUAGE_COOKIE_NAME, settings.SESSION_COOKIE_SECURE
        answer.set_cookie(name, wanted, secure=is_secure, httponly=True, samesite="Lax")
    return answer
