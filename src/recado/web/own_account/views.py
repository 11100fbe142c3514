"""What somebody sees and changes of their own account."""

from typing import Any
from zoneinfo import ZoneInfo

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recado.clinics import queries as clinics
from recado.clinics.access import public
from recado.web import dates, languages, shell
from recado.web.own_account import keys as own_keys
from recado.web.sign_in import entering, factors
from recado.web.sign_in.at_work import clinic_of

THEMES = ("system", "light", "dark")


@public("what an account sees of itself; nothing for anybody else")
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    if getattr(request, "clinic_id", None) is None:
        raise PermissionDenied
    if request.method == "POST":
        return _save(request)
    return _page(request)


def _page(request: HttpRequest, fault: str = "", key_rows: list[own_keys.KeyRow] | None = None) -> HttpResponse:
    user: Any = request.user
    keys = factors.passkeys(user.pk)
    is_wrong = bool(fault or key_rows)
    context = {
        "fault": fault,
        "name": request.POST.get("name", user.name) if fault else user.name,
        "languages": languages.menu(user.language),
        "is_keys_off": bool((user.keys or {}).get("off")),
        "passkeys": [(one, dates.full_date(one.created_at.astimezone(_zone(request)).date())) for one in keys],
        "app": factors.of_kind(user.pk, "totp"),
        "recovery": factors.of_kind(user.pk, "recovery_codes"),
        "codes_left": factors.recovery_codes_left(user.pk),
        "key_rows": key_rows or own_keys.rows(user.keys),
        "is_key_wrong": bool(key_rows),
        "sessions": _sessions(request),
    }
    return shell.page(request, "recado/staff/profile.html", context, status=422 if is_wrong else 200)


def _sessions(request: HttpRequest) -> list[dict[str, Any]]:
    zone = _zone(request)
    found = UserSession.objects.filter(user_id=request.user.pk).order_by("-last_seen_at")
    return [
        {
            "id": one.pk,
            "ip": one.ip,
            "browser": _browser(one.user_agent),
            "since": dates.short_moment(one.created_at.astimezone(zone)),
            "is_this": one.session_key == request.session.session_key,
        }
        for one in found
        if one.exists()
    ]


def _zone(request: HttpRequest) -> ZoneInfo:
    return ZoneInfo(clinics.clinic_settings(clinic_of(request)).time_zone)


def _browser(agent: str) -> str:
    marks = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
    return next((name for mark, name in marks if mark in agent), _("Another browser"))


def _save(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    name, language, theme = (request.POST.get(field, "").strip() for field in ("name", "language", "theme"))
    if not name or len(name) > 120:
        return _page(request, _("Give your name as colleagues know it, up to 120 letters."))
    user.name = name
    user.language = language if language in languages.OWN_NAMES else user.language
    user.theme = theme if theme in THEMES else user.theme
    changed = {key: value for key, value in (user.keys or {}).items() if key != "off"}
    user.keys = changed if request.POST.get("keys") else {**changed, "off": True}
    user.save(update_fields=["name", "language", "theme", "keys"])
    with translation.override(user.language):
        messages.success(request, _("Your profile is saved."))
    return HttpResponseRedirect(reverse("profile"), status=303)


@public("changes the single keys of the own account")
@require_POST
def keys(request: HttpRequest) -> HttpResponse:
    if getattr(request, "clinic_id", None) is None:
        raise PermissionDenied
    user: Any = request.user
    found = own_keys.rows({}) if "usual" in request.POST else own_keys.read(request.POST.dict())
    if any(row.fault for row in found):
        return _page(request, key_rows=found)
    user.keys = own_keys.kept(user.keys, found)
    user.save(update_fields=["keys"])
    messages.success(request, _("Your keys are saved."))
    return HttpResponseRedirect(reverse("profile"), status=303)


@public("ends sessions of the own account")
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """One session, or every other one."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    wanted, here = request.POST.get("session", ""), request.session.session_key
    found = UserSession.objects.filter(user_id=request.user.pk).exclude(session_key=here)
    ended = [one for one in found if wanted in ("others", str(one.pk))]
    for session in ended:
        session.end()
    entering.note(request.user.pk, "sign_in.end_sessions", {"count": len(ended)})
    messages.success(request, _("Signed out there. An open page closes within 15 seconds."))
    return HttpResponseRedirect(reverse("profile"), status=303)
