"""The lock: a screen left alone shows nothing of patients, and the one who left it comes back to where they were.

The server holds it. A locked session gets no page, sends no form and hears no news, whatever its browser does;
`js/staff/lock.js` only warns, and clears the screen at that moment.
"""

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recado.clinics import queries as clinics
from recado.clinics.access import public
from recado.clinics.types import Workplace
from recado.web.sign_in import entering, factors, idle, links, views
from recado.web.sign_in.at_work import WITHOUT_SIGN_IN, Answer, sit
from recado.web.sign_in.throttle import tries_left

OPEN = ("/locked", "/lock", "/sign-in", "/sign-out", "/enter")  # what a locked session may ask for


class IdleLock:
    """Django middleware, after AtWork: leads a locked session to the lock, and notes what its person does."""

    def __init__(self, get_response: Answer) -> None:
        self._answer = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(WITHOUT_SIGN_IN) or not request.user.is_authenticated:
            return self._answer(request)
        if is_locked(request):
            _close(request, "time")
            return self._answer(request) if _is_open(request.path) else _led(request)
        if request.headers.get("X-Live") != "true":  # a page that refreshes itself is nobody's doing
            idle.note(request.session)
        elif request.clinic_id and request.role:  # type: ignore[attr-defined]
            sit(request, Workplace(request.clinic_id, request.role), request.seats_began)  # type: ignore[attr-defined]
        return self._answer(request)


def is_locked(request: HttpRequest) -> bool:
    return idle.is_locked(request.session, request.clinic_id)  # type: ignore[attr-defined]


def _is_open(path: str) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in OPEN)


def _close(request: HttpRequest, why: str) -> None:
    """Locks for good, with one line in the audit: from now on only a proof opens it."""
    if not request.session.get(idle.LOCKED):
        idle.lock(request.session)
        entering.note(_me(request).pk, "sign_in.lock", {"by": why})


def _led(request: HttpRequest) -> HttpResponse:
    """To the lock, and from there back to the page. What was to be done is not done."""
    is_part = request.headers.get("HX-Request") == "true"
    way = f"{reverse('locked')}?{urlencode({'next': _page_of(request, is_part)})}"
    if is_part or request.headers.get("X-Live") == "true":
        return HttpResponse(status=403, headers={"HX-Redirect": way})
    return HttpResponseRedirect(way, status=303)


def _page_of(request: HttpRequest, is_part: bool) -> str:
    """The page before the person: what a part was asked for from, or what is asked for."""
    shown = urlsplit(request.headers.get("HX-Current-URL", ""))
    if is_part and shown.path:
        return f"{shown.path}?{shown.query}" if shown.query else shown.path
    return request.get_full_path() if request.method in ("GET", "HEAD") else reverse("home")


def _me(request: HttpRequest) -> Any:
    return request.user


# ------------------------------------------------------------------------------------------------ locking


@public("locks the own session")
@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """By its person, or by the screen when the time has come."""
    if not request.user.is_authenticated:
        return HttpResponseRedirect(reverse("sign-in"), status=303)
    _close(request, "time" if request.POST.get("by") == "time" else "person")
    way = entering.way_on(request, request.POST.get("next", ""))
    return HttpResponseRedirect(f"{reverse('locked')}?{urlencode({'next': way})}", status=303)


@public("says that somebody is at the own screen; shows nothing")
@require_POST
def still_here(request: HttpRequest) -> HttpResponse:
    """Keys and pointer without a request, such as a long answer being typed. The middleware has noted it."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return HttpResponse(status=204)


# ------------------------------------------------------------------------------------------------ unlocking


@public("shows the own name and asks for a proof; nothing of patients")
@views.get_or_post
def locked(request: HttpRequest) -> HttpResponse:
    """The one who locked it opens it, by password, by the app's code, or by a button in the demo."""
    wanted = entering.way_on(request, request.POST.get("next") or request.GET.get("next", ""))
    if not request.user.is_authenticated:
        return HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode({'next': wanted})}", status=303)
    if not is_locked(request):
        return HttpResponseRedirect(wanted, status=303)
    if request.method != "POST":
        return _page(request, wanted)
    how = request.POST.get("how", "password")
    if how == "demo" and _is_of_demo(request):
        return _open(request, wanted, "demo")
    fault = _faulty_code(request) if how == "code" else _faulty_password(request)
    if not fault:
        return _open(request, wanted, "totp" if how == "code" else "password")
    return _refused(request, wanted, how, fault)


@public("opens the own session by the own passkey")
@require_POST
def by_passkey(request: HttpRequest) -> HttpResponse:
    wanted = entering.way_on(request, request.POST.get("next", ""))
    if not request.user.is_authenticated:
        return HttpResponseRedirect(reverse("sign-in"), status=303)
    found = None
    if tries_left("passkey", request.META.get("REMOTE_ADDR", ""), most=20, seconds=views.PAUSE) >= 0:
        found = views.behind_passkey(request)
    if found is not None and found.pk == _me(request).pk:
        return _open(request, wanted, "webauthn")
    return _refused(request, wanted, "webauthn", _("This passkey doesn't open this screen. Use another way."))


def _faulty_password(request: HttpRequest) -> str:
    user = _me(request)
    if views.is_too_often(request, user.email):
        return _("Too many tries. Wait five minutes, or use a passkey.")
    if not user.check_password(request.POST.get("password", "")[:500]):
        return _("That password was not right. Try again.")
    return ""


def _faulty_code(request: HttpRequest) -> str:
    user = _me(request)
    left = tries_left("totp", str(user.pk), most=5, seconds=views.PAUSE)
    if left >= 0 and factors.is_right_code(user.pk, request.POST.get("code", "").strip()[:40]):
        return ""
    return views.tries(left)


def _is_of_demo(request: HttpRequest) -> bool:
    return any(one.user_id == _me(request).pk for one in links.demo_people(request))


def _open(request: HttpRequest, wanted: str, proof: str) -> HttpResponse:
    """Under a new session key. It proves nothing more than before: what asks for a fresh proof still asks."""
    idle.unlock(request.session)
    entering.renew(request)
    entering.note(_me(request).pk, "sign_in.unlock", {"by": proof})
    return HttpResponseRedirect(wanted, status=303)


def _refused(request: HttpRequest, wanted: str, how: str, fault: str) -> HttpResponse:
    entering.note(_me(request).pk, "sign_in.fail", {"by": f"lock {how}"}, result="refused")
    return _page(request, wanted, fault, how)


def _page(request: HttpRequest, wanted: str, fault: str = "", how: str = "") -> HttpResponse:
    user, clinic_id = _me(request), request.clinic_id  # type: ignore[attr-defined]
    context = {
        "me": user,
        "theme": user.theme,
        "clinic": clinics.clinic_settings(clinic_id).name if clinic_id else "",
        "next": wanted,
        "fault": fault,
        "how": how,
        "has_password": user.has_usable_password(),
        "has_passkey": bool(factors.passkeys(user.pk)),
        "has_app": factors.of_kind(user.pk, "totp") is not None,
        "is_demo": _is_of_demo(request),
    }
    return views.page(request, "locked.html", context, is_wrong=bool(fault))
