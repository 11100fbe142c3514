"""Who works at the clinic, in which role, and whether they sign in with a second step."""

from collections import Counter
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import get_resolver, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recado.clinics import access, actions, queries
from recado.clinics.access import needs
from recado.clinics.roles import ROLES, Permission
from recado.clinics.types import PersonView, Refused
from recado.foundation.text import gettext_noop
from recado.web import languages, role_words, shell
from recado.web.paging import Pages
from recado.web.sign_in import entering
from recado.web.sign_in.at_work import clinic_of

from . import frame

SECOND_STEPS: dict[str, Any] = {"webauthn": gettext_lazy("Passkey"), "totp": gettext_lazy("App code")}


@needs(Permission.MANAGE_PEOPLE)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    clinic_id = clinic_of(request)
    everybody = queries.people(clinic_id)
    active = [one for one in everybody if one.until is None]
    here = {one.user_id for one in active}
    left = list({one.user_id: one for one in everybody if one.until and one.user_id not in here}.values())
    is_left = request.GET.get("show") == "left"
    steps = second_steps([one.user_id for one in active])
    shown = left if is_left else active
    pages = Pages.asked(request.GET.get("page"), len(shown))
    context = {
        "people": [_line(request, one, steps) for one in shown[pages.first - 1 : pages.last]],
        "pages": pages,
        "is_left": is_left,
        "count": len(active),
        "left_count": len(left),
        "without_step": sum(1 for one in active if one.role.needs_second_step and one.user_id not in steps),
        "permissions": [(code, role_words.permission(code)) for code in in_use()],
        "roles": _roles(Counter(one.role.code for one in active)),
    }
    return frame.page(request, "recado/administration/people.html", context, at="people")


def second_steps(user_ids: list[UUID]) -> dict[UUID, list[Any]]:
    """The second steps that these people have set up: one query, by the connection that may read them."""
    found: dict[UUID, list[Any]] = {}
    rows = Authenticator.objects.filter(user_id__in=user_ids, type__in=SECOND_STEPS).order_by("type")
    for user_id, kind in rows.values_list("user_id", "type").distinct():
        found.setdefault(user_id, []).append(SECOND_STEPS[kind])
    return found


def _line(request: HttpRequest, one: PersonView, steps: dict[UUID, list[Any]]) -> dict[str, Any]:
    zone = ZoneInfo(queries.clinic_settings(clinic_of(request)).time_zone)
    return {
        "id": one.user_id,
        "name": one.name,
        "email": one.email,
        "role": role_words.title(one.role.code),
        "needs_step": one.role.needs_second_step,
        "steps": steps.get(one.user_id, []),
        "since": one.since.astimezone(zone),
        "until": one.until.astimezone(zone) if one.until else None,
        "last_sign_in": one.last_sign_in.astimezone(zone) if one.last_sign_in else None,
        "is_me": one.user_id == request.user.pk,
    }


@cache
def in_use() -> list[Permission]:
    """The permissions that some page asks for: what nobody can do here yet is no line of the table."""
    asked: set[Permission] = set()
    waiting: list[Any] = list(get_resolver().url_patterns)
    while waiting:
        pattern = waiting.pop()
        waiting += getattr(pattern, "url_patterns", [])
        found = access.access_of(pattern.callback) if getattr(pattern, "callback", None) else None
        asked |= {found.permission, *found.others} if found and found.permission else set()
    return [one for one in Permission if one in asked]


def _roles(counts: Counter[str]) -> list[dict[str, Any]]:
    return [
        {
            "code": code,
            "name": role_words.title(code),
            "about": role_words.about(code),
            "count": counts[code],
            "may": [role.may(one) for one in in_use()],
        }
        for code, role in ROLES.items()
    ]


# ------------------------------------------------------------------------------------------------ adding and changing

FIELDS = ("name", "email", "language", "role")
NO_ROLE = gettext_noop("Choose one of the roles.")


@needs(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        settings = queries.clinic_settings(clinic_of(request))
        return _new(request, {"name": "", "email": "", "role": "reception", "language": settings.default_language})
    typed = {name: request.POST.get(name, "").strip() for name in FIELDS}
    try:
        if typed["role"] not in ROLES:
            raise Refused("role", NO_ROLE)
        language = typed["language"] if typed["language"] in languages.OWN_NAMES else languages.FALLBACK
        made = actions.add_staff(
            clinic_id=clinic_of(request),
            email=typed["email"],
            name=typed["name"],
            role=ROLES[typed["role"]],
            language=language,
            by=shell.actor(request),
        )
    except Refused as refused:
        return _new(request, typed, refused)
    return _with_link(request, made.user_id, is_new=True)


def _new(request: HttpRequest, form: dict[str, str], refused: Refused | None = None) -> HttpResponse:
    context = {
        "form": form,
        "errors": {refused.field: frame.said(refused)} if refused else {},
        "roles": _roles(Counter()),
        "all_languages": languages.OWN_NAMES.items(),
    }
    return frame.page(
        request, "recado/administration/person_new.html", context, at="people", status=422 if refused else 200
    )


@needs(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """One person; a POST puts them into another role."""
    found = _found(request, user_id)
    if request.method != "POST":
        return _person(request, found)
    try:
        role = ROLES.get(request.POST.get("role", ""))
        if role is None:
            raise Refused("role", NO_ROLE)
        actions.change_role(clinic_id=clinic_of(request), user_id=user_id, role=role, by=shell.actor(request))
    except Refused as refused:
        return _person(request, found, refused)
    messages.success(request, _("The role is changed. It counts from the next page they open."))
    return HttpResponseRedirect(reverse("settings-people"), status=303)


@needs(Permission.MANAGE_PEOPLE)
@require_POST
def end(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Somebody no longer works here: what they have open stops working at once."""
    found = _found(request, user_id)
    try:
        actions.end_staff(clinic_id=clinic_of(request), user_id=user_id, by=shell.actor(request))
    except Refused as refused:
        return _person(request, found, refused)
    if not queries.workplaces(user_id):
        entering.end_sessions(user_id)
    messages.success(request, _("They no longer work here."))
    return HttpResponseRedirect(reverse("settings-people"), status=303)


@needs(Permission.MANAGE_PEOPLE)
@require_POST
def link(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """A link by which somebody begins anew, after a lost password or phone. It is shown once, and kept nowhere."""
    _found(request, user_id)
    return _with_link(request, user_id)


def _with_link(request: HttpRequest, user_id: UUID, *, is_new: bool = False) -> HttpResponse:
    """The page of a person with the link to hand over. Not led on by a redirect: the link would have to stand somewhere.
    Whoever has an account at another clinic too gets none: they sign in as they do there."""
    found = _found(request, user_id)
    try:
        token = actions.reset_sign_in(clinic_id=clinic_of(request), user_id=user_id, by=shell.actor(request))
    except Refused as refused:
        if is_new:
            return _person(request, found, is_added=True)
        return _person(request, found, link_refused=frame.said(refused))
    return _person(request, found, link=request.build_absolute_uri(reverse("enter", args=[token])), is_added=is_new)


def _found(request: HttpRequest, user_id: UUID) -> PersonView:
    """Somebody who works here now."""
    everybody = queries.people(clinic_of(request))
    found = next((one for one in everybody if one.user_id == user_id and one.until is None), None)
    if found is None:
        raise Http404("Nobody of this id works here.")
    return found


def _person(
    request: HttpRequest,
    found: PersonView,
    refused: Refused | None = None,
    *,
    link: str = "",
    link_refused: str = "",
    is_added: bool = False,
) -> HttpResponse:
    context = {
        "person": _line(request, found, second_steps([found.user_id])),
        "role_code": (request.POST.get("role", "") if refused else "") or found.role.code,
        "error": frame.said(refused) if refused else "",
        "roles": _roles(Counter()),
        "link": link,
        "link_refused": link_refused,
        "is_added": is_added,
    }
    status = 422 if refused or link_refused else 200
    return frame.page(request, "recado/administration/person.html", context, at="people", status=status)
