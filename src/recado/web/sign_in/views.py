"""Sign in by passkey, or by password and then a code; sign out; change the clinic."""

import json
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from time import time
from typing import Any

from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib.auth import authenticate, get_user_model, logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recado.clinics.access import public
from recado.foundation.wiring import wired
from recado.web.sign_in import at_work, entering, factors, links, pages
from recado.web.sign_in.throttle import tries_left

HALF = "half"  # in the session: whose password was right a moment ago
HALF_LASTS = 10 * 60.0  # seconds
PAUSE = 5 * 60  # seconds after which a try comes back

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def page(request: HttpRequest, template: str, context: dict[str, Any], *, is_wrong: bool = False) -> HttpResponse:
    return pages.page(request, template, context, status=422 if is_wrong else 200)


class Afterwards(HttpResponse):
    """An answer, and what is done once it has left: how long that takes tells the one who asked nothing."""

    def __init__(self, answer: HttpResponse, then: Callable[[], object]) -> None:
        super().__init__(answer.content, status=answer.status_code, headers=dict(answer.headers))
        self.cookies = answer.cookies
        self._then, self._context = then, copy_context()  # so that the audit line tells where the request came from

    def close(self) -> None:
        try:
            self._context.run(self._then)
        finally:
            super().close()


# ------------------------------------------------------------------------------------------------ password


@public("the way in; shows nothing of any clinic")
@get_or_post
def sign_in(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(entering.way_on(request, wanted))
        return _way_in(request, wanted)
    email, password = request.POST.get("email", "").strip().lower()[:254], request.POST.get("password", "")[:500]
    fault = _("E-mail and password don't belong together. Look at both and try again.")
    if is_too_often(request, email):
        fault = _("Too many tries. Wait five minutes, or use a passkey.")
    elif user := authenticate(request, email=email, password=password):
        return _after_password(request, user, wanted)
    else:
        return Afterwards(_way_in(request, wanted, email=email, fault=fault), partial(_note_failure, email))
    return _way_in(request, wanted, email=email, fault=fault)


def _way_in(request: HttpRequest, wanted: str, *, email: str = "", fault: str = "") -> HttpResponse:
    """The sign-in page; of an empty product, how to begin."""
    if wired("STANDING", "first_run").is_empty():
        return page(request, "empty.html", {})
    context = {"next": wanted, "email": email, "fault": fault, "demo_people": links.demo_people(request)}
    return page(request, "sign_in.html", context, is_wrong=bool(fault))


def is_too_often(request: HttpRequest, email: str) -> bool:
    """Takes a try at a password; whether it was one too many."""
    here = f"{email} {request.META.get('REMOTE_ADDR', '')}"
    return tries_left("password", here, most=6, seconds=PAUSE) < 0 or (
        tries_left("account", email, most=20, seconds=3600) < 0
    )


def _note_failure(email: str) -> None:
    known = get_user_model().objects.filter(email=email).first()
    if known:
        entering.note(known.pk, "sign_in.fail", {"by": "password"}, result="refused")


def _after_password(request: HttpRequest, user: Any, wanted: str) -> HttpResponse:
    if not factors.has_second_step(user.pk):
        entering.enter(request, user, "password")
        return HttpResponseRedirect(entering.way_on(request, wanted))
    request.session.flush()
    request.session[HALF] = {"user": str(user.pk), "at": time(), "next": wanted}
    return HttpResponseRedirect(reverse("sign-in-code"))


# ------------------------------------------------------------------------------------------------ second step


def _half(request: HttpRequest) -> Any:
    """Whose password was right a moment ago; None: nobody's."""
    held = request.session.get(HALF)
    if not held or time() - held["at"] > HALF_LASTS:
        return None
    return entering.account(held["user"])


@public("asks for the second step of one whose password was right")
@get_or_post
def code(request: HttpRequest) -> HttpResponse:
    return _second(request, "code.html", "totp", factors.is_right_code)


@public("asks for a recovery code of one whose password was right")
@get_or_post
def recovery(request: HttpRequest) -> HttpResponse:
    return _second(request, "recovery.html", "recovery_codes", factors.use_recovery_code)


def _second(request: HttpRequest, template: str, kind: str, is_right: Any) -> HttpResponse:
    user = _half(request)
    if user is None:
        return HttpResponseRedirect(reverse("sign-in"))
    context: dict[str, Any] = {
        "email": user.email,
        "has_app": factors.of_kind(user.pk, "totp") is not None,
        "has_passkey": bool(factors.passkeys(user.pk)),
        "next": request.session[HALF]["next"],
    }
    if request.method != "POST":
        return page(request, template, context)
    left = tries_left(kind, str(user.pk), most=5, seconds=PAUSE)
    if left >= 0 and is_right(user.pk, request.POST.get("code", "").strip()[:40]):
        wanted = request.session[HALF]["next"]
        entering.enter(request, user, "password", kind)
        return HttpResponseRedirect(entering.way_on(request, wanted))
    entering.note(user.pk, "sign_in.fail", {"by": kind}, result="refused")
    return page(request, template, {**context, "fault": tries(left), "code": ""}, is_wrong=True)


def tries(left: int) -> str:
    """What is wrong with a code, and how many tries are left."""
    if left <= 0:
        return _("Too many tries. Wait five minutes, then type the code that is shown.")
    text = ngettext(
        "That code was not right, or was used already. %(n)s try left, then a pause of 5 minutes.",
        "That code was not right, or was used already. %(n)s tries left, then a pause of 5 minutes.",
        left,
    )
    return text % {"n": left}


@public("says who helps; shows nothing of any clinic")
@require_safe
def lost(request: HttpRequest) -> HttpResponse:
    return page(request, "help.html", {})


# ------------------------------------------------------------------------------------------------ passkey


@public("a riddle for a passkey to solve; the same for everyone")
@require_POST
def passkey_ask(request: HttpRequest) -> HttpResponse:
    return JsonResponse(webauthn.begin_authentication(None))


@public("lets in whose passkey solved the riddle of this session")
@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("next", "")
    user = None
    if tries_left("passkey", request.META.get("REMOTE_ADDR", ""), most=20, seconds=PAUSE) >= 0:
        user = behind_passkey(request)
    if user is None:
        fault = _("This passkey doesn't open Recado. Use another way in, or ask an administrator.")
        return _way_in(request, wanted, fault=fault)
    entering.enter(request, user, "webauthn")
    return HttpResponseRedirect(entering.way_on(request, wanted))


def behind_passkey(request: HttpRequest) -> Any:
    """Whose passkey solved the riddle of this session; None: nobody's."""
    try:
        answer = json.loads(request.POST.get("credential", "")[:20_000])
        user = webauthn.extract_user_from_response(answer)
        if not user.is_active:
            return None
        webauthn.complete_authentication(user, answer).record_usage()
    except (ValidationError, ValueError, TypeError, AttributeError, KeyError):
        return None
    return user


# ------------------------------------------------------------------------------------------------ afterwards


@public("ends the session of whoever asks")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        entering.note(request.user.pk, "sign_in.leave")
    logout(request)
    return HttpResponseRedirect(reverse("sign-in"))


@public("chooses among the clinics that one works at")
@require_POST
def change_clinic(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("clinic", "")
    if any(str(place.clinic_id) == wanted for place in request.workplaces):  # type: ignore[attr-defined]
        request.session[at_work.CLINIC] = wanted
    return HttpResponseRedirect(reverse("home"))
