"""The second step of an account: a code app or a passkey added or removed, recovery codes made anew.

Each of these asks for a fresh proof: an open screen is not enough to change how somebody gets in.
"""

import json
from time import time
from typing import Any

from allauth.mfa.totp.internal.auth import generate_totp_secret, validate_totp_code
from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recado.clinics.access import View, public
from recado.web.sign_in import at_work, entering, factors
from recado.web.sign_in.qr import drawing
from recado.web.sign_in.throttle import tries_left
from recado.web.sign_in.views import PAUSE, page

FRESH = 15 * 60.0  # seconds that a proof is fresh
SECRET = "enrol"  # in the session, sealed: the secret that is being added

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def own(view: View[[]]) -> Any:
    """Only for oneself, signed in, and with a proof of the last minutes."""

    def guarded(request: HttpRequest) -> Any:
        if not request.user.is_authenticated:
            raise PermissionDenied
        if _must_sign_in_again(request):
            logout(request)
            return HttpResponseRedirect(reverse("sign-in"))
        if not _is_fresh(request):
            return HttpResponseRedirect(reverse("second-step-again"))
        return view(request)

    return public("changes the own ways in, after a fresh proof")(guarded)


def _must_sign_in_again(request: HttpRequest) -> bool:
    """A second step exists, and this session has not shown it: enrolling another would go around it."""
    proved = any(step.get("method") == "mfa" for step in request.session.get(at_work.METHODS, []))
    return not proved and factors.has_second_step(_me(request).pk)


def _me(request: HttpRequest) -> Any:
    return request.user


def _is_fresh(request: HttpRequest) -> bool:
    return any(time() - step.get("at", 0) < FRESH for step in request.session.get(at_work.METHODS, []))


# ------------------------------------------------------------------------------------------------ adding


@own
@get_or_post
def set_up(request: HttpRequest) -> HttpResponse:
    """The page with the QR code; POST turns the code app on."""
    if SECRET not in request.session:
        request.session[SECRET] = factors.sealed_secret(_me(request).pk, generate_totp_secret())
    secret = factors.opened_secret(_me(request).pk, request.session[SECRET])
    if request.method == "POST":
        left = tries_left("enrol", str(_me(request).pk), most=10, seconds=PAUSE)
        if left >= 0 and validate_totp_code(secret, request.POST.get("code", "").strip()[:10]):
            return _turn_on(request, secret)
        fault = _("That code was not right, or a moment too old. Wait for the next one and type it.")
        return _set_up_page(request, secret, fault)
    return _set_up_page(request, secret)


def _set_up_page(request: HttpRequest, secret: str, fault: str = "") -> HttpResponse:
    url = factors.Factors().build_totp_url(request.user, secret)
    side, path = drawing(url)
    context = {
        "qr_side": side,
        "qr_path": path,
        "key": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "fault": fault,
        "has_app": factors.of_kind(_me(request).pk, "totp") is not None,
        "is_needed": at_work.lacks_second_step(request.session, request.workplaces),  # type: ignore[attr-defined]
    }
    return page(request, "set_up.html", context, is_wrong=bool(fault))


def _turn_on(request: HttpRequest, secret: str) -> HttpResponse:
    del request.session[SECRET]
    factors.turn_app_on(request.user, secret)
    return _added(request, "totp")


def _added(request: HttpRequest, kind: str) -> HttpResponse:
    """A first second step brings recovery codes, shown once."""
    entering.prove(request, kind)
    entering.note(_me(request).pk, "sign_in.add_step", {"step": kind})
    if factors.of_kind(_me(request).pk, "recovery_codes"):
        messages.success(request, _("The new way in works from now on."))
        return HttpResponseRedirect(reverse("profile"))
    return page(request, "codes.html", {"codes": factors.new_recovery_codes(request.user)})


@own
@require_POST
def passkey_ask(request: HttpRequest) -> HttpResponse:
    return JsonResponse(webauthn.begin_registration(request.user, True))


@own
@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    try:
        answer = json.loads(request.POST.get("credential", "")[:20_000])
        webauthn.complete_registration(answer)
    except (ValidationError, ValueError, TypeError, AttributeError, KeyError):
        messages.error(request, _("The passkey was not added. Try again, or choose another device."))
        return HttpResponseRedirect(reverse("second-step"))
    name = request.POST.get("name", "").strip()[:60] or _("Passkey")
    webauthn.WebAuthn.add(request.user, name, answer)
    return _added(request, "webauthn")


# ------------------------------------------------------------------------------------------------ changing


@own
@require_POST
def codes(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes in place of the old ones."""
    if not factors.has_second_step(_me(request).pk):
        return HttpResponseRedirect(reverse("second-step"))
    entering.note(_me(request).pk, "sign_in.new_codes")
    return page(request, "codes.html", {"codes": factors.new_recovery_codes(request.user)})


@own
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Removes one way in; the last one of somebody whose role needs it stays."""
    wanted = request.POST.get("step", "")
    steps = [*factors.passkeys(_me(request).pk), *filter(None, [factors.of_kind(_me(request).pk, "totp")])]
    found = next((step for step in steps if str(step.pk) == wanted), None)
    needed = any(place.role.needs_second_step for place in request.workplaces)  # type: ignore[attr-defined]
    if found and needed and len(steps) == 1:
        messages.error(request, _("Your role needs a second step. Add another one first, then remove this one."))
    elif found:
        found.delete()
        if len(steps) == 1:
            factors.forget_all(_me(request).pk)
        entering.note(_me(request).pk, "sign_in.remove_step", {"step": str(found.type)})
        messages.success(request, _("This way in is removed."))
    return HttpResponseRedirect(reverse("profile"))


# ------------------------------------------------------------------------------------------------ a fresh proof


@public("asks the one who is signed in to prove it again")
@get_or_post
def again(request: HttpRequest) -> HttpResponse:
    """By password or the app's code; a passkey proves it by signing in."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    has_app = factors.of_kind(_me(request).pk, "totp") is not None
    if request.method != "POST":
        return page(request, "again.html", {"has_app": has_app})
    given = request.POST.get("proof", "")[:500]
    left = tries_left("again", str(_me(request).pk), most=5, seconds=PAUSE)
    user: Any = request.user
    if left < 0 or not _is_right(user, given, has_app):  # in this order: a code that comes too late is not used up
        entering.note(user.pk, "sign_in.fail", {"by": "again"}, result="refused")
        fault = _("Too many tries. Wait five minutes, or use a passkey.") if left < 0 else _("That was not right.")
        return page(request, "again.html", {"has_app": has_app, "fault": fault}, is_wrong=True)
    entering.prove(request, "totp" if has_app else "password")
    return HttpResponseRedirect(reverse("profile"))


def _is_right(user: Any, given: str, has_app: bool) -> bool:
    return factors.is_right_code(user.pk, given.strip()) if has_app else bool(user.check_password(given))
